// What is protected and what is not, in plain language. Nothing here may promise more than ARCHITECTURE.md and the protocol do.

import { html, type TemplateResult } from "lit-html";
import type { Known } from "../model.ts";
import type { App } from "./app.ts";
import { seal } from "./icons.ts";
import { type Key, t } from "./text.ts";

const LEGEND: [Known["kind"], Key][] = [
  ["compared", "known.compared.short"],
  ["vouched-for-by-office", "known.vouched.short"],
  ["new-device", "known.new.short"],
  ["office-not-compared", "known.office.short"],
  ["not-who-you-compared", "known.not.short"],
];

export function helpScreen(app: App): TemplateResult {
  return html`<article class="narrow prose">
    <h1 tabindex="-1" data-focus="title">${t("help.title")}</h1>
    <h2>${t("help.who.title")}</h2>
    <p>${t("help.who.text")}</p>
    <ul class="legend">${LEGEND.map(([kind, key]) => html`<li>${seal(kind)}<span class="known ${kind}">${t(key)}</span></li>`)}</ul>
    <h2>${t("help.heard.title")}</h2>
    <p>${t("help.heard.text")}</p>
    <h2>${t("help.words.title")}</h2>
    <p>${t("help.words.text")}</p>
    <h2>${t("help.lines.title")}</h2>
    <p>${t("help.lines.text")}</p>
    <h2>${t("help.not.title")}</h2>
    <ul class="not">
      <li>${t("help.not.1")}</li>
      <li>${t("help.not.2")}</li>
      <li>${t("help.not.3")}</li>
      <li>${t("help.not.4")}</li>
    </ul>
    <h2>${t("help.rings.title")}</h2>
    <p>${t("help.rings.text")}</p>
    <h2>${t("help.error.title")}</h2>
    <p>${t("help.error.text")}</p>
    <h2>${t("help.code.title")}</h2>
    <p class="fingerprint"><span class="unseen">${t("help.code.label")}</span>
      <code>${groups(app.now.fingerprintOfCode)}</code></p>
    <p>${t("help.code.text")}</p>
    <p class="fingerprint"><code translate="no">whodis web verify ${location.origin}</code></p>
  </article>`;
}

/** In groups of four, as people read digits to each other. */
function groups(hex: string): string {
  return hex.replace(/(.{4})(?=.)/g, "$1 ");
}
