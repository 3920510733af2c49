// @ts-check
/// <reference path="./browser.d.ts" />
// The worker that seals and opens the frames of one call, as a page sees it.

/** @typedef {import("./core.d.ts").Epoch} Epoch */
/** @typedef {import("./media.d.ts").FromMediaWorker} FromMediaWorker */
/** @typedef {import("./media.d.ts").MediaCounts} MediaCounts */
/** @typedef {import("./media.d.ts").ToMediaWorker} ToMediaWorker */

const WORKER_URL = "./media-worker.js";

/** The page's policy lets scripts be named by this one, which knows one name. Firefox and Safari of before 2026 have none. */
const trusted = globalThis.trustedTypes?.createPolicy("whodis", { createScriptURL: () => WORKER_URL });

export class SealingWorker {
  #worker;

  /** @type {((counts: MediaCounts) => void)[]} */
  #counting = [];

  /** Called when nothing is sent or played any more, and when the group has moved on without this member. */
  onalarm = (/** @type {"failed" | "commit-missing"} */ _kind, /** @type {string} */ _reason) => {};

  /** @param {Worker} worker */
  constructor(worker) {
    this.#worker = worker;
  }

  /**
   * A worker that is ready. Only then may the page negotiate: one that comes late costs half a second of delay.
   *
   * @param {Uint8Array} callId
   */
  static async start(callId) {
    const url = /** @type {string} */ (/** @type {unknown} */ (trusted?.createScriptURL("") ?? WORKER_URL));
    const media = new SealingWorker(new Worker(url, { type: "module" }));
    try {
      await media.#begin(callId);
    } catch (failure) {
      media.#worker.terminate();
      throw failure;
    }
    return media;
  }

  /**
   * @param {Uint8Array} callId
   * @returns {Promise<void>}
   */
  #begin(callId) {
    return new Promise((ready, failed) => {
      this.#worker.onerror = (event) => failed(new Error(event.message || "the media worker did not start"));
      this.#worker.onmessage = (/** @type {MessageEvent<FromMediaWorker>} */ event) => {
        switch (event.data.type) {
          case "ready":
            ready();
            break;
          case "failed":
            failed(new Error(event.data.reason));
            this.onalarm("failed", event.data.reason);
            break;
          case "commit-missing":
            this.onalarm("commit-missing", "");
            break;
          case "counts":
            this.#counting.shift()?.(event.data.counts);
            break;
        }
      };
      this.#say({ type: "begin", callId });
    });
  }

  /** @param {ToMediaWorker} message */
  #say(message) {
    this.#worker.postMessage(message);
  }

  /**
   * Seals and opens under these keys from now on. The key is handed over: what the caller had is overwritten.
   *
   * @param {number} ownLeaf
   * @param {Epoch} epoch
   */
  installEpoch(ownLeaf, epoch) {
    this.#say({ type: "epoch", ownLeaf, epoch });
    epoch.baseKey.fill(0);
  }

  /**
   * What this sender sends is sealed from its first frame on. To be called before the connection negotiates.
   *
   * @param {RTCRtpSender} sender
   */
  seal(sender) {
    sender.transform = new RTCRtpScriptTransform(this.#worker, "seal");
  }

  /** @param {RTCRtpReceiver} receiver */
  open(receiver) {
    receiver.transform = new RTCRtpScriptTransform(this.#worker, "open");
  }

  /** @returns {Promise<MediaCounts>} */
  counts() {
    return new Promise((told) => {
      this.#counting.push(told);
      this.#say({ type: "count" });
    });
  }

  /** The call is over. */
  close() {
    this.#say({ type: "end" });
    // It erases the keys and then has nothing more to do; the browser ends it.
    setTimeout(() => this.#worker.terminate(), 1000);
  }
}
