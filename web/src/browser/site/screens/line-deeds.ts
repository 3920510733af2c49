// What a person does on the page of lines.

import type { GivenLine, HandOver, Hours, LineOrder, LinePhone, PersonId, Problem } from "../model.ts";
import { type App, isProblem } from "./app.ts";

/** What concerns the page of lines alone. */
export interface LinesUi {
  /** Which form is open, if one is. */
  form?: "new" | "redeem" | "times" | "knock" | undefined;
  handOver?: HandOver | undefined;
  /** The line about whose end the person is asked. */
  ending?: string | undefined;
  /** What is wrong with the address that was typed, in English. */
  mistyped?: string | undefined;
  /** What was done, said once. */
  said?: "renewed" | "knocked" | "redeemed" | "redeemed-waits" | undefined;
}

/** A day's hours as the form has them. */
export interface DayHours {
  days: number[];
  from: number;
  until: number;
}

const MINUTES_PER_DAY = 1440;

export class LineDeeds {
  readonly #app: App;
  readonly #phone: LinePhone;

  constructor(app: App, phone: LinePhone) {
    this.#app = app;
    this.#phone = phone;
  }

  set(change: LinesUi, focus?: string) {
    this.#app.set({ lines: change, problem: undefined, copied: false });
    if (focus !== undefined) {
      this.#app.focus(focus);
    }
  }

  readonly close = () => this.set({}, "title");

  readonly give = (order: LineOrder) => this.#handOver(() => this.#phone.give(order));
  readonly handOver = (line: GivenLine) => this.#handOver(() => this.#phone.handOver(line.id));

  async #handOver(make: () => Promise<HandOver | Problem>) {
    await this.#app.doing(async () => {
      const made = await make();
      if (isProblem(made)) {
        return made;
      }
      this.set({ handOver: made }, "hand-over");
      return undefined;
    });
  }

  readonly redeem = (address: string, andBack: boolean) =>
    this.#app.doing(async () => {
      const wrong = await this.#phone.check(address);
      if (wrong !== undefined) {
        this.set({ form: "redeem", mistyped: wrong.detail });
        return wrong.problem;
      }
      const redeemed = await this.#phone.redeem(address, andBack);
      if (isProblem(redeemed)) {
        return redeemed;
      }
      const rings = this.#app.now.lines?.held.some(({ id, state }) => id === redeemed.line && state === "rings") === true;
      this.set({ said: rings ? "redeemed" : "redeemed-waits" }, "title");
      return undefined;
    });

  readonly decide = (line: GivenLine, approve: boolean) =>
    this.#then(() => this.#phone.decide(line.id, line.person?.id ?? "", approve), {}, `line-${line.id}`);

  readonly withdraw = (line: string) => this.#then(() => this.#phone.withdraw(line), {}, `line-${line}`);
  readonly renew = (line: string) => this.#then(() => this.#phone.renew(line), { said: "renewed" }, "title");
  readonly acknowledge = (line: string) => this.#then(() => this.#phone.acknowledge(line), {}, `line-${line}`);

  readonly call = (line: string) =>
    this.#app.doing(async () => {
      const call = await this.#phone.call(line);
      return isProblem(call) ? call : undefined;
    });

  readonly times = (hours: Hours, sendToDesk: boolean) => this.#then(() => this.#phone.quiet(hours, sendToDesk), {}, "title");

  readonly favourite = (person: PersonId, isOne: boolean) => this.#app.doing(() => this.#phone.favourite(person, isOne));
  readonly block = (person: PersonId, isBlocked: boolean) => this.#app.doing(() => this.#phone.block(person, isBlocked));

  readonly knock = (office: string, name: string, text: string) =>
    this.#then(() => this.#phone.knock(office, name, text), { said: "knocked" }, "title");

  readonly dismissKnock = (nonce: string) => this.#then(() => this.#phone.dismissKnock(nonce), {}, "title");

  /** What went well closes the form that it was done in. */
  async #then(act: () => Promise<Problem | undefined>, after: LinesUi, focus: string) {
    await this.#app.doing(async () => {
      const problem = await act();
      if (problem === undefined) {
        this.set(after, focus);
      }
      return problem;
    });
  }
}

/** By this device's clock as it is now. One over midnight is two spans. */
export function weekly({ days, from, until }: DayHours): Hours {
  const spans = days.flatMap((day) => {
    const start = day * MINUTES_PER_DAY;
    if (from < until) {
      return [{ from: start + from, until: start + until }];
    }
    const next = ((day + 1) % 7) * MINUTES_PER_DAY;
    return [
      { from: start + from, until: start + MINUTES_PER_DAY },
      ...(until > 0 ? [{ from: next, until: next + until }] : []),
    ];
  });
  return { offset: -new Date().getTimezoneOffset(), spans: spans.sort((a, b) => a.from - b.from) };
}
