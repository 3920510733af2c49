// What stands on the screen, in the language that the person chose. messages/*.json have it all; en.json is the one that
// says which keys there are, and the type checker holds the others and every use to it.

import en from "../messages/en.json" with { type: "json" };
import fr from "../messages/fr.json" with { type: "json" };

export type Key = keyof typeof en;
export type Language = "en" | "fr";
type Values = Record<string, string | number>;
/** Keys that have a form for one and a form for several. */
type Counted = Key extends infer K ? K extends `${infer Base}.one` ? Base : never : never;

const MESSAGES: Record<Language, Record<Key, string>> = { en, fr: bound(fr) };
export const LANGUAGES: Record<Language, string> = { en: "English", fr: "Français" };
const CHOSEN = "whodis.language";

let language: Language = "en";

export function currentLanguage(): Language {
  return language;
}

/** The language that was chosen here last, or else the first one of the browser's that there is. */
export function startLanguage() {
  const wanted = [remembered(), ...navigator.languages.map((tag) => tag.slice(0, 2))];
  use(wanted.find((tag): tag is Language => tag !== null && tag in MESSAGES) ?? "en");
}

export function chooseLanguage(chosen: Language) {
  use(chosen);
  try {
    localStorage.setItem(CHOSEN, chosen);
  } catch {
    // Without a store it is chosen for this visit.
  }
}

function use(chosen: Language) {
  language = chosen;
  document.documentElement.lang = chosen;
}

/** In French a colon and its like stand behind a blank, and so does what is in quotes: no line breaks there. */
function bound(messages: Record<Key, string>): Record<Key, string> {
  const each = Object.entries(messages).map(([key, text]) => [key, text.replace(/ (?=[:;?!»])|(?<=«) /g, "\u00a0")]);
  return Object.fromEntries(each) as Record<Key, string>;
}

function remembered(): string | null {
  try {
    return localStorage.getItem(CHOSEN);
  } catch {
    return null;
  }
}

export function isKey(name: string): name is Key {
  return Object.hasOwn(en, name);
}

export function t(key: Key, values: Values = {}): string {
  return MESSAGES[language][key].replace(/\{([a-z]+)\}/g, (hole, name: string) => apart(String(values[name] ?? hole)));
}

/** Letters that are written from right to left, by their blocks. */
const LEFTWARD = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/** What others wrote must not turn round what stands beside it: first strong isolate, pop directional isolate (UAX 9). */
function apart(text: string): string {
  return LEFTWARD.test(text) ? `\u2068${text}\u2069` : text;
}

/** `base.one` or `base.other`, as the language counts; `{count}` is the number. */
export function counted(base: Counted, count: number, values: Values = {}): string {
  const rule = new Intl.PluralRules(language).select(count) === "one" ? "one" : "other";
  return t(`${base}.${rule}` as Key, { ...values, count });
}

export function date(at: number): string {
  return new Intl.DateTimeFormat(language, { dateStyle: "long" }).format(at);
}

export function time(at: number): string {
  return new Intl.DateTimeFormat(language, { timeStyle: "short" }).format(at);
}

/** A day and a time of it, as people say them. */
export function when(at: number): string {
  const days = (midnight(Date.now()) - midnight(at)) / 86_400_000;
  // A day of 23 or 25 hours is one day all the same.
  switch (Math.round(days)) {
    case 0:
      return t("time.today", { time: time(at) });
    case 1:
      return t("time.yesterday", { time: time(at) });
    default:
      return t("time.on", { date: shortDate(at), time: time(at) });
  }
}

function shortDate(at: number): string {
  const thisYear = new Date(at).getFullYear() === new Date().getFullYear();
  return new Intl.DateTimeFormat(language, { day: "numeric", month: "long", ...(thisYear ? {} : { year: "numeric" }) })
    .format(at);
}

function midnight(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0);
}

/** In words, for what is over. */
export function duration(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  if (minutes >= 60) {
    return t("duration.hours", { hours: Math.floor(minutes / 60), minutes: minutes % 60 });
  }
  return minutes > 0
    ? t("duration.minutes", { minutes, seconds: seconds % 60 })
    : t("duration.seconds", { seconds });
}

/** In figures, for what goes on. */
export function clock(seconds: number): string {
  const two = (n: number) => String(n).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  return `${hours > 0 ? `${hours}:` : ""}${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}
