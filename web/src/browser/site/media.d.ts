// What a page and its media worker say to each other.

import type { Epoch } from "./core.d.ts";

export type ToMediaWorker =
  /** Once, first. Answered by `ready`. */
  | { type: "begin"; callId: Uint8Array }
  /** Seal and open under these keys from now on. The own leaf is that of the first epoch. */
  | { type: "epoch"; ownLeaf: number; epoch: Epoch }
  /** Say what was counted. Answered by `counts`. */
  | { type: "count" }
  /** The call is over: the keys are erased. */
  | { type: "end" };

export type FromMediaWorker =
  /** The core runs: the page may negotiate. */
  | { type: "ready" }
  /** Nothing is sent or played any more. */
  | { type: "failed"; reason: string }
  /** Frames come under an epoch whose Commit does not: stop sending and raise the alarm. */
  | { type: "commit-missing" }
  | { type: "counts"; counts: MediaCounts };

/** Frames, and the time that it took to seal and to open all of them. */
export interface MediaCounts {
  sealed: number;
  notSealed: number;
  opened: number;
  empty: number;
  held: number;
  /** By the reason of the core. */
  rejected: Record<string, number>;
  sealMillis: number;
  openMillis: number;
}

/** What of a dedicated worker is used; TypeScript's libraries for pages and for workers exclude each other. */
export interface MediaWorkerScope {
  postMessage(message: FromMediaWorker): void;
  onmessage: ((event: MessageEvent<ToMediaWorker>) => void) | null;
  onrtctransform: ((event: { transformer: MediaTransformer }) => void) | null;
}

export interface MediaTransformer {
  readable: ReadableStream<RTCEncodedAudioFrame>;
  writable: WritableStream<RTCEncodedAudioFrame>;
  options: "seal" | "open";
}
