// From an invitation to an identity of one's own.

import { html, nothing, type TemplateResult } from "lit-html";
import type { Invited, Protect } from "../model.ts";
import { type App, isProblem } from "./app.ts";
import { wordList } from "./call.ts";
import { problemNote } from "./problems.ts";
import { t } from "./text.ts";

/** Short enough to be typed, long enough that guessing it takes longer than anybody has. */
const PASSPHRASE_LEAST = 12;
const DEVICE_NAME_MOST = 40;

export function joinScreen(app: App): TemplateResult {
  if (app.now.stage === "enrolling") {
    return html`<section class="sheet">
      <h1 tabindex="-1" data-focus="title">${t("join.enrolling")}</h1>
      <p class="lead" role="status">${t("join.enrolling.text")}</p>
    </section>`;
  }
  const invited = app.ui.invited;
  if (invited === undefined && app.ui.link !== undefined && app.ui.problem === undefined) {
    return html`<h1 class="patience" tabindex="-1" data-focus="title">${t("join.asking", { office: hostOf(app.ui.link) })}</h1>`;
  }
  if (invited === undefined || isProblem(invited)) {
    return invitationNeeded(app);
  }
  return invitation(app, invited);
}

function invitationNeeded(app: App): TemplateResult {
  const problem = isProblem(app.ui.invited) ? app.ui.invited : app.ui.problem ?? app.now.problem;
  return html`<section class="sheet">
    <h1 tabindex="-1" data-focus="title">${t("join.none.title")}</h1>
    ${problemNote(problem)}
    <p class="lead">${t("join.none.text")}</p>
    <form @submit=${(event: SubmitEvent) => {
      event.preventDefault();
      void app.openInvitation(field(event, "link").trim());
    }}>
      <label for="link">${t("join.paste")}</label>
      <input id="link" name="link" type="url" required autocomplete="off" spellcheck="false" placeholder="https://…/join#…">
      <p class="actions"><button type="submit" class="primary" ?disabled=${app.ui.busy}>${t("join.open")}</button></p>
    </form>
  </section>`;
}

function invitation(app: App, invited: Invited): TemplateResult {
  return html`<section class="sheet">
    <h1 tabindex="-1" data-focus="title">${t("join.title")}</h1>
    ${invited.kind === "person" ? nothing : html`<p class="lead">${t("join.further")}</p>`}
    <dl class="invited">
      ${invited.kind === "person" ? html`
        <dt>${t("join.as")}</dt>
        <dd><span class="name">${invited.name}</span><span>${invited.title}</span></dd>` : nothing}
      <dt>${t("join.invited")}</dt>
      <dd>${invited.office}</dd>
    </dl>
    ${problemNote(app.ui.problem)}
    <form @submit=${(event: SubmitEvent) => submit(app, event)}>
      <label for="device-name">${t("join.device")}</label>
      <input id="device-name" name="device" required maxlength=${DEVICE_NAME_MOST} autocomplete="off"
        .defaultValue=${thisBrowser()} aria-describedby="device-hint">
      <p id="device-hint" class="hint">${t("join.device.hint")}</p>
      <fieldset>
        <legend>${t("join.protect")}</legend>
        ${protection(app, "browser-key", "browser")}
        ${"PublicKeyCredential" in globalThis ? protection(app, "passkey", "passkey") : nothing}
        ${protection(app, "passphrase", "passphrase")}
      </fieldset>
      ${app.ui.protect === "passphrase" ? passphrases(app) : nothing}
      <p class="actions"><button type="submit" class="primary" ?disabled=${app.ui.busy}>${t("join.make")}</button></p>
      <p class="hint">${t("join.keys")}</p>
    </form>
    <details class="instead">
      <summary>${t("join.java")}</summary>
      <p>${t("join.java.text")}</p>
      <p class="fingerprint"><code>whodis phone enrol '${app.ui.link ?? ""}'</code></p>
    </details>
  </section>`;
}

function protection(app: App, kind: Protect["kind"], text: "browser" | "passkey" | "passphrase"): TemplateResult {
  return html`<div class="choice">
    <input type="radio" name="protect" id="protect-${kind}" value=${kind} .checked=${app.ui.protect === kind}
      aria-describedby="protect-${kind}-hint" @change=${() => app.set({ protect: kind, fieldError: undefined })}>
    <label for="protect-${kind}">${t(`join.protect.${text}`)}</label>
    <p id="protect-${kind}-hint" class="hint">${t(`join.protect.${text}.hint`)}</p>
  </div>`;
}

function passphrases(app: App): TemplateResult {
  const wrong = app.ui.fieldError;
  return html`
    <label for="passphrase">${t("join.passphrase")}</label>
    <input id="passphrase" name="passphrase" type="password" required autocomplete="new-password"
      aria-invalid=${wrong === undefined ? nothing : "true"} aria-describedby="passphrase-error">
    <label for="again">${t("join.passphrase.again")}</label>
    <input id="again" name="again" type="password" required autocomplete="new-password"
      aria-invalid=${wrong === undefined ? nothing : "true"} aria-describedby="passphrase-error">
    <p id="passphrase-error" class="field-error" role="alert">${wrong ?? ""}</p>`;
}

function submit(app: App, event: SubmitEvent) {
  event.preventDefault();
  const passphrase = field(event, "passphrase");
  if (app.ui.protect === "passphrase") {
    if (passphrase.length < PASSPHRASE_LEAST) {
      app.set({ fieldError: t("join.passphrase.short", { count: PASSPHRASE_LEAST }) });
      return;
    }
    if (passphrase !== field(event, "again")) {
      app.set({ fieldError: t("join.passphrase.differ") });
      return;
    }
  }
  const protect: Protect = app.ui.protect === "passphrase" ? { kind: "passphrase", passphrase } : { kind: app.ui.protect };
  void app.enrol(field(event, "device").trim(), protect);
}

/** The words are read to the operator, or compared with the screen of the device that makes the link. */
export function waitingScreen(app: App): TemplateResult {
  const further = app.ui.invited !== undefined && !isProblem(app.ui.invited) && app.ui.invited.kind === "further-device";
  return html`<section class="sheet">
    <h1 tabindex="-1" data-focus="title">${t("wait.title")}</h1>
    ${problemNote(app.ui.problem ?? app.now.problem)}
    ${wordList(app.now.words ?? [])}
    <p class="lead">${further ? t("wait.device") : t("wait.person")}</p>
    <p>${t("wait.differ")}</p>
    <p class="patience" role="status">${t("wait.waiting")}</p>
    <p class="actions"><button type="button" class="quiet" @click=${app.abandon}>${t("wait.again")}</button></p>
  </section>`;
}

export function field(event: Event, name: string): string {
  const value = new FormData(event.target as HTMLFormElement).get(name);
  return typeof value === "string" ? value : "";
}

function hostOf(link: string | undefined): string {
  return link !== undefined && URL.canParse(link) ? new URL(link).host : "";
}

/** A name for a start, in the words of the browser. */
function thisBrowser(): string {
  const agent = navigator.userAgent;
  const browser = ["Firefox", "Edg", "Chrome", "Safari"].find((name) => agent.includes(`${name}/`)) ?? "Browser";
  const system = ["Android", "iPhone", "iPad", "Windows", "Mac", "Linux"].find((name) => agent.includes(name));
  return `${browser === "Edg" ? "Edge" : browser}${system === undefined ? "" : `, ${system}`}`;
}
