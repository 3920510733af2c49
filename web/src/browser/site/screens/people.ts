// Everybody whom one can call, how each is known, and the last calls.

import { html, nothing, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import type { Person } from "../model.ts";
import type { App } from "./app.ts";
import { pastCalls } from "./calls.ts";
import { icon, seal } from "./icons.ts";
import { knownLine, standing } from "./known.ts";
import { problemNote } from "./problems.ts";
import { counted, currentLanguage, t } from "./text.ts";

/** How many of the last calls stand beside the people. */
const RECENT = 6;

export function peopleScreen(app: App): TemplateResult {
  const found = matching(app.now.people, app.ui.search);
  return html`<div class="columns">
    <section aria-labelledby="people-title">
      <h1 id="people-title" tabindex="-1" data-focus="title">${t("people.title")}</h1>
      ${problemNote(app.ui.problem)}
      ${ringPermission(app)}
      ${app.now.people.length === 0 ? empty() : html`
        <div class="search">
          <label for="search" class="unseen">${t("people.search")}</label>
          <input id="search" type="search" autocomplete="off" placeholder=${t("people.search")} .value=${app.ui.search}
            @input=${(event: InputEvent) => app.search((event.target as HTMLInputElement).value)}>
        </div>
        <p class="unseen" role="status">${app.ui.search === "" ? "" : counted("people.search.count", found.length)}</p>
        ${found.length === 0 ? html`<p class="none">${t("people.search.none", { text: app.ui.search })}</p>` : nothing}
        <ul class="people">${repeat(found, (person) => person.id, (person) => row(app, person))}</ul>`}
      <p class="foot">${t("foot.rings")}</p>
    </section>
    ${app.now.past.length === 0 ? nothing : html`<aside aria-labelledby="recent-title">
      <h2 id="recent-title">${t("people.recent")}</h2>
      ${pastCalls(app, app.now.past.slice(0, RECENT))}
      <p><button type="button" class="link" @click=${() => app.go("calls")}>${t("people.all")}</button></p>
    </aside>`}
  </div>`;
}

function row(app: App, person: Person): TemplateResult {
  return html`<li class="person">
    ${seal(person.known.kind)}
    <div class="who">
      <span class="name">${person.name}</span>
      ${standing(person)}
      ${knownLine(person.known)}
    </div>
    <button type="button" class="call" data-focus="call-${person.id}" ?disabled=${app.ui.busy}
      aria-label=${t("people.call.name", { name: person.name })} @click=${() => app.dial(person.id)}>
      ${icon("handset")}<span>${t("people.call")}</span>
    </button>
  </li>`;
}

function empty(): TemplateResult {
  return html`<div class="empty">
    <p class="empty-title">${t("people.empty.title")}</p>
    <p>${t("people.empty.text")}</p>
  </div>`;
}

/** Shown until the browser lets the page make a sound. */
function ringPermission(app: App): TemplateResult | typeof nothing {
  const notifies = !("Notification" in globalThis) || Notification.permission !== "default";
  if (app.ui.soundAllowed && notifies) {
    return nothing;
  }
  return html`<div class="note plain ring-note">
    <p><strong>${t("sound.title")}</strong> ${t("sound.text")}</p>
    <button type="button" class="quiet" @click=${app.allowRinging}>${t("sound.allow")}</button>
  </div>`;
}

/** Who has every word of the search in name, title or office; accents do not matter. By name, as the language sorts. */
function matching(people: Person[], search: string): Person[] {
  const words = plain(search).split(/\s+/).filter((word) => word !== "");
  const order = new Intl.Collator(currentLanguage());
  return people
    .filter((person) => {
      const text = plain(`${person.name} ${person.title} ${person.office}`);
      return words.every((word) => text.includes(word));
    })
    .sort((a, b) => order.compare(a.name, b.name));
}

function plain(text: string): string {
  return text.normalize("NFD").replace(/\p{Mn}/gu, "").toLocaleLowerCase();
}
