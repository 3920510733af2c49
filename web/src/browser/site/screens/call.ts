// The call that this person is in: from dialling to its end.

import { html, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import type { AudioDevices, Call, Member } from "../model.ts";
import type { App } from "./app.ts";
import { icon, seal } from "./icons.ts";
import { secondCall } from "./incoming.ts";
import { knownBlock, knownLine, standing } from "./known.ts";
import { problemNote } from "./problems.ts";
import { clock, duration, t } from "./text.ts";

export function callScreen(app: App, call: Call): TemplateResult {
  if (call.state === "ended") {
    return call.ended === "words-differ" || call.ended === "words-differ-there" ? wordsDiffered(app, call) : ended(app, call);
  }
  return html`<section class="in-call ${call.state}" aria-label=${t("call.label", { name: call.person.name })}>
    ${secondCall(app, call, app.waiting)}
    <header class="call-head">
      ${seal(call.person.known.kind)}
      <div>
        <h1 class="name" tabindex="-1" data-focus="title">${call.person.name}</h1>
        ${standing(call.person)}
        ${call.state === "connected" ? knownLine(call.person.known) : nothing}
      </div>
      ${call.state === "connected" ? html`<p class="timer" role="timer" aria-label=${t("call.time")}>${clock(secondsOf(call))}</p>` : nothing}
    </header>
    <p class="call-state" role="status">${state(call)}</p>
    ${soundProblem(app, call)}
    ${call.state === "connected" ? connected(app, call) : knownBlock(call.person.known)}
    ${controls(app, call)}
  </section>`;
}

/** The way back to a call while another section is looked at. */
export function callBar(app: App, call: Call): TemplateResult {
  return html`<button type="button" class="call-bar" @click=${() => app.go("call")}>
    ${icon("handset")}<span class="name">${call.person.name}</span>
    <span>${call.state === "connected" ? clock(secondsOf(call)) : ""}</span> <span class="go">${t("call.return")}</span>
  </button>`;
}

function state(call: Call): string {
  switch (call.state) {
    case "dialling":
    case "ringing-there":
    case "nobody-there":
    case "connecting":
      return t(`call.${call.state}`);
    case "connected":
      return t("call.quality", { quality: t(`call.quality.${call.quality}`) });
    case "ringing":
    case "waiting":
    case "ended":
      return "";
  }
}

function connected(app: App, call: Call): TemplateResult {
  return html`
    ${comparison(app, call)}
    <div class="call-facts">
      <section class="roster" aria-labelledby="roster-title">
        <h2 id="roster-title">${t("call.roster")}</h2>
        <ul>${call.roster.map(member)}</ul>
      </section>
      ${sound(app)}
    </div>`;
}

/** What the person can mend is tried again when they say so; the rest tries again by itself, or cannot. */
function soundProblem(app: App, call: Call): TemplateResult {
  switch (call.mediaProblem) {
    case "no-microphone":
    case "microphone-denied":
    case "microphone-busy":
    case "sound-failed":
      return problemNote(call.mediaProblem, () => app.retrySound(call.id));
    default:
      return problemNote(call.mediaProblem ?? app.ui.problem);
  }
}

// --------------------------------------------------------------------------------------------------- comparison words

function comparison(app: App, call: Call): TemplateResult | typeof nothing {
  if (call.words.length === 0) {
    return nothing;
  }
  if (call.comparison === "match") {
    return html`<section class="words matched">
      ${seal("compared")}
      <div role="status">
        <p class="words-title">${t("words.matched")}</p>
        <p>${t("words.matched.text", { name: call.person.name })}</p>
      </div>
    </section>`;
  }
  return html`<section class="words" aria-labelledby="words-title">
    <h2 id="words-title" class="words-title">${t("words.title")}</h2>
    <p>${t("words.text")}</p>
    ${wordList(call.words)}
    <div class="actions">
      <button type="button" class="good" data-focus="words-match" @click=${() => app.wordsMatch(call.id, true)}>
        ${icon("tick")}${t("words.match")}
      </button>
      <button type="button" class="bad" @click=${() => app.wordsMatch(call.id, false)}>${icon("cross")}${t("words.differ")}</button>
    </div>
  </section>`;
}

export function wordList(words: string[]): TemplateResult {
  return html`<ol class="word-list" aria-label=${t("words.label")} lang="en" translate="no">
    ${words.map((word) => html`<li>${word}</li>`)}
  </ol>`;
}

// ------------------------------------------------------------------------------------------------------------- roster

function member(each: Member): TemplateResult {
  return html`<li>
    ${seal(each.own ? "self" : each.person.known.kind)}
    <div class="who">
      <span class="name">${each.person.name}${each.own ? html` <span class="you">${t("call.you")}</span>` : nothing}</span>
      <span class="member-facts">
        ${t(`role.${each.role}`)} · ${t(`device.${each.device}`)}${each.muted ? ` · ${t("call.themuted")}` : ""}
      </span>
      ${each.own ? nothing : knownLine(each.person.known)}
    </div>
  </li>`;
}

// -------------------------------------------------------------------------------------------------------------- sound

function sound(app: App): TemplateResult {
  return html`<details class="sound" @toggle=${(event: Event) => {
    if ((event.target as HTMLDetailsElement).open) {
      void app.loadAudio();
    }
  }}>
    <summary>${icon("sound")}${t("call.sound")}</summary>
    ${app.ui.audio === undefined ? nothing : choices(app, app.ui.audio)}
  </details>`;
}

function choices(app: App, audio: AudioDevices): TemplateResult {
  return html`
    <label for="microphone">${t("call.microphone")}</label>
    <select id="microphone" @change=${(event: Event) => app.useMicrophone((event.target as HTMLSelectElement).value)}>
      ${audio.microphones.map((each) =>
        html`<option value=${each.id} .selected=${live(each.id === app.ui.microphone)}>${each.label}</option>`
      )}
    </select>
    ${audio.speakers.length === 0 ? html`<p class="aside">${t("call.speaker.none")}</p>` : html`
      <label for="speaker">${t("call.speaker")}</label>
      <select id="speaker" @change=${(event: Event) => app.useSpeaker((event.target as HTMLSelectElement).value)}>
        ${audio.speakers.map((each) =>
          html`<option value=${each.id} .selected=${live(each.id === app.ui.speaker)}>${each.label}</option>`
        )}
      </select>`}`;
}

// ----------------------------------------------------------------------------------------------------------- controls

function controls(app: App, call: Call): TemplateResult {
  const going = call.state === "connected" || call.state === "connecting";
  return html`<div class="controls">
    ${call.state === "connected" ? html`
      <button type="button" class="quiet mute ${call.muted ? "on" : ""}" data-focus="mute" @click=${() => app.mute(call)}>
        ${icon(call.muted ? "muted" : "microphone")}${t(call.muted ? "call.unmute" : "call.mute")}
      </button>` : nothing}
    <button type="button" class="bad" data-focus="hang-up" @click=${() => app.hangUp(call.id)}>
      <span class="turned">${icon("handset")}</span>${going ? t("call.hangup") : t("call.cancel")}
    </button>
    <p class="muted-note" role="status">${call.muted ? t("call.muted") : ""}</p>
  </div>`;
}

function secondsOf(call: Call): number {
  return Math.max(0, Math.floor((Date.now() - call.since) / 1000));
}

// ---------------------------------------------------------------------------------------------------------------- end

function ended(app: App, call: Call): TemplateResult {
  const past = app.now.past.find((each) => each.id === call.id);
  return html`<section class="in-call ended">
    <h1 tabindex="-1" data-focus="title">${t("ended.title")}</h1>
    <p class="lead">${call.ended === undefined ? nothing : t(`ended.${reason(call.ended)}`, { name: call.person.name })}
      ${past === undefined || past.seconds === 0 ? nothing : t("ended.talked", { duration: duration(past.seconds) })}</p>
    ${problemNote(app.ui.problem)}
    <div class="call-head">
      ${seal(call.person.known.kind)}
      <div><p class="name">${call.person.name}</p>${standing(call.person)}${knownLine(call.person.known)}</div>
    </div>
    <div class="actions">
      <button type="button" class="primary" data-focus="close" @click=${() => app.dismiss(call.id)}>${t("ended.close")}</button>
      <button type="button" class="quiet" ?disabled=${app.ui.busy} @click=${() => app.callAgain(call)}>
        ${icon("handset")}${t("ended.again")}
      </button>
    </div>
  </section>`;
}

type Ordinary = Exclude<NonNullable<Call["ended"]>, "words-differ" | "words-differ-there">;

function reason(end: NonNullable<Call["ended"]>): Ordinary {
  // The two that are not ordinary have a screen of their own.
  return end === "words-differ" || end === "words-differ-there" ? "failed-there" : end;
}

/** Nothing else is on the screen, and it goes only when the person says that they have understood. */
function wordsDiffered(app: App, call: Call): TemplateResult {
  const name = call.person.name;
  return html`<section class="differ" role="alertdialog" aria-labelledby="differ-title" aria-describedby="differ-means">
    ${seal("not-who-you-compared")}
    <h1 id="differ-title" tabindex="-1" data-focus="title">${t("differ.title")}</h1>
    <p class="lead">${call.ended === "words-differ" ? t("differ.here") : t("differ.there", { name })}</p>
    <p id="differ-means" class="lead">${t("differ.means")}</p>
    <h2>${t("differ.do")}</h2>
    <ol>
      <li>${t("differ.do.1", { name })}</li>
      <li>${t("differ.do.2")}</li>
      <li>${t("differ.do.3")}</li>
    </ol>
    <p class="actions"><button type="button" class="quiet" @click=${() => app.dismiss(call.id)}>${t("differ.understood")}</button></p>
  </section>`;
}
