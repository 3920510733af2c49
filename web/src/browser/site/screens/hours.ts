// Hours of the week: as a form has them, as they are signed, and as people read them.

import { html, nothing, type TemplateResult } from "lit-html";
import type { Hours } from "../model.ts";
import { field } from "./join.ts";
import { currentLanguage, t } from "./text.ts";

/** The same hours on some days, in minutes of the day; until the next day if `until` is not after `from`. */
export interface DayHours {
  days: number[];
  from: number;
  until: number;
}

interface Stretch {
  from: number;
  until: number;
}

const DAY = 1440;
const WEEK = 7 * DAY;
const DAYS = [0, 1, 2, 3, 4, 5, 6];
/** A Monday. */
const MONDAY = Date.UTC(2026, 0, 5, 12);
/** What a form begins with. */
const OFFICE_HOURS: DayHours = { days: [0, 1, 2, 3, 4], from: 8 * 60, until: 18 * 60 };

export const NO_HOURS: Hours = { offset: 0, spans: [] };

// ---------------------------------------------------------------------------------------------------------- to be signed

/** By this device's clock as it is now. What goes on past midnight at the end of a week is two spans. */
export function weekly({ days, from, until }: DayHours): Hours {
  const spans = days.flatMap((day) => {
    const start = day * DAY + from;
    const end = start + (until > from ? until - from : until - from + DAY);
    return end <= WEEK ? [{ from: start, until: end }] : [{ from: start, until: WEEK }, { from: 0, until: end - WEEK }];
  });
  return { offset: offsetHere(), spans: spans.sort((a, b) => a.from - b.from) };
}

function offsetHere(): number {
  return -new Date().getTimezoneOffset();
}

// ------------------------------------------------------------------------------------------------------------- and back

/** As a form has them; nothing if they are not the same on all days that have any. */
export function dayHours(hours: Hours): DayHours | undefined {
  let same: DayHours | undefined;
  for (const { from, until } of stretches(hours)) {
    const length = until - from;
    const count = length % DAY === 0 ? length / DAY : 1;
    const each = { from: from % DAY, until: until % DAY };
    if (length > count * DAY || (same !== undefined && (same.from !== each.from || same.until !== each.until))) {
      return undefined;
    }
    const first = Math.floor(from / DAY);
    same = { ...each, days: [...(same?.days ?? []), ...DAYS.slice(0, count).map((more) => (first + more) % 7)] };
  }
  return same === undefined ? undefined : { ...same, days: same.days.sort((a, b) => a - b) };
}

/** By this device's clock, those that touch as one. One that goes on past the end of the week ends beyond it. */
function stretches({ offset, spans }: Hours): Stretch[] {
  const ahead = offsetHere() - offset;
  const turned = spans.map(({ from, until }) => {
    const start = (from + ahead + 2 * WEEK) % WEEK;
    return { from: start, until: start + until - from };
  });
  const joined: Stretch[] = [];
  for (const each of turned.sort((a, b) => a.from - b.from)) {
    const last = joined.at(-1);
    if (last !== undefined && each.from <= last.until) {
      last.until = Math.max(last.until, each.until);
    } else {
      joined.push({ ...each });
    }
  }
  const [first] = joined;
  const last = joined.at(-1);
  if (first !== undefined && last !== undefined && first !== last && last.until - WEEK >= first.from) {
    last.until = Math.max(last.until, first.until + WEEK);
    joined.shift();
  }
  return joined.map((each) => each.until - each.from >= WEEK ? { from: 0, until: WEEK } : each);
}

// ------------------------------------------------------------------------------------------------------------- the form

/** One span a day on the days that are ticked: what nearly everybody wants. The Java phone can say more. */
export function hoursFields(now: Hours | undefined, isNone: boolean | undefined): TemplateResult {
  const { days, from, until } = (now === undefined ? undefined : dayHours(now)) ?? OFFICE_HOURS;
  return html`<div class="hours">
    <div class="days" role="group" aria-label=${t("hours.days")}>
      ${DAYS.map((day) => html`<span class="day"><input type="checkbox" name="day-${day}" id="day-${day}"
        ?checked=${days.includes(day)}><label for="day-${day}">${dayName(day)}</label></span>`)}
    </div>
    <div class="clocks">
      <div><label for="hours-from">${t("hours.from")}</label>
        <input id="hours-from" name="from" type="time" .defaultValue=${clockOf(from)} aria-describedby="hours-hint"></div>
      <div><label for="hours-until">${t("hours.until")}</label>
        <input id="hours-until" name="to" type="time" .defaultValue=${clockOf(until)} aria-describedby="hours-hint"></div>
    </div>
    <p id="hours-hint" class="hint">${t("hours.hint")}</p>
    <p class="field-error" role="alert">${isNone === true ? t("hours.none") : nothing}</p>
  </div>`;
}

/** What stands in the form; nothing if that is no time at all. */
export function hoursIn(event: SubmitEvent): Hours | undefined {
  const days = DAYS.filter((day) => field(event, `day-${day}`) === "on");
  const from = minutesOf(field(event, "from"));
  const until = minutesOf(field(event, "to"));
  return days.length === 0 || from === undefined || until === undefined ? undefined : weekly({ days, from, until });
}

function minutesOf(time: string): number | undefined {
  const [hours, minutes] = time.split(":").map(Number);
  return hours === undefined || minutes === undefined ? undefined : hours * 60 + minutes;
}

// --------------------------------------------------------------------------------------------------------------- as text

export function hoursText(hours: Hours): string {
  const same = dayHours(hours);
  return same === undefined
    ? stretches(hours).map(({ from, until }) => `${dayName(Math.floor(from / DAY))} ${clocks(from, until)}`).join(", ")
    : `${dayNames(same.days)} ${clocks(same.from, same.until)}`;
}

/** Three or more in a row as from the first to the last. */
function dayNames(days: number[]): string {
  const runs: number[][] = [];
  for (const day of days) {
    const run = runs.at(-1);
    if (run !== undefined && run.at(-1) === day - 1) {
      run.push(day);
    } else {
      runs.push([day]);
    }
  }
  return runs
    .map((run) => run.length > 2 ? `${dayName(run[0] ?? 0)}–${dayName(run.at(-1) ?? 0)}` : run.map(dayName).join(", "))
    .join(", ");
}

function dayName(day: number): string {
  return new Intl.DateTimeFormat(currentLanguage(), { weekday: "short", timeZone: "UTC" }).format(MONDAY + day * 86_400_000);
}

function clocks(from: number, until: number): string {
  return `${clockOf(from)}–${until % DAY === 0 ? "24:00" : clockOf(until)}`;
}

function clockOf(minute: number): string {
  const ofDay = minute % DAY;
  return `${String(Math.floor(ofDay / 60)).padStart(2, "0")}:${String(ofDay % 60).padStart(2, "0")}`;
}
