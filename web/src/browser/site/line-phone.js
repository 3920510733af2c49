// @ts-check
/// <reference path="./browser.d.ts" />
// What a person does about lines, as the core takes it: LineEdge.java is the other half.

/** @typedef {import('./model.ts').CallId} CallId */
/** @typedef {import('./model.ts').HandOver} HandOver */
/** @typedef {import('./model.ts').Hours} Hours */
/** @typedef {import('./model.ts').LineOrder} LineOrder */
/** @typedef {import('./model.ts').LinePhone} LinePhone */
/** @typedef {import('./model.ts').Mistyped} Mistyped */
/** @typedef {import('./model.ts').Problem} Problem */
/** @typedef {Promise<{ problem: Problem | undefined; answer: string }>} Done */

const WHAT = {
  give: 1,
  handOver: 2,
  check: 3,
  redeem: 4,
  redeemAndBack: 5,
  withdraw: 6,
  renew: 7,
  acknowledge: 8,
  call: 9,
  approve: 10,
  refuse: 11,
  quiet: 12,
  quietWithDesk: 13,
  favourite: 14,
  notFavourite: 15,
  block: 16,
  unblock: 17,
  knock: 18,
  dismissKnock: 19,
};

const MINUTES_PER_DAY = 1440;

/** @implements {LinePhone} */
export class PageLines {
  #deed;
  #withMicrophone;

  /**
   * @param {(what: number, fields: (Uint8Array | string)[]) => Done} deed
   * @param {(dial: () => Done) => Promise<CallId | Problem>} withMicrophone
   */
  constructor(deed, withMicrophone) {
    this.#deed = deed;
    this.#withMicrophone = withMicrophone;
  }

  /** @param {LineOrder} order */
  give(order) {
    const terms = new DataView(new ArrayBuffer(10));
    terms.setUint8(0, order.requestOnly ? 1 : 0);
    terms.setUint8(1, order.anyTime ? 1 : 0);
    terms.setBigUint64(2, BigInt(order.until));
    const encoded = new Uint8Array([...new Uint8Array(terms.buffer), ...hours(order.hours)]);
    return this.#handedOver(WHAT.give, order.note, order.person ?? "", encoded);
  }

  /** @param {string} line */
  handOver(line) {
    return this.#handedOver(WHAT.handOver, line);
  }

  /** @param {number} what @param {(Uint8Array | string)[]} fields @returns {Promise<HandOver | Problem>} */
  async #handedOver(what, ...fields) {
    const { problem, answer } = await this.#deed(what, fields);
    return problem ?? JSON.parse(answer);
  }

  /** @param {string} address @returns {Promise<Mistyped | undefined>} */
  async check(address) {
    const { problem, answer } = await this.#deed(WHAT.check, [address]);
    return problem === "line-mistyped" ? JSON.parse(answer) : undefined;
  }

  /** @param {string} address @param {boolean} andBack */
  async redeem(address, andBack) {
    const { problem, answer } = await this.#deed(andBack ? WHAT.redeemAndBack : WHAT.redeem, [address]);
    return problem ?? { line: answer };
  }

  /** @param {string} line @param {string} shown @param {boolean} approve */
  decide(line, shown, approve) {
    return this.#do(approve ? WHAT.approve : WHAT.refuse, line, shown);
  }

  /** @param {string} line */
  withdraw(line) {
    return this.#do(WHAT.withdraw, line);
  }

  /** @param {string} line */
  renew(line) {
    return this.#do(WHAT.renew, line);
  }

  /** @param {string} line */
  acknowledge(line) {
    return this.#do(WHAT.acknowledge, line);
  }

  /** @param {string} line */
  call(line) {
    return this.#withMicrophone(() => this.#deed(WHAT.call, [line]));
  }

  /** @param {Hours} times @param {boolean} sendToDesk */
  quiet(times, sendToDesk) {
    return this.#do(sendToDesk ? WHAT.quietWithDesk : WHAT.quiet, hours(times));
  }

  /** @param {string} person @param {boolean} isOne */
  favourite(person, isOne) {
    return this.#do(isOne ? WHAT.favourite : WHAT.notFavourite, person);
  }

  /** @param {string} person @param {boolean} isBlocked */
  block(person, isBlocked) {
    return this.#do(isBlocked ? WHAT.block : WHAT.unblock, person);
  }

  /** @param {string} office @param {string} name @param {string} text */
  knock(office, name, text) {
    return this.#do(WHAT.knock, office, name, text);
  }

  /** @param {string} nonce */
  dismissKnock(nonce) {
    return this.#do(WHAT.dismissKnock, nonce);
  }

  /** @param {number} what @param {(Uint8Array | string)[]} fields @returns {Promise<Problem | undefined>} */
  async #do(what, ...fields) {
    return (await this.#deed(what, fields)).problem;
  }
}

/** @param {Hours} times */
function hours({ offset, spans }) {
  const out = new DataView(new ArrayBuffer(2 + 4 * spans.length));
  out.setUint16(0, offset + MINUTES_PER_DAY);
  spans.forEach(({ from, until }, i) => {
    out.setUint16(2 + 4 * i, from);
    out.setUint16(4 + 4 * i, until);
  });
  return new Uint8Array(out.buffer);
}
