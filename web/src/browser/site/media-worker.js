// @ts-check
// Seals and opens every frame of one call, in a worker of its own.
//
// Nothing leaves unsealed and nothing is played unopened: without a key, on any failure, and when the core has trapped, a
// frame is dropped. A worker that does not start lets nothing through at all, which is what browsers do by themselves.

import { startCore } from "./core.js";

/** @typedef {import("./core.js").Media} Media */
/** @typedef {import("./core.d.ts").MediaEvent} MediaEvent */
/** @typedef {import("./media.d.ts").MediaCounts} MediaCounts */
/** @typedef {import("./media.d.ts").ToMediaWorker} ToMediaWorker */

const scope = /** @type {import("./media.d.ts").MediaWorkerScope} */ (/** @type {unknown} */ (globalThis));

/** Between two looks at what has become due in the core: half of how long it holds a frame. */
const POLL_MILLIS = 100;

/** @type {MediaCounts} */
const counts = { sealed: 0, notSealed: 0, opened: 0, empty: 0, held: 0, rejected: {}, sealMillis: 0, openMillis: 0 };

const core = startCore();

/** @type {Uint8Array | null} */
let callId = null;

/** From the first epoch on. @type {Media | null} */
let media = null;

/** The end of the call or of this worker's use: nothing passes any more. */
let over = false;

/** @param {unknown} failure */
function fail(failure) {
  over = true;
  media = null;
  scope.postMessage({ type: "failed", reason: String(failure) });
}

/** @param {ToMediaWorker} message */
async function take(message) {
  const started = await core;
  switch (message.type) {
    case "begin":
      if (callId !== null || over) {
        throw new Error("this worker has had its call");
      }
      callId = message.callId;
      setInterval(poll, POLL_MILLIS);
      scope.postMessage({ type: "ready" });
      break;
    case "epoch":
      if (callId !== null && !over) {
        media ??= started.openMedia(callId, message.ownLeaf);
        media.installEpoch(message.epoch, performance.now());
      }
      message.epoch.baseKey.fill(0);
      poll();
      break;
    case "count":
      scope.postMessage({ type: "counts", counts });
      break;
    case "end":
      over = true;
      media?.close();
      media = null;
      break;
  }
}

scope.onmessage = (/** @type {MessageEvent<ToMediaWorker>} */ event) => {
  take(event.data).catch(fail);
};

/**
 * The core may open a frame that it held for its epoch; by then the frame's place in the browser's stream is gone, so that it
 * only counts. What matters here are alarms.
 */
function poll() {
  try {
    for (const event of media?.poll(performance.now()) ?? []) {
      if (event.type === "commit-missing") {
        scope.postMessage({ type: "commit-missing" });
      } else if (event.type === "rejected") {
        count(event.reason);
      }
    }
  } catch (failure) {
    fail(failure);
  }
}

/** @param {string} reason */
function count(reason) {
  counts.rejected[reason] = (counts.rejected[reason] ?? 0) + 1;
}

/**
 * @param {RTCEncodedAudioFrame} frame
 * @param {TransformStreamDefaultController<RTCEncodedAudioFrame>} controller
 */
function seal(frame, controller) {
  const from = performance.now();
  const sealed = media?.seal(new Uint8Array(frame.data), from) ?? null;
  if (sealed === null) {
    counts.notSealed++;
    return;
  }
  frame.data = sealed.buffer;
  controller.enqueue(frame);
  counts.sealed++;
  counts.sealMillis += performance.now() - from;
}

/**
 * @param {RTCEncodedAudioFrame} frame
 * @param {TransformStreamDefaultController<RTCEncodedAudioFrame>} controller
 */
function open(frame, controller) {
  if (frame.data.byteLength === 0) {
    // A probe for bandwidth: padding and nothing else.
    counts.empty++;
    return;
  }
  const from = performance.now();
  const event = media?.open(new Uint8Array(frame.data), from) ?? null;
  switch (event?.type) {
    case "opened":
      frame.data = event.payload.buffer;
      controller.enqueue(frame);
      counts.opened++;
      counts.openMillis += performance.now() - from;
      break;
    case "rejected":
      count(event.reason);
      break;
    case "held":
      counts.held++;
      break;
    default:
      break;
  }
}

scope.onrtctransform = (/** @type {{ transformer: import("./media.d.ts").MediaTransformer }} */ event) => {
  const { readable, writable, options } = event.transformer;
  const direction = options === "seal" ? seal : open;
  const transform = new TransformStream({
    transform(/** @type {RTCEncodedAudioFrame} */ frame, controller) {
      try {
        direction(frame, controller);
      } catch (failure) {
        fail(failure);
      }
    },
  });
  readable.pipeThrough(transform).pipeTo(writable).catch(() => {
    // The track or the connection is gone.
  });
};
