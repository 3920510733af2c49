// The lines that this person gave and holds, when they are rung, and what waits at the desk.

import { html, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { repeat } from "lit-html/directives/repeat.js";
import type { DeskList, GivenLine, HandOver, HeldLine, Incident, Lines, LineTerms, Mistyped, Person } from "../model.ts";
import type { App } from "./app.ts";
import { wordList } from "./call.ts";
import { hoursFields, hoursIn, hoursText, NO_HOURS } from "./hours.ts";
import { icon, seal } from "./icons.ts";
import { field } from "./join.ts";
import { knownBlock, knownLine, standing } from "./known.ts";
import { problemNote } from "./problems.ts";
import { qrCode } from "./qr.ts";
import { counted, currentLanguage, date, t, when } from "./text.ts";

/** The core counts bytes; this keeps nearly everybody from being refused for it. */
const NOTE_MOST = 120;
const TEXT_MOST = 280;

export function linesScreen(app: App): TemplateResult {
  const lines = app.now.lines;
  const { form, handOver, said } = app.ui.lines;
  if (lines === undefined) {
    return html`<h1 class="patience" tabindex="-1" data-focus="title">${t("lines.reading")}</h1>`;
  }
  if (handOver !== undefined) {
    return handingOver(app, handOver);
  }
  return html`<section class="narrow lines">
    <h1 tabindex="-1" data-focus="title">${t("lines.title")}</h1>
    <p class="lead">${t("lines.text")}</p>
    <p class="said" role="status">${said === undefined ? "" : t(`lines.said.${said}`)}</p>
    ${problemNote(app.ui.problem)}
    ${form === undefined ? html`<div class="actions">
      <button type="button" class="primary" data-focus="new" @click=${() => app.lines.set({ form: "new" }, "note")}>${icon("plus")}${t("lines.new")}</button>
      <button type="button" class="quiet" data-focus="redeem" @click=${() => app.lines.set({ form: "redeem" }, "address")}>${t("lines.redeem")}</button>
      <button type="button" class="quiet" data-focus="times" @click=${() => app.lines.set({ form: "times" }, "form-title")}>${t("lines.times")}</button>
      <button type="button" class="quiet" data-focus="knock" @click=${() => app.lines.set({ form: "knock" }, "knock-office")}>${t("lines.knock")}</button>
    </div>` : nothing}
    ${form === "new" ? newLine(app, lines) : nothing}
    ${form === "redeem" ? redeeming(app) : nothing}
    ${form === "times" ? times(app, lines) : nothing}
    ${form === "knock" ? knocking(app) : nothing}
    ${app.now.deskList === undefined ? nothing : desk(app, app.now.deskList)}
    <h2>${t("lines.given")}</h2>
    ${lines.given.length === 0 ? html`<p class="none">${t("lines.given.none")}</p>` : html`
      <ul class="line-list">${repeat(inOrder(lines.given), (line) => line.id, (line) => given(app, line))}</ul>`}
    <h2>${t("lines.held")}</h2>
    ${lines.held.length === 0 ? html`<p class="none">${t("lines.held.none")}</p>` : html`
      <ul class="line-list">${repeat(lines.held, (line) => line.id, (line) => held(app, line))}</ul>`}
  </section>`;
}

/** How much wants to be looked at: lines for which somebody waits or that somebody else tried, and who knocked at the desk. */
export function wanting(lines: Lines | undefined, desk: DeskList | undefined): number {
  const given = lines?.given.filter(({ state, incidents }) => state === "waiting" || incidents.length > 0);
  return (given?.length ?? 0) + (desk?.knocks.length ?? 0);
}

/** What wants an answer first, what is over last. */
function inOrder(lines: GivenLine[]): GivenLine[] {
  const rank = ({ state, incidents }: GivenLine) =>
    incidents.length > 0 ? 0 : state === "waiting" ? 1 : state === "refused" || state === "withdrawn" ? 3 : 2;
  return lines.map((line, at) => ({ line, at })).sort((a, b) => rank(a.line) - rank(b.line) || a.at - b.at).map(({ line }) => line);
}

// --------------------------------------------------------------------------------------------------------- lines given

function given(app: App, line: GivenLine): TemplateResult {
  const note = noteOf(line);
  const over = line.state === "withdrawn" || line.state === "refused";
  return html`<li class="line ${over ? "spent" : line.state}">
    <div class="who">
      <h3 class="name" tabindex="-1" data-focus="line-${line.id}">${note}</h3>
      <p class="line-state">${t(`lines.state.${line.state}`)}${over ? "" : termsText(line.terms)}</p>
      ${line.person === undefined || line.state === "waiting" ? nothing : whoHolds(line, line.person)}
    </div>
    ${line.incidents.length === 0 ? nothing : incidentCard(app, line)}
    ${line.state === "waiting" && line.person !== undefined ? html`<div class="note caution">
      <p class="note-title">${t("lines.waiting.title", { name: line.person.name })}</p>
      ${standing(line.person)}
      ${knownBlock(line.person.known)}
      <p>${t("lines.waiting.text", { note })}</p>
      <div class="actions">
        <button type="button" class="good" ?disabled=${app.ui.busy} @click=${() => app.lines.decide(line, true)}>${icon("tick")}${t("lines.approve")}</button>
        <button type="button" class="bad" ?disabled=${app.ui.busy} @click=${() => app.lines.decide(line, false)}>${icon("cross")}${t("lines.refuse")}</button>
      </div>
    </div>` : nothing}
    ${app.ui.lines.ending === line.id ? ending(app, line, note) : html`<div class="row-actions">
      ${line.redeemed || over ? nothing : html`<button type="button" class="link" ?disabled=${app.ui.busy}
        aria-label=${t("lines.hand.name", { note })} @click=${() => app.lines.handOver(line)}>${t("lines.hand")}</button>`}
      ${line.renewable && !over && line.incidents.length === 0 ? html`<button type="button" class="link" ?disabled=${app.ui.busy}
        aria-label=${t("lines.renew.name", { note })} @click=${() => app.lines.renew(line.id)}>${t("lines.renew")}</button>` : nothing}
      ${over || line.incidents.length > 0 ? nothing : html`<button type="button" class="link danger" data-focus="withdraw-${line.id}"
        aria-label=${t("lines.withdraw.name", { note })}
        @click=${() => app.lines.set({ ending: line.id }, "ending-title")}>${t("lines.withdraw")}</button>`}
    </div>`}
  </li>`;
}

function noteOf({ note }: { note: string }): string {
  return note === "" ? t("lines.note.none") : note;
}

function whoHolds(line: GivenLine, person: Person): TemplateResult {
  return html`<p class="holder">${t(line.redeemed ? "lines.redeemed.by" : "lines.bound.to", { name: person.name })}</p>
    ${standing(person)}`;
}

function ending(app: App, line: GivenLine, note: string): TemplateResult {
  return html`<div class="note bad" role="group" aria-labelledby="ending-title">
    <p id="ending-title" class="note-title" tabindex="-1" data-focus="ending-title">${t("lines.withdraw.title", { note })}</p>
    <p>${t("lines.withdraw.text")}</p>
    <div class="actions">
      <button type="button" class="bad" ?disabled=${app.ui.busy} @click=${() => app.lines.withdraw(line.id)}>${t("lines.withdraw.yes")}</button>
      <button type="button" class="quiet" @click=${() => app.lines.set({}, `withdraw-${line.id}`)}>${t("devices.cancel")}</button>
    </div>
  </div>`;
}

/** Which copy leaked, and what can be done about it. */
function incidentCard(app: App, line: GivenLine): TemplateResult {
  const count = line.incidents.reduce((sum, each) => sum + each.count, 0);
  const isOver = line.state === "withdrawn" || line.state === "refused";
  const note = noteOf(line);
  return html`<div class="note bad incident">
    <p class="note-title">${counted("lines.tried", count)}</p>
    <p>${t("lines.tried.text", { note })}</p>
    <ul class="incidents">${line.incidents.map(incident)}</ul>
    <div class="actions">
      ${line.renewable && !isOver ? html`<button type="button" class="primary" ?disabled=${app.ui.busy}
        @click=${() => app.lines.renew(line.id)}>${t("lines.reissue")}</button>` : nothing}
      ${isOver ? nothing : html`<button type="button" class="bad" data-focus="withdraw-${line.id}" aria-label=${t("lines.withdraw.name", { note })}
        @click=${() => app.lines.set({ ending: line.id }, "ending-title")}>${t("lines.withdraw")}</button>`}
      <button type="button" class="quiet" ?disabled=${app.ui.busy} aria-label=${t("lines.seen.name", { note })} @click=${() => app.lines.acknowledge(line.id)}>${t("lines.seen")}</button>
    </div>
  </div>`;
}

/** Who it was stands apart from their office: a name may have anything in it. */
function incident(each: Incident): TemplateResult {
  return html`<li>
    <span class="incident-who">${each.proved ? each.name : t("incident.claimed")}</span>
    <span>${t(each.proved ? "incident.proved" : "incident.claimed.office", { office: each.office })}</span>
    <span class="deed">${t(`incident.${each.kind}`)}</span>
    <span class="hint">${t("incident.from", { office: each.from, when: when(each.lastAt) })}
      ${each.count > 1 ? counted("incident.often", each.count, { when: when(each.firstAt) }) : ""}</span>
  </li>`;
}

// ---------------------------------------------------------------------------------------------------------- lines held

function held(app: App, line: HeldLine): TemplateResult {
  return html`<li class="line ${line.state}">
    ${seal(line.person.known.kind)}
    <div class="who">
      <span class="name">${line.person.name}</span>
      ${standing(line.person)}
      ${knownLine(line.person.known)}
      <span class="line-state">${t(`lines.held.${line.state}`)}${line.state === "gone" ? "" : termsText(line.terms)}</span>
    </div>
    ${line.state === "rings" ? html`<button type="button" class="call" data-focus="call-line-${line.id}" ?disabled=${app.ui.busy}
      aria-label=${t("people.call.name", { name: line.person.name })} @click=${() => app.lines.call(line.id)}>
      ${icon("handset")}<span>${t("people.call")}</span>
    </button>` : nothing}
  </li>`;
}

// ---------------------------------------------------------------------------------------------------- handing one over

function handingOver(app: App, made: HandOver): TemplateResult {
  const boundTo = app.now.lines?.given.find(({ id }) => id === made.line)?.person;
  return html`<section class="sheet hand-over">
    <h1 tabindex="-1" data-focus="hand-over">${t("hand.title")}</h1>
    <p class="lead">${t("hand.text")} ${boundTo === undefined ? t("hand.open") : t("hand.bound", { name: boundTo.name })}</p>
    ${qrCode(made.code, t("hand.code"))}
    <label for="line-link">${t("hand.link")}</label>
    <div class="copy">
      <input id="line-link" readonly autocomplete="off" .value=${made.link} @focus=${(event: Event) => (event.target as HTMLInputElement).select()}>
      <button type="button" class="primary" @click=${() => app.copy(made.link)}>${t("link.copy")}</button>
    </div>
    <p class="hint" role="status">${app.ui.copied ? t("link.copied") : ""}</p>
    <h2>${t("hand.aloud")}</h2>
    <p class="spoken" translate="no">${made.office}</p>
    ${wordList(made.words)}
    ${boundTo === undefined ? html`<p class="hint">${t("hand.after")}</p>` : nothing}
    <p class="actions"><button type="button" class="quiet" @click=${app.lines.close}>${t("hand.done")}</button></p>
  </section>`;
}

// --------------------------------------------------------------------------------------------------------------- forms

function newLine(app: App, lines: Lines): TemplateResult {
  const { person, note } = app.ui.lines;
  return html`<form class="sheet-in" aria-labelledby="form-title" @submit=${(event: SubmitEvent) => makeLine(app, event)}>
    <h2 id="form-title">${t("lines.new")}</h2>
    <label for="note">${t("new.note")}</label>
    <input id="note" name="note" required maxlength=${NOTE_MOST} autocomplete="off" data-focus="note" aria-describedby="note-hint"
      .defaultValue=${note ?? ""}>
    <p id="note-hint" class="hint">${t("new.note.hint")}</p>
    <label for="person">${t("new.person")}</label>
    <select id="person" name="person">
      <option value="">${t("new.person.open")}</option>
      ${known(app, lines).map(({ id, name, office }) =>
        html`<option value=${id} ?selected=${id === person}>${t("new.person.named", { name, office })}</option>`
      )}
    </select>
    <label for="until">${t("new.until")}</label>
    <input id="until" name="until" type="date" min=${today()}>
    <fieldset>
      <legend>${t("new.kind")}</legend>
      ${choice("kind", "ring", t("new.ring"), true)}
      ${choice("kind", "request", t("new.request"), false)}
      ${tickBox("any-time", t("new.any-time"), false)}
    </fieldset>
    <fieldset class="when">
      <legend>${t("new.hours")}</legend>
      ${choice("hours", "any", t("new.hours.any"), true)}
      ${choice("hours", "some", t("new.hours.some"), false)}
      ${hoursFields(undefined, app.ui.lines.noHours)}
    </fieldset>
    ${formActions(app, t("new.make"))}
  </form>`;
}

function makeLine(app: App, event: SubmitEvent) {
  event.preventDefault();
  const person = field(event, "person");
  const day = field(event, "until");
  const hours = field(event, "hours") === "some" ? hoursIn(event) : NO_HOURS;
  if (hours === undefined) {
    app.lines.set({ ...app.ui.lines, noHours: true });
    return;
  }
  void app.lines.give({
    note: oneLine(field(event, "note")),
    ...(person === "" ? {} : { person }),
    requestOnly: field(event, "kind") === "request",
    anyTime: field(event, "any-time") === "on",
    until: day === "" ? 0 : new Date(`${day}T23:59:59.999`).getTime(),
    hours,
  });
}

/** As the core wants what screens show: single spaces between words. */
function oneLine(text: string): string {
  return text.trim().replace(/\s+/g, " ");
}

function redeeming(app: App): TemplateResult {
  const wrong = app.ui.lines.mistyped;
  return html`<form class="sheet-in" aria-labelledby="form-title" @submit=${(event: SubmitEvent) => {
    event.preventDefault();
    void app.lines.redeem(field(event, "address"), field(event, "back") === "on");
  }}>
    <h2 id="form-title">${t("lines.redeem")}</h2>
    <label for="address">${t("redeem.address")}</label>
    <textarea id="address" name="address" required rows="3" autocomplete="off" autocapitalize="none" spellcheck="false"
      data-focus="address" aria-invalid=${wrong === undefined ? nothing : "true"} aria-describedby="address-hint address-error"></textarea>
    <p id="address-hint" class="hint">${t("redeem.hint")}</p>
    <p id="address-error" class="field-error">${wrong === undefined ? nothing : mistakeText(wrong)}</p>
    ${tickBox("back", t("redeem.back"), true)}
    ${formActions(app, t("redeem.do"))}
  </form>`;
}

/** Which word it is, as far as can be told. */
function mistakeText({ kind, ...where }: Mistyped): string {
  return t(`mistyped.${kind}`, where);
}

function times(app: App, lines: Lines): TemplateResult {
  return html`<section class="sheet-in" aria-labelledby="form-title">
    <form class="when" @submit=${(event: SubmitEvent) => {
      event.preventDefault();
      const hours = field(event, "quiet") === "on" ? hoursIn(event) : NO_HOURS;
      if (hours === undefined) {
        app.lines.set({ ...app.ui.lines, noHours: true });
      } else {
        void app.lines.times(hours, field(event, "desk") === "on");
      }
    }}>
      <h2 id="form-title" tabindex="-1" data-focus="form-title">${t("lines.times")}</h2>
      <p>${lines.quiet.spans.length === 0 ? t("times.now.never") : t("times.now", { hours: hoursText(lines.quiet) })}</p>
      ${tickBox("quiet", t("times.quiet"), lines.quiet.spans.length > 0)}
      ${hoursFields(lines.quiet, app.ui.lines.noHours)}
      ${tickBox("desk", t("times.desk"), lines.sendToDesk)}
      ${formActions(app, t("devices.save"))}
    </form>
    <h3>${t("times.people")}</h3>
    <p class="hint">${t("times.people.hint")}</p>
    <ul class="who-rings">${repeat(known(app, lines), ({ id }) => id, (person) => whoRings(app, lines, person))}</ul>
  </section>`;
}

function whoRings(app: App, lines: Lines, person: Person): TemplateResult {
  const { id, name } = person;
  const ticked = (event: Event) => (event.target as HTMLInputElement).checked;
  return html`<li>
    <span class="who"><span class="name">${name}</span> ${standing(person)}</span>
    <span class="ticks">
      ${person.office === app.now.me?.office ? html`<span class="day">
        <input type="checkbox" id="favourite-${id}" aria-label=${t("times.favourite.name", { name })}
          .checked=${live(lines.favourites.includes(id))} @change=${(event: Event) => app.lines.favourite(id, ticked(event))}>
        <label for="favourite-${id}">${t("times.favourite")}</label></span>` : nothing}
      <span class="day">
        <input type="checkbox" id="blocked-${id}" aria-label=${t("times.block.name", { name })}
          .checked=${live(lines.blocked.includes(id))} @change=${(event: Event) => app.lines.block(id, ticked(event))}>
        <label for="blocked-${id}">${t("times.block")}</label></span>
    </span>
  </li>`;
}

function knocking(app: App): TemplateResult {
  return html`<form class="sheet-in" aria-labelledby="form-title" @submit=${(event: SubmitEvent) => {
    event.preventDefault();
    void app.lines.knock(domainIn(field(event, "office")), oneLine(field(event, "for")), oneLine(field(event, "text")));
  }}>
    <h2 id="form-title">${t("lines.knock")}</h2>
    <p>${t("knock.text")}</p>
    <label for="knock-office">${t("knock.office")}</label>
    <input id="knock-office" name="office" required autocomplete="off" autocapitalize="none" spellcheck="false" data-focus="knock-office">
    <label for="knock-for">${t("knock.for")}</label>
    <input id="knock-for" name="for" required maxlength=${NOTE_MOST} autocomplete="off">
    <label for="knock-text">${t("knock.what")}</label>
    <textarea id="knock-text" name="text" required rows="3" maxlength=${TEXT_MOST}></textarea>
    ${formActions(app, t("knock.do"))}
  </form>`;
}

/** People paste the address of a page. */
function domainIn(text: string): string {
  return text.trim().toLowerCase().replace(/^https:\/\//, "").replace(/\/.*$/, "");
}

function formActions(app: App, go: string): TemplateResult {
  return html`<p class="actions">
    <button type="submit" class="primary" ?disabled=${app.ui.busy}>${go}</button>
    <button type="button" class="quiet" @click=${app.lines.close}>${t("devices.cancel")}</button>
  </p>`;
}

function choice(name: string, value: string, text: string, first: boolean): TemplateResult {
  return html`<div class="choice">
    <input type="radio" name=${name} id="${name}-${value}" value=${value} ?checked=${first}>
    <label for="${name}-${value}">${text}</label>
  </div>`;
}

function tickBox(name: string, text: string, on: boolean): TemplateResult {
  return html`<div class="choice">
    <input type="checkbox" name=${name} id=${name} ?checked=${on}>
    <label for=${name}>${text}</label>
  </div>`;
}

/** Everybody to whom a line can be bound: whom this person can call, whose lines they hold, and who knocked. */
function known(app: App, { held }: Lines): Person[] {
  const knocked = app.now.deskList?.knocks ?? [];
  const people = new Map([...knocked, ...held].map(({ person }) => [person.id, person]));
  app.now.people.forEach((person) => people.set(person.id, person));
  const order = new Intl.Collator(currentLanguage());
  return [...people.values()].sort((a, b) => order.compare(a.name, b.name));
}

// ---------------------------------------------------------------------------------------------------------------- desk

function desk(app: App, list: DeskList): TemplateResult {
  const empty = list.knocks.length + list.incidents.length + list.calls.length === 0;
  return html`<section class="desk" aria-labelledby="desk-title">
    <h2 id="desk-title" tabindex="-1" data-focus="desk">${icon("desk")} ${t("desk.title")}</h2>
    ${empty ? html`<p class="none">${t("desk.none")}</p>` : html`<ul class="line-list">
      ${repeat(list.knocks, ({ nonce }) => nonce, (knock) => knocked(app, knock))}
      ${list.incidents.map((each) => html`<li class="line">
        <div class="who">
          <span class="name">${t("desk.tried", { name: each.issuer })}</span>
          <span>${t("desk.tried.note", { note: noteOf(each) })}</span>
          <ul class="incidents">${each.incidents.map(incident)}</ul>
        </div>
      </li>`)}
      ${list.calls.map((call) => html`<li class="line">
        <div class="who">
          <span class="name">${call.name}</span>
          <span class="standing"><span class="office">${call.office}</span></span>
          <span>${t("desk.call", { to: call.to, when: when(call.at) })}</span>
        </div>
        ${callBack(app, call.caller, call.name)}
      </li>`)}
    </ul>`}
  </section>`;
}

function knocked(app: App, { nonce, person, at, for: whom, text }: DeskList["knocks"][number]): TemplateResult {
  const canCall = app.now.people.some(({ id }) => id === person.id);
  return html`<li class="line">
    ${seal(person.known.kind)}
    <div class="who">
      <span class="name">${person.name}</span>
      ${standing(person)}
      ${knownLine(person.known)}
      <p>${t("desk.knock", { for: whom, when: when(at) })}</p>
      <blockquote>${text}</blockquote>
    </div>
    <div class="row-actions">
      ${canCall ? callBack(app, person.id, person.name) : html`<button type="button" class="link" ?disabled=${app.ui.busy}
        aria-label=${t("desk.give.name", { name: person.name })}
        @click=${() => app.lines.set({ form: "new", person: person.id, note: person.name }, "note")}>${t("desk.give")}</button>`}
      <button type="button" class="link" ?disabled=${app.ui.busy} aria-label=${t("desk.dismiss.name", { name: person.name })}
        @click=${() => app.lines.dismissKnock(nonce)}>${t("desk.dismiss")}</button>
    </div>
  </li>`;
}

/** Only whoever is in the list of people can be called. */
function callBack(app: App, person: string, name: string): TemplateResult | typeof nothing {
  return app.now.people.some(({ id }) => id === person)
    ? html`<button type="button" class="link" data-focus="call-back-${person}" ?disabled=${app.ui.busy}
      aria-label=${t("desk.call-back.name", { name })} @click=${() => app.dial(person)}>${t("desk.call-back")}</button>`
    : nothing;
}

// --------------------------------------------------------------------------------------------------------------- texts

function termsText(terms: LineTerms): string {
  return [
    terms.requestOnly ? t("terms.request") : "",
    terms.anyTime ? t("terms.any-time") : "",
    terms.hours.spans.length > 0 ? hoursText(terms.hours) : "",
    terms.until === 0 ? "" : t(terms.expired ? "terms.expired" : "terms.until", { date: date(terms.until) }),
  ].filter((text) => text !== "").map((text) => ` · ${text}`).join("");
}

function today(): string {
  const now = new Date(Date.now());
  return `${now.getFullYear()}-${String(now.getMonth() + 1).padStart(2, "0")}-${String(now.getDate()).padStart(2, "0")}`;
}
