// What went wrong and what to do about it, wherever it is shown.

import { html, nothing, type TemplateResult } from "lit-html";
import type { Problem } from "../model.ts";
import type { App } from "./app.ts";
import { t } from "./text.ts";

/** Beside what the person did: announced at once. */
export function problemNote(problem: Problem | undefined): TemplateResult {
  return html`<div class="announced" role="alert">${problem === undefined ? nothing : note(problem)}</div>`;
}

function note(problem: Problem): TemplateResult {
  return html`<div class="note bad">
    <p class="note-title">${t(`problem.${problem}.title`)}</p>
    <p>${t(`problem.${problem}.do`)}</p>
  </div>`;
}

/** What keeps this device from being reached, above every screen. */
export function connectionBanner(app: App): TemplateResult {
  const connection = app.now.connection;
  const problem = app.now.problem ?? (connection.kind === "offline" ? connection.problem ?? "office-unreachable" : undefined);
  return html`<div class="announced" role="status">${problem === undefined ? nothing : html`<div class="note caution">
    <p class="note-title">${t(`problem.${problem}.title`)}</p>
    <p>${t(`problem.${problem}.do`)}</p>
    <button type="button" class="quiet" @click=${app.retry}>${t("problem.again")}</button>
  </div>`}</div>`;
}

/** When nothing else can be shown. */
export function failure(app: App): TemplateResult {
  const problem = app.now.problem ?? "core-failed";
  return html`<section class="sheet">
    <h1 tabindex="-1" data-focus="title">${t(`problem.${problem}.title`)}</h1>
    <p class="lead">${t(`problem.${problem}.do`)}</p>
    ${problem === "old-browser" ? nothing : html`<p class="actions">
      <button type="button" class="primary" @click=${app.retry}>
        ${problem === "two-tabs" ? t("problem.two-tabs.here") : t("problem.again")}
      </button>
    </p>`}
  </section>`;
}
