// What stands around every screen, and which screen it is.

import { html, nothing, type TemplateResult } from "lit-html";
import { type App, type Place, SECTIONS } from "./app.ts";
import { callBar, callScreen } from "./call.ts";
import { callsScreen } from "./calls.ts";
import { devicesScreen, vouchDialog } from "./devices.ts";
import { helpScreen } from "./help.ts";
import { icon, type Icon } from "./icons.ts";
import { incoming } from "./incoming.ts";
import { linesScreen, wanting } from "./lines.ts";
import { joinScreen, waitingScreen } from "./join.ts";
import { peopleScreen } from "./people.ts";
import { connectionBanner, failure, officeAlarm } from "./problems.ts";
import { counted, currentLanguage, type Language, LANGUAGES, t } from "./text.ts";
import { unlockScreen } from "./unlock.ts";

const ICONS: Record<(typeof SECTIONS)[number], Icon> = {
  people: "people",
  lines: "line",
  calls: "clock",
  devices: "devices",
  help: "help",
};

export function frame(app: App): TemplateResult {
  if (app.now.stage !== "ready") {
    return threshold(app);
  }
  const ringing = app.ringing;
  const hidden = ringing !== undefined || app.now.linkRequest !== undefined;
  return html`
    <div class="app" ?inert=${hidden}>
      <a class="skip" href="#content" @click=${skip}>${t("app.skip")}</a>
      ${header(app)}
      <main id="content" class="content at-${app.ui.place}">
        ${app.now.officeAlarm === undefined ? connectionBanner(app) : officeAlarm(app, app.now.officeAlarm)}
        ${app.call !== undefined && app.ui.place !== "call" ? callBar(app, app.call) : nothing}
        ${place(app)}
      </main>
    </div>
    ${ringing === undefined ? nothing : incoming(app, ringing)}
    ${app.now.linkRequest === undefined || ringing !== undefined ? nothing : vouchDialog(app, app.now.linkRequest)}
    <div class="happened" role="status">${app.ui.happened ?? ""}</div>
  `;
}

function place(app: App): TemplateResult {
  switch (app.ui.place) {
    case "people":
      return peopleScreen(app);
    case "lines":
      return linesScreen(app);
    case "calls":
      return callsScreen(app);
    case "devices":
      return devicesScreen(app);
    case "help":
      return helpScreen(app);
    case "call":
      return app.call === undefined ? peopleScreen(app) : callScreen(app, app.call);
  }
}

function header(app: App): TemplateResult {
  const me = app.now.me;
  return html`<header class="bar">
    ${wordmark()}
    <nav aria-label=${t("nav.label")}>
      ${SECTIONS.map((section) => navigation(app, section))}
    </nav>
    <div class="bar-end">
      ${me === undefined ? nothing : html`<p class="me"><strong>${me.name}</strong> <span>${me.title}</span></p>`}
      <p class="connection ${app.now.connection.kind}">${t(`connection.${app.now.connection.kind}`)}</p>
      ${languages(app)}
    </div>
  </header>`;
}

function navigation(app: App, section: (typeof SECTIONS)[number]): TemplateResult {
  const here: Place = app.ui.place;
  const missed = section === "calls" && app.missed > 0;
  const wants = section === "lines" ? wanting(app.now.lines, app.now.deskList) : 0;
  return html`<a href="#${section}" aria-current=${here === section ? "page" : nothing} data-focus="nav-${section}"
    @click=${(event: Event) => {
      event.preventDefault();
      app.go(section);
    }}>
    ${icon(ICONS[section])}<span>${t(`nav.${section}`)}</span>
    ${missed ? html`<b class="count"><span aria-hidden="true">${app.missed}</span><span class="unseen">${counted("nav.missed", app.missed)}</span></b>` : nothing}
    ${wants > 0 ? html`<b class="count"><span aria-hidden="true">${wants}</span><span class="unseen">${counted("nav.wanting", wants)}</span></b>` : nothing}
  </a>`;
}

/** Everything before a person is in: joining, unlocking, and what prevents it. */
function threshold(app: App): TemplateResult {
  return html`<div class="threshold">
    <header>${wordmark()}${languages(app)}</header>
    <main id="content">${stage(app)}</main>
    <footer><p>${t("foot.rings")}</p></footer>
  </div>`;
}

function stage(app: App): TemplateResult {
  switch (app.now.stage) {
    case "starting":
    case "ready":
      return html`<h1 class="patience" tabindex="-1" data-focus="title">${t("app.starting")}</h1>`;
    case "locked":
      return unlockScreen(app);
    case "no-identity":
    case "enrolling":
      return joinScreen(app);
    case "waiting-for-approval":
      return waitingScreen(app);
    case "failed":
      return failure(app);
  }
}

/** A seal that speaks; it leads to the people. */
function wordmark(): TemplateResult {
  return html`<a class="wordmark" translate="no" href="#people"><svg viewBox="0 0 32 32" aria-hidden="true" focusable="false">
    <path class="ring" d="M17 4a12 12 0 1 1-5.6 22.600L4.5 28l1.7-6.400A12 12 0 0 1 17 4Z"></path>
    <circle class="dot" cx="17" cy="16" r="4.5"></circle>
  </svg>${t("app.name")}</a>`;
}

function languages(app: App): TemplateResult {
  return html`<div class="languages" role="group" aria-label=${t("app.language")}>
    ${(Object.keys(LANGUAGES) as Language[]).map((language) =>
      html`<button type="button" lang=${language} aria-pressed=${String(language === currentLanguage())}
        aria-label=${LANGUAGES[language]} title=${LANGUAGES[language]} @click=${() => app.language(language)}>${language.toUpperCase()}</button>`
    )}
  </div>`;
}

function skip(event: Event) {
  event.preventDefault();
  document.querySelector<HTMLElement>('main [data-focus="title"]')?.focus();
}
