// What a person does on the page of lines.

import type { GivenLine, HandOver, Hours, LineOrder, LinePhone, Mistyped, PersonId, Problem } from "../model.ts";
import { type App, isProblem } from "./app.ts";

/** What concerns the page of lines alone. */
export interface LinesUi {
  /** Which form is open, if one is. */
  form?: "new" | "redeem" | "times" | "knock" | undefined;
  /** To whom the new line is to be bound, and a note for a start. */
  person?: PersonId | undefined;
  note?: string | undefined;
  /** A secret: it goes when this screen is left. */
  handOver?: HandOver | undefined;
  /** The line about whose end the person is asked. */
  ending?: string | undefined;
  mistyped?: Mistyped | undefined;
  /** The form has no hours where some are needed. */
  noHours?: boolean | undefined;
  /** What was done, said once. */
  said?: "renewed" | "knocked" | "redeemed" | "redeemed-waits" | undefined;
}

/** More than any address has: whatever else was pasted is not even looked at. */
const ADDRESS_MOST = 2000;

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

  readonly redeem = (typed: string, andBack: boolean) =>
    this.#app.doing(async () => {
      const address = typed.trim().slice(0, ADDRESS_MOST);
      const wrong = await this.#phone.check(address);
      if (wrong !== undefined) {
        this.set({ form: "redeem", mistyped: wrong }, "address");
        return "line-mistyped";
      }
      this.set({ form: "redeem" });
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

  readonly dismissKnock = (nonce: string) => this.#then(() => this.#phone.dismissKnock(nonce), {}, "desk");

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
