// @ts-check
// The Java core as this page's JavaScript sees it. core.d.ts has the types, Edge.java the other half.
//
// Everything is synchronous once the core has started. The page's clock is passed in: `now` is what performance.now() says,
// the same clock for all calls on one Core.

import { start } from "./runtime.js";

/** @typedef {import("./core.d.ts").CoreExports} CoreExports */
/** @typedef {import("./core.d.ts").MediaEvent} MediaEvent */
/** @typedef {import("./core.d.ts").Epoch} Epoch */
/** @typedef {import("./core.d.ts").PhoneOutput} PhoneOutput */

const WASM_URL = "./core.wasm";
const WASM_INTEGRITY = "sha384:./core.wasm";

const CALL_ID_LENGTH = 16;

/** The core was called in a way that it must not be: a fault of this page. */
export class CoreFault extends Error {}

/** Starts the core: once for a page, once for each worker. */
export async function startCore() {
  return new Core(await start(WASM_URL, WASM_INTEGRITY));
}

export class Core {
  #exports;

  /** @param {CoreExports} exports */
  constructor(exports) {
    this.#exports = exports;
  }

  /**
   * The answers to golden vectors, line by line: VectorRunner.java.
   *
   * @param {string} questions
   */
  runVectors(questions) {
    this.#put(new TextEncoder().encode(questions));
    return new TextDecoder().decode(this.#take(this.#exports.runVectors()));
  }

  /**
   * The media of a call: seals and opens nothing until its first epoch.
   *
   * @param {Uint8Array} callId
   * @param {number} ownLeaf
   */
  openMedia(callId, ownLeaf) {
    if (callId.length !== CALL_ID_LENGTH) {
      throw new CoreFault(`a call id of ${callId.length} bytes`);
    }
    this.#put(callId);
    const handle = this.#exports.openMedia(ownLeaf);
    if (handle < 0) {
      throw new CoreFault("the media of this call cannot be opened");
    }
    return new Media(this.#exports, handle, (bytes) => this.#put(bytes), (length) => this.#take(length));
  }

  /**
   * The phone of a page that was served from `domain`: one for a core.
   *
   * @param {string} domain
   */
  openPhone(domain) {
    this.#put(new TextEncoder().encode(domain));
    if (this.#exports.phoneBegin() < 0) {
      throw new CoreFault(`no phone for ${domain}`);
    }
    return new CorePhone(this.#exports, (bytes) => this.#put(bytes), (length) => this.#take(length));
  }

  /** @param {Uint8Array} bytes */
  #put(bytes) {
    if (this.#exports.resize(bytes.length) < 0) {
      throw new CoreFault(`an input of ${bytes.length} bytes`);
    }
    for (let at = 0; at < bytes.length; at += 4) {
      this.#exports.write(
        at >> 2,
        // Past the end there is undefined, which counts as 0.
        /** @type {number} */ (bytes[at]) | (bytes[at + 1] ?? 0) << 8 | (bytes[at + 2] ?? 0) << 16 |
          (bytes[at + 3] ?? 0) << 24,
      );
    }
  }

  /**
   * @param {number} length
   * @returns {Uint8Array<ArrayBuffer>}
   */
  #take(length) {
    if (length < 0) {
      throw new CoreFault(`the core refused: ${length}`);
    }
    const words = new Int32Array((length + 3) >> 2);
    for (let i = 0; i < words.length; i++) {
      words[i] = this.#exports.read(i);
    }
    // Every machine that runs a browser of today is little-endian, which is the order that the core speaks.
    const bytes = new Uint8Array(words.buffer, 0, length);
    return length % 4 === 0 ? bytes : bytes.slice();
  }
}

/** The two directions of one call. Get one from {@link Core#openMedia}. */
export class Media {
  #exports;
  #handle;
  #put;
  #take;

  /**
   * @param {CoreExports} exports
   * @param {number} handle
   * @param {(bytes: Uint8Array) => void} put
   * @param {(length: number) => Uint8Array<ArrayBuffer>} take
   */
  constructor(exports, handle, put, take) {
    this.#exports = exports;
    this.#handle = handle;
    this.#put = put;
    this.#take = take;
  }

  /**
   * Seals and opens under this epoch from now on. Epochs only go up.
   *
   * @param {Epoch} epoch
   * @param {number} now
   */
  installEpoch(epoch, now) {
    const number = new Uint8Array(8);
    new DataView(number.buffer).setBigUint64(0, epoch.epoch);
    const bytes = join([
      number,
      epoch.baseKey,
      ...leaves(epoch.leaves),
      ...leaves(epoch.removed ?? []),
      Uint8Array.of(epoch.isLast ? 1 : 0),
    ]);
    this.#put(bytes);
    bytes.fill(0);
    if (this.#exports.installEpoch(this.#handle, now) < 0) {
      throw new CoreFault(`epoch ${epoch.epoch} cannot begin`);
    }
  }

  /**
   * The frame to send for a payload, or null: then nothing may be sent in its place.
   *
   * @param {Uint8Array} payload
   * @param {number} now
   */
  seal(payload, now) {
    this.#put(payload);
    const length = this.#exports.seal(this.#handle, now);
    return length < 0 ? null : this.#take(length);
  }

  /**
   * @param {Uint8Array} frame
   * @param {number} now
   * @returns {MediaEvent}
   */
  open(frame, now) {
    this.#put(frame);
    return event(this.#take(this.#exports.open(this.#handle, now)));
  }

  /**
   * What has become due: frames that were held, alarms.
   *
   * @param {number} now
   * @returns {MediaEvent[]}
   */
  poll(now) {
    const events = [];
    for (;;) {
      const bytes = this.#take(this.#exports.poll(this.#handle, now));
      if (bytes.length === 0) {
        return events;
      }
      events.push(event(bytes));
    }
  }

  /** The call is over: its keys are erased. */
  close() {
    this.#exports.closeMedia(this.#handle);
  }
}

/** The phone: give it what happened, then carry out all that it says, until it says nothing. Get one from {@link Core#openPhone}. */
export class CorePhone {
  #exports;
  #put;
  #take;

  /**
   * @param {CoreExports} exports
   * @param {(bytes: Uint8Array) => void} put
   * @param {(length: number) => Uint8Array<ArrayBuffer>} take
   */
  constructor(exports, put, take) {
    this.#exports = exports;
    this.#put = put;
    this.#take = take;
  }

  /**
   * One input as PhoneEdge.java has it, at the time of day. Texts go as UTF-8.
   *
   * @param {number} type
   * @param {number} number
   * @param {number} other
   * @param {(Uint8Array | string)[]} fields
   */
  give(type, number, other, fields) {
    const head = new Uint8Array(9);
    const view = new DataView(head.buffer);
    view.setUint8(0, type);
    view.setUint32(1, number);
    view.setUint32(5, other);
    /** @type {Uint8Array[]} */
    const parts = [head];
    for (const field of fields) {
      const bytes = typeof field === "string" ? new TextEncoder().encode(field) : field;
      parts.push(vector(bytes.length), bytes);
    }
    const input = join(parts);
    this.#put(input);
    input.fill(0);
    if (this.#exports.phoneGive(Date.now()) < 0) {
      throw new CoreFault(`an input of type ${type} that the phone does not take`);
    }
  }

  /**
   * The next thing to carry out, or null when there is none.
   *
   * @returns {PhoneOutput | null}
   */
  poll() {
    const bytes = this.#take(this.#exports.phonePoll());
    this.#exports.wipe();
    return bytes.length === 0 ? null : phoneOutput(bytes);
  }

  /** When it wants to be given the time at the latest, as Date.now() counts; infinity if never. */
  next() {
    return this.#exports.phoneNext();
  }

  /** `Snapshot` of model.ts as the core knows it. */
  snapshot() {
    return /** @type {import('./model.ts').Snapshot} */ (
      JSON.parse(new TextDecoder().decode(this.#take(this.#exports.phoneSnapshot())))
    );
  }
}

/** @param {Uint8Array[]} parts */
function join(parts) {
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** A vector of leaf indices. @param {number[]} indices */
function leaves(indices) {
  const bytes = new Uint8Array(4 * indices.length);
  const view = new DataView(bytes.buffer);
  indices.forEach((leaf, i) => view.setUint32(4 * i, leaf));
  return [vector(bytes.length), bytes];
}

/**
 * The length in front of a variable-length vector (RFC 9420 section 2.1.2).
 *
 * @param {number} length
 */
function vector(length) {
  return length < 1 << 6
    ? Uint8Array.of(length)
    : length < 1 << 14
    ? Uint8Array.of(0x40 | length >> 8, length & 0xff)
    : Uint8Array.of(0x80 | length >> 24, length >> 16 & 0xff, length >> 8 & 0xff, length & 0xff);
}

/** Reads what the core writes, which is well-formed. */
class Reader {
  #bytes;
  #view;
  #at = 0;

  /** @param {Uint8Array<ArrayBuffer>} bytes */
  constructor(bytes) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  uint8() {
    return this.#view.getUint8(this.#at++);
  }

  uint32() {
    this.#at += 4;
    return this.#view.getUint32(this.#at - 4);
  }

  uint64() {
    this.#at += 8;
    return this.#view.getBigUint64(this.#at - 8);
  }

  /** A copy. @param {number} length */
  fixed(length) {
    this.#at += length;
    return this.#bytes.slice(this.#at - length, this.#at);
  }

  vector() {
    const size = 1 << (this.#view.getUint8(this.#at) >> 6);
    let length = 0;
    for (let i = 0; i < size; i++) {
      length = length << 8 | this.uint8() & (i === 0 ? 0x3f : 0xff);
    }
    return this.fixed(length);
  }

  text() {
    return new TextDecoder().decode(this.vector());
  }

  leaves() {
    const inner = new Reader(this.vector());
    const indices = [];
    while (!inner.isAtEnd()) {
      indices.push(inner.uint32());
    }
    return indices;
  }

  isAtEnd() {
    return this.#at >= this.#bytes.length;
  }
}

const BASE_KEY_LENGTH = 32;

/**
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @returns {PhoneOutput}
 */
function phoneOutput(bytes) {
  const input = new Reader(bytes);
  const type = input.uint8();
  const number = input.uint32();
  const other = input.uint32();
  switch (type) {
    case 1:
      return { type: "connect", connection: number };
    case 2:
      return { type: "send", connection: number, message: input.vector() };
    case 3:
      return { type: "disconnect", connection: number };
    case 4: {
      const path = input.text();
      const body = input.vector();
      return { type: "ask", request: number, path, body: other === 1 ? body : null };
    }
    case 5:
      return { type: "store", version: number, record: input.vector() };
    case 6:
      return { type: "erase" };
    case 7:
      return { type: "need-passkey", credential: input.vector(), salt: input.vector() };
    case 8: {
      const problem = /** @type {import('./model.ts').Problem | ""} */ (input.text());
      return { type: "done", deed: number, problem: problem === "" ? undefined : problem, answer: input.text() };
    }
    case 9:
      return { type: "changed" };
    case 10:
      return { type: "open-media", call: input.text() };
    case 11:
      return { type: "media-place", call: input.text(), place: JSON.parse(input.text()) };
    case 12: {
      const call = input.text();
      const encoded = input.vector();
      const keys = new Reader(encoded);
      const epoch = {
        epoch: keys.uint64(),
        baseKey: keys.fixed(BASE_KEY_LENGTH),
        leaves: keys.leaves(),
        removed: keys.leaves(),
        isLast: other === 1,
      };
      encoded.fill(0);
      bytes.fill(0);
      return { type: "install-epoch", call, ownLeaf: number, epoch };
    }
    case 13:
      return { type: "close-media", call: input.text() };
    default:
      throw new CoreFault(`an output of type ${type}`);
  }
}

/**
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @returns {MediaEvent}
 */
function event(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const type = view.getUint8(0);
  switch (type) {
    case 0:
      return {
        type: "opened",
        senderLeaf: view.getUint32(1),
        counter: view.getBigUint64(5),
        payload: bytes.slice(13),
      };
    case 1:
      return { type: "rejected", reason: new TextDecoder().decode(bytes.subarray(1)) };
    case 2:
      return { type: "held" };
    case 3:
      return { type: "commit-missing" };
    case 4:
      return { type: "commit-not-missing" };
    default:
      throw new CoreFault(`an event of type ${type}`);
  }
}
