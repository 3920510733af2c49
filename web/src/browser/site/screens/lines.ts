// The lines that this person gave and holds, when they are rung, and what waits at the desk.

import { html, nothing, svg, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import type { DeskList, GivenLine, HandOver, HeldLine, Hours, Incident, Lines, LineTerms, Person } from "../model.ts";
import type { App } from "./app.ts";
import { wordList } from "./call.ts";
import { icon, seal } from "./icons.ts";
import { field } from "./join.ts";
import { knownLine, standing } from "./known.ts";
import { weekly } from "./line-deeds.ts";
import { problemNote } from "./problems.ts";
import { counted, currentLanguage, date, t, when } from "./text.ts";

const NOTE_MOST = 120;
const TEXT_MOST = 280;
const MINUTES_PER_DAY = 1440;
/** A Monday. */
const MONDAY = Date.UTC(2026, 0, 5, 12);
const DAYS = [0, 1, 2, 3, 4, 5, 6];

export function linesScreen(app: App): TemplateResult {
  const lines = app.now.lines;
  const { form, handOver, said } = app.ui.lines;
  if (lines === undefined) {
    return html`<h1 class="patience" tabindex="-1" data-focus="title">${t("app.starting")}</h1>`;
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

/** How many of this person's lines want an answer: somebody waits, or somebody else tried. */
export function wanting(lines: Lines | undefined): number {
  return lines?.given.filter(({ state, incidents }) => state === "waiting" || incidents.length > 0).length ?? 0;
}

/** What wants an answer first, what is over last. */
function inOrder(lines: GivenLine[]): GivenLine[] {
  const rank = ({ state, incidents }: GivenLine) =>
    incidents.length > 0 ? 0 : state === "waiting" ? 1 : state === "refused" || state === "withdrawn" ? 3 : 2;
  return lines.map((line, at) => ({ line, at })).sort((a, b) => rank(a.line) - rank(b.line) || a.at - b.at).map(({ line }) => line);
}

// --------------------------------------------------------------------------------------------------------- lines given

function given(app: App, line: GivenLine): TemplateResult {
  const note = line.note === "" ? t("lines.note.none") : line.note;
  const over = line.state === "withdrawn" || line.state === "refused";
  return html`<li class="line ${over ? "spent" : line.state}">
    <div class="who">
      <h3 class="name" tabindex="-1" data-focus="line-${line.id}">${note}</h3>
      <p class="line-state">${t(`lines.state.${line.state}`)}${over ? "" : termsText(line.terms)}</p>
      ${line.person === undefined ? nothing : whoHolds(line, line.person)}
    </div>
    ${line.incidents.length === 0 ? nothing : incidentCard(app, line)}
    ${line.state === "waiting" ? html`<div class="note caution">
      <p class="note-title">${t("lines.waiting.title", { name: line.person?.name ?? "" })}</p>
      <p>${t("lines.waiting.text", { note })}</p>
      <div class="actions">
        <button type="button" class="good" ?disabled=${app.ui.busy} @click=${() => app.lines.decide(line, true)}>${icon("tick")}${t("lines.approve")}</button>
        <button type="button" class="bad" ?disabled=${app.ui.busy} @click=${() => app.lines.decide(line, false)}>${icon("cross")}${t("lines.refuse")}</button>
      </div>
    </div>` : nothing}
    ${app.ui.lines.ending === line.id ? ending(app, line, note) : html`<div class="row-actions">
      ${line.redeemed || over ? nothing : html`<button type="button" class="link" ?disabled=${app.ui.busy}
        aria-label=${t("lines.hand.name", { note })} @click=${() => app.lines.handOver(line)}>${t("lines.hand")}</button>`}
      ${line.renewable && !over ? html`<button type="button" class="link" ?disabled=${app.ui.busy}
        aria-label=${t("lines.renew.name", { note })} @click=${() => app.lines.renew(line.id)}>${t("lines.renew")}</button>` : nothing}
      ${over ? nothing : html`<button type="button" class="link danger" data-focus="withdraw-${line.id}"
        aria-label=${t("lines.withdraw.name", { note })}
        @click=${() => app.lines.set({ ending: line.id }, "ending-title")}>${t("lines.withdraw")}</button>`}
    </div>`}
  </li>`;
}

function whoHolds(line: GivenLine, person: Person): TemplateResult {
  return html`<p class="holder">${t(line.redeemed ? "lines.redeemed.by" : "lines.bound.to", { name: person.name })}</p>
    ${standing(person)}
    ${line.state === "waiting" ? knownLine(person.known) : nothing}`;
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
  return html`<div class="note bad incident">
    <p class="note-title">${counted("lines.tried", count)}</p>
    <p>${t("lines.tried.text", { note: line.note === "" ? t("lines.note.none") : line.note })}</p>
    <ul class="incidents">${line.incidents.map(incident)}</ul>
    <div class="actions">
      ${line.renewable && !isOver ? html`<button type="button" class="primary" ?disabled=${app.ui.busy}
        @click=${() => app.lines.renew(line.id)}>${t("lines.reissue")}</button>` : nothing}
      ${isOver ? nothing : html`<button type="button" class="bad" ?disabled=${app.ui.busy}
        @click=${() => app.lines.set({ ending: line.id }, "ending-title")}>${t("lines.withdraw")}</button>`}
      <button type="button" class="quiet" ?disabled=${app.ui.busy} @click=${() => app.lines.acknowledge(line.id)}>${t("lines.seen")}</button>
    </div>
  </div>`;
}

function incident(each: Incident): TemplateResult {
  const who = each.proved
    ? t("incident.proved", { name: each.name, office: each.office })
    : t("incident.claimed", { office: each.office });
  return html`<li>
    <span>${t(`incident.${each.kind}`)}</span>
    <span class="incident-who">${who}</span>
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
  return html`<section class="sheet hand-over">
    <h1 tabindex="-1" data-focus="hand-over">${t("hand.title")}</h1>
    <p class="lead">${t("hand.text")}</p>
    ${qrCode(made.code)}
    <label for="line-link">${t("hand.link")}</label>
    <div class="copy">
      <input id="line-link" readonly .value=${made.link} @focus=${(event: Event) => (event.target as HTMLInputElement).select()}>
      <button type="button" class="primary" @click=${() => app.copy(made.link)}>${t("link.copy")}</button>
    </div>
    <p class="hint" role="status">${app.ui.copied ? t("link.copied") : ""}</p>
    <h2>${t("hand.aloud")}</h2>
    <p class="spoken" translate="no">${made.office}</p>
    ${wordList(made.words)}
    <p class="hint">${t("hand.after")}</p>
    <p class="actions"><button type="button" class="quiet" @click=${app.lines.close}>${t("hand.done")}</button></p>
  </section>`;
}

/** Dark on white in either theme: cameras want it so. Four modules of quiet around it. */
function qrCode(rows: string[]): TemplateResult | typeof nothing {
  if (rows.length === 0) {
    return nothing;
  }
  const size = rows.length + 8;
  const path = rows.flatMap((row, y) => [...row].map((dark, x) => dark === "1" ? `M${x + 4} ${y + 4}h1v1h-1z` : "")).join("");
  return html`<svg class="qr" viewBox="0 0 ${size} ${size}" role="img" aria-label=${t("hand.code")} shape-rendering="crispEdges">
    ${svg`<path class="light" d="M0 0h${size}v${size}H0z"></path><path class="dark" d=${path}></path>`}
  </svg>`;
}

// --------------------------------------------------------------------------------------------------------------- forms

function newLine(app: App, lines: Lines): TemplateResult {
  return html`<form class="sheet-in" aria-labelledby="form-title" @submit=${(event: SubmitEvent) => {
    event.preventDefault();
    const person = field(event, "person");
    const day = field(event, "until");
    const hours = field(event, "hours") === "some" ? hoursIn(event) : { offset: 0, spans: [] };
    void app.lines.give({
      note: field(event, "note").trim(),
      ...(person === "" ? {} : { person }),
      requestOnly: field(event, "kind") === "request",
      anyTime: field(event, "any-time") === "on",
      until: day === "" ? 0 : new Date(`${day}T23:59:59.999`).getTime(),
      hours,
    });
  }}>
    <h2 id="form-title">${t("lines.new")}</h2>
    <label for="note">${t("new.note")}</label>
    <input id="note" name="note" required maxlength=${NOTE_MOST} autocomplete="off" data-focus="note" aria-describedby="note-hint">
    <p id="note-hint" class="hint">${t("new.note.hint")}</p>
    <label for="person">${t("new.person")}</label>
    <select id="person" name="person">
      <option value="">${t("new.person.open")}</option>
      ${known(app, lines).map(({ id, name, office }) => html`<option value=${id}>${name} (${office})</option>`)}
    </select>
    <label for="until">${t("new.until")}</label>
    <input id="until" name="until" type="date" min=${today()}>
    <fieldset>
      <legend>${t("new.kind")}</legend>
      ${choice("kind", "ring", t("new.ring"), true)}
      ${choice("kind", "request", t("new.request"), false)}
      ${tickBox("any-time", t("new.any-time"), false)}
    </fieldset>
    <fieldset>
      <legend>${t("new.hours")}</legend>
      ${choice("hours", "any", t("new.hours.any"), true)}
      ${choice("hours", "some", t("new.hours.some"), false)}
      ${hoursFields(undefined)}
    </fieldset>
    ${formActions(app, t("new.make"))}
  </form>`;
}

function redeeming(app: App): TemplateResult {
  const wrong = app.ui.lines.mistyped;
  return html`<form class="sheet-in" aria-labelledby="form-title" @submit=${(event: SubmitEvent) => {
    event.preventDefault();
    void app.lines.redeem(field(event, "address").trim(), field(event, "back") === "on");
  }}>
    <h2 id="form-title">${t("lines.redeem")}</h2>
    <label for="address">${t("redeem.address")}</label>
    <textarea id="address" name="address" required rows="3" autocomplete="off" autocapitalize="none" spellcheck="false"
      data-focus="address" aria-invalid=${wrong === undefined ? nothing : "true"} aria-describedby="address-hint address-error"></textarea>
    <p id="address-hint" class="hint">${t("redeem.hint")}</p>
    <p id="address-error" class="field-error" lang="en">${wrong ?? ""}</p>
    ${tickBox("back", t("redeem.back"), true)}
    ${formActions(app, t("redeem.do"))}
  </form>`;
}

function times(app: App, lines: Lines): TemplateResult {
  return html`<section class="sheet-in" aria-labelledby="form-title">
    <form @submit=${(event: SubmitEvent) => {
      event.preventDefault();
      const hours = field(event, "quiet") === "on" ? hoursIn(event) : { offset: 0, spans: [] };
      void app.lines.times(hours, field(event, "desk") === "on");
    }}>
      <h2 id="form-title" tabindex="-1" data-focus="form-title">${t("lines.times")}</h2>
      <p>${lines.quiet.spans.length === 0 ? t("times.now.never") : t("times.now", { hours: hoursText(lines.quiet) })}</p>
      ${tickBox("quiet", t("times.quiet"), lines.quiet.spans.length > 0)}
      ${hoursFields(lines.quiet)}
      ${tickBox("desk", t("times.desk"), lines.sendToDesk)}
      ${formActions(app, t("devices.save"))}
    </form>
    <h3>${t("times.people")}</h3>
    <p class="hint">${t("times.people.hint")}</p>
    <ul class="who-rings">${known(app, lines).map((person) => whoRings(app, lines, person))}</ul>
  </section>`;
}

function whoRings(app: App, lines: Lines, person: Person): TemplateResult {
  const favourite = lines.favourites.includes(person.id);
  const blocked = lines.blocked.includes(person.id);
  return html`<li>
    <span class="name">${person.name}</span>
    <span class="row-actions">
      ${person.office === app.now.me?.office ? html`<button type="button" class="link" aria-pressed=${String(favourite)} ?disabled=${app.ui.busy}
        aria-label=${t("times.favourite.name", { name: person.name })}
        @click=${() => app.lines.favourite(person.id, !favourite)}>${t("times.favourite")}</button>` : nothing}
      <button type="button" class="link danger" aria-pressed=${String(blocked)} ?disabled=${app.ui.busy}
        aria-label=${t("times.block.name", { name: person.name })}
        @click=${() => app.lines.block(person.id, !blocked)}>${t("times.block")}</button>
    </span>
  </li>`;
}

function knocking(app: App): TemplateResult {
  return html`<form class="sheet-in" aria-labelledby="form-title" @submit=${(event: SubmitEvent) => {
    event.preventDefault();
    void app.lines.knock(field(event, "office").trim().toLowerCase(), field(event, "for").trim(), field(event, "text").trim());
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

/** One span a day on the days that are ticked: what nearly everybody wants. The Java phone can say more. */
function hoursFields(now: Hours | undefined): TemplateResult {
  const first = now?.spans[0];
  const days = new Set(now?.spans.map(({ from }) => Math.floor(from / MINUTES_PER_DAY)));
  return html`<div class="hours">
    <div class="days" role="group" aria-label=${t("hours.days")}>
      ${DAYS.map((day) => html`<span class="day"><input type="checkbox" name="day-${day}" id="day-${day}"
        ?checked=${first === undefined ? day < 5 : days.has(day)}><label for="day-${day}">${dayName(day)}</label></span>`)}
    </div>
    <label for="hours-from">${t("hours.from")}</label>
    <input id="hours-from" name="from" type="time" .defaultValue=${first === undefined ? "08:00" : clockOf(first.from)}>
    <label for="hours-until">${t("hours.until")}</label>
    <input id="hours-until" name="to" type="time" .defaultValue=${first === undefined ? "18:00" : clockOf(first.until)}>
  </div>`;
}

function hoursIn(event: SubmitEvent): Hours {
  const days = DAYS.filter((day) => field(event, `day-${day}`) === "on");
  return weekly({ days, from: minutesOf(field(event, "from")), until: minutesOf(field(event, "to")) });
}

/** Everybody to whom a line can be bound: of the own office, and whose lines this person holds. */
function known(app: App, { held }: Lines): Person[] {
  const people = new Map([...held.map(({ person }) => person), ...app.now.people].map((person) => [person.id, person]));
  const order = new Intl.Collator(currentLanguage());
  return [...people.values()].sort((a, b) => order.compare(a.name, b.name));
}

// ---------------------------------------------------------------------------------------------------------------- desk

function desk(app: App, list: DeskList): TemplateResult {
  const empty = list.knocks.length + list.incidents.length + list.calls.length === 0;
  return html`<section class="desk" aria-labelledby="desk-title">
    <h2 id="desk-title">${icon("desk")} ${t("desk.title")}</h2>
    ${empty ? html`<p class="none">${t("desk.none")}</p>` : nothing}
    <ul class="line-list">
      ${list.knocks.map((knock) => html`<li class="line">
        ${seal(knock.person.known.kind)}
        <div class="who">
          <span class="name">${knock.person.name}</span>
          ${standing(knock.person)}
          ${knownLine(knock.person.known)}
          <p>${t("desk.knock", { for: knock.for, when: when(knock.at) })}</p>
          <blockquote>${knock.text}</blockquote>
        </div>
        <button type="button" class="quiet" ?disabled=${app.ui.busy} aria-label=${t("desk.dismiss.name", { name: knock.person.name })}
          @click=${() => app.lines.dismissKnock(knock.nonce)}>${t("desk.dismiss")}</button>
      </li>`)}
      ${list.incidents.map((each) => html`<li class="line">
        <div class="who">
          <span class="name">${t("desk.tried", { name: each.issuer, note: each.note === "" ? t("lines.note.none") : each.note })}</span>
          <ul class="incidents">${each.incidents.map(incident)}</ul>
        </div>
      </li>`)}
      ${list.calls.map((call) => html`<li class="line">
        <div class="who">
          <span class="name">${t("desk.call", { name: call.name, office: call.office, to: call.to })}</span>
          <span class="hint">${when(call.at)}</span>
        </div>
      </li>`)}
    </ul>
  </section>`;
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

function hoursText({ spans }: Hours): string {
  return spans
    .map(({ from, until }) => `${dayName(Math.floor(from / MINUTES_PER_DAY))} ${clockOf(from)}–${clockOf(until)}`)
    .join(", ");
}

function dayName(day: number): string {
  return new Intl.DateTimeFormat(currentLanguage(), { weekday: "short", timeZone: "UTC" }).format(MONDAY + day * 86_400_000);
}

function clockOf(minute: number): string {
  const ofDay = minute % MINUTES_PER_DAY;
  return `${String(Math.floor(ofDay / 60)).padStart(2, "0")}:${String(ofDay % 60).padStart(2, "0")}`;
}

function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(":").map(Number);
  return hours * 60 + minutes;
}

function today(): string {
  const now = new Date(Date.now());
  return `${now.getFullYear()}-${String(now.getMonth() + 1).padStart(2, "0")}-${String(now.getDate()).padStart(2, "0")}`;
}
