// A call that rings. Who it is and why one may believe it come before anything that can be pressed; the focus is on the
// name, so that a key pressed in the middle of something else answers nothing, and a tap that was meant for what was there
// before does not either.

import { html, nothing, type TemplateResult } from "lit-html";
import type { Call } from "../model.ts";
import type { App } from "./app.ts";
import { icon, seal } from "./icons.ts";
import { knownBlock, knownLine, standing } from "./known.ts";
import { problemNote } from "./problems.ts";
import { t } from "./text.ts";

export function incoming(app: App, call: Call): TemplateResult {
  const { person } = call;
  const alarming = person.known.kind === "not-who-you-compared";
  return html`<div class="incoming ${person.known.kind}" role="alertdialog" aria-modal="true" aria-labelledby="ringing-name"
    aria-describedby="ringing-standing ringing-known">
    <div class="incoming-who">
      <h1 id="ringing-name" tabindex="-1" data-focus="ringing">
        <span class="name">${person.name}</span> <span class="is-calling">${t("incoming.title")}</span>
      </h1>
      <div id="ringing-standing">${standing(person)}</div>
      <div id="ringing-known">${knownBlock(person.known)}</div>
    </div>
    ${problemNote(app.ui.problem)}
    <div class="incoming-actions">
      <button type="button" class=${alarming ? "quiet answer" : "good answer"} ?disabled=${app.ui.busy}
        aria-disabled=${app.ui.tooSoon} @click=${() => app.answer(call.id)}>
        ${icon("handset")}${alarming ? t("incoming.answer.anyway") : t("incoming.answer")}
      </button>
      <button type="button" class="bad" @click=${() => app.decline(call.id)}>${icon("cross")}${t("incoming.decline")}</button>
      ${app.now.desk === true ? html`
        <button type="button" class="quiet" ?disabled=${app.ui.busy} @click=${() => app.sendToDesk(call)}>${icon("desk")}${t("incoming.desk")}</button>` : nothing}
      <p class="aside">${t("incoming.microphone")}</p>
    </div>
  </div>`;
}

/** A call that comes while another one goes on: beside it, and silent. */
export function secondCall(app: App, current: Call, second: Call | undefined): TemplateResult {
  return html`<div class="announced" role="alert">${second === undefined ? nothing : html`
    <section class="second ${second.person.known.kind}" aria-label=${t("waiting.label")}>
      ${seal(second.person.known.kind)}
      <div class="who">
        <p class="second-title">${t("waiting.title", { name: second.person.name })}</p>
        ${standing(second.person)}
        ${knownLine(second.person.known)}
      </div>
      <div class="actions">
        <button type="button" class="bad" @click=${() => app.decline(second.id)}>${t("incoming.decline")}</button>
        ${app.now.desk === true ? html`
          <button type="button" class="quiet" ?disabled=${app.ui.busy} @click=${() => app.sendToDesk(second)}>${t("incoming.desk")}</button>` : nothing}
        <button type="button" class="quiet" @click=${() => app.switchTo(current, second)}>${t("waiting.switch")}</button>
      </div>
    </section>`}</div>`;
}
