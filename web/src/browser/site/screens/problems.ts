// What went wrong and what to do about it, wherever it is shown.

import { html, nothing, type TemplateResult } from "lit-html";
import type { OfficeAlarm, Problem } from "../model.ts";
import type { App } from "./app.ts";
import { wordList } from "./call.ts";
import { t, when } from "./text.ts";

/** Beside what the person did: announced at once. `again` is what trying again does, where no other button does it. */
export function problemNote(problem: Problem | undefined, again?: () => unknown): TemplateResult {
  return html`<div class="announced" role="alert">${problem === undefined ? nothing : note(problem, again)}</div>`;
}

function note(problem: Problem, again?: () => unknown): TemplateResult {
  return html`<div class="note bad">
    <p class="note-title">${t(`problem.${problem}.title`)}</p>
    <p>${t(`problem.${problem}.do`)}</p>
    ${again === undefined ? nothing : html`<button type="button" class="quiet" @click=${again}>${t("problem.again")}</button>`}
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

/** Somebody may be in the office's place: what to do, and the words to compare with whoever runs it. */
export function officeAlarm(app: App, alarm: OfficeAlarm): TemplateResult {
  return html`<section class="note bad office-alarm" role="alert" aria-labelledby="office-alarm">
    <h2 id="office-alarm" class="note-title">${t(`office.${alarm.kind}.title`)}</h2>
    <p>${t(`office.${alarm.kind}.text`, { when: alarm.until === undefined ? "" : when(alarm.until) })}</p>
    ${alarm.differs ? html`<p><strong>${t("office.differs")}</strong></p>` : html`
      <p>${t("office.compare")}</p>
      ${wordList(alarm.words)}
      ${problemNote(app.ui.problem)}
      <div class="actions">
        <button type="button" class="good" ?disabled=${app.ui.busy} @click=${() => app.compareOffice(alarm.key, true)}>${t("words.match")}</button>
        <button type="button" class="bad" ?disabled=${app.ui.busy} @click=${() => app.compareOffice(alarm.key, false)}>${t("words.differ")}</button>
      </div>`}
  </section>`;
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
