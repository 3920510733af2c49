// @ts-check
// The Java core as this page's JavaScript sees it. core.d.ts has the types, Edge.java the other half.
//
// Everything is synchronous once the core has started. The page's clock is passed in: `now` is what performance.now() says,
// the same clock for all calls on one Core.

import { start } from "./runtime.js";

/** @typedef {import("./core.d.ts").CoreExports} CoreExports */
/** @typedef {import("./core.d.ts").MediaEvent} MediaEvent */
/** @typedef {import("./core.d.ts").Epoch} Epoch */

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
    const leaves = vector(epoch.leaves.length * 4);
    const bytes = new Uint8Array(8 + epoch.baseKey.length + leaves.length + epoch.leaves.length * 4);
    const view = new DataView(bytes.buffer);
    view.setBigUint64(0, epoch.epoch);
    bytes.set(epoch.baseKey, 8);
    let at = 8 + epoch.baseKey.length;
    bytes.set(leaves, at);
    at += leaves.length;
    for (const leaf of epoch.leaves) {
      view.setUint32(at, leaf);
      at += 4;
    }
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
   */
  seal(payload) {
    this.#put(payload);
    const length = this.#exports.seal(this.#handle);
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

/**
 * The length in front of a variable-length vector (RFC 9420 section 2.1.2), up to 16383 bytes.
 *
 * @param {number} length
 */
function vector(length) {
  return length < 64 ? Uint8Array.of(length) : Uint8Array.of(0x40 | length >> 8, length & 0xff);
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
