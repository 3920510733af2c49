// The keys of this device are under a passkey or a passphrase.

import { html, type TemplateResult } from "lit-html";
import type { App } from "./app.ts";
import { field } from "./join.ts";
import { problemNote } from "./problems.ts";
import { t } from "./text.ts";

export function unlockScreen(app: App): TemplateResult {
  return html`<section class="sheet">
    <h1 tabindex="-1" data-focus="title">${t("unlock.title")}</h1>
    <p class="lead">${t("unlock.text")}</p>
    ${problemNote(app.ui.problem ?? app.now.problem)}
    ${app.now.protection === "passphrase" ? passphrase(app) : html`<p class="actions">
      <button type="button" class="primary" ?disabled=${app.ui.busy} @click=${() => app.unlock()}>${t("unlock.passkey")}</button>
    </p>`}
    <p role="status">${app.ui.busy ? t("unlock.busy") : ""}</p>
    <details class="instead">
      <summary>${t(app.now.protection === "passphrase" ? "unlock.lost.passphrase" : "unlock.lost.passkey")}</summary>
      <p>${t("unlock.lost.text")}</p>
      <p class="actions"><button type="button" class="bad" ?disabled=${app.ui.busy} @click=${app.abandon}>${t("unlock.forget")}</button></p>
    </details>
  </section>`;
}

function passphrase(app: App): TemplateResult {
  return html`<form @submit=${(event: SubmitEvent) => {
    event.preventDefault();
    void app.unlock(field(event, "passphrase"));
  }}>
    <label for="passphrase">${t("unlock.passphrase")}</label>
    <input id="passphrase" name="passphrase" type="password" required autocomplete="current-password">
    <p class="actions"><button type="submit" class="primary" ?disabled=${app.ui.busy}>${t("unlock.open")}</button></p>
  </form>`;
}
