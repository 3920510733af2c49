// Calls that are over.

import { html, nothing, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import type { PastCall } from "../model.ts";
import type { App } from "./app.ts";
import { icon } from "./icons.ts";
import { knownLine } from "./known.ts";
import { problemNote } from "./problems.ts";
import { duration, t, when } from "./text.ts";

export function callsScreen(app: App): TemplateResult {
  return html`<section class="narrow">
    <h1 tabindex="-1" data-focus="title">${t("past.title")}</h1>
    ${problemNote(app.ui.problem)}
    ${app.now.past.length === 0
      ? html`<div class="empty"><p class="empty-title">${t("past.empty.title")}</p><p>${t("past.empty.text")}</p></div>`
      : pastCalls(app, app.now.past)}
  </section>`;
}

export function pastCalls(app: App, calls: PastCall[]): TemplateResult {
  return html`<ul class="past">${repeat(calls, (call) => call.id, (call) => row(app, call))}</ul>`;
}

function row(app: App, call: PastCall): TemplateResult {
  const { person } = call;
  return html`<li class="past-call ${call.outcome}">
    <div class="who">
      <span class="name">${person.name}</span>
      <span class="outcome">${outcome(call)}<span class="when">, ${when(call.at)}</span></span>
      ${person.known.kind === "not-who-you-compared" ? knownLine(person.known) : nothing}
    </div>
    <button type="button" class="call small" data-focus="again-${call.id}" ?disabled=${app.ui.busy}
      aria-label=${t("past.call", { name: person.name })} @click=${() => app.dial(person.id)}>${icon("handset")}</button>
  </li>`;
}

function outcome(call: PastCall): string {
  const way = call.outgoing ? "out" : "in";
  switch (call.outcome) {
    case "talked":
      return t(`past.talked.${way}`, { duration: duration(call.seconds) });
    case "missed":
    case "words-differed":
      return t(`past.${call.outcome}`);
    case "declined":
    case "no-answer":
    case "cancelled":
      return t(`past.${call.outcome}.${way}`);
  }
}
