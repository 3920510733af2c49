// What the WebAssembly module of the core exports, and what core.js makes of it. Written by hand beside Edge.java, whose
// comments say what each function does.

import type { CallId, Problem } from "./model.ts";

/** The raw exports: numbers only. Lengths, or what is negative for a failure. */
export interface CoreExports {
  resize(length: number): number;
  write(index: number, word: number): void;
  read(index: number): number;
  wipe(): void;
  runVectors(): number;
  openMedia(ownLeaf: number): number;
  installEpoch(media: number, now: number): number;
  seal(media: number, now: number): number;
  open(media: number, now: number): number;
  poll(media: number, now: number): number;
  closeMedia(media: number): number;
  phoneBegin(): number;
  phoneGive(now: number): number;
  phonePoll(): number;
  phoneNext(): number;
  phoneSnapshot(): number;
}

/** What becomes of a frame that arrived, and what becomes due later. */
export type MediaEvent =
  /** Authentic, fresh and well-formed. */
  | { type: "opened"; senderLeaf: number; counter: bigint; payload: Uint8Array<ArrayBuffer> }
  /** Never to be played; the reason is the name of a `Rejected.Reason` of the core. */
  | { type: "rejected"; reason: string }
  /** Under an epoch that has not begun here yet; `poll` settles it. */
  | { type: "held" }
  /** The group has moved on without this member: stop sending and raise the alarm. */
  | { type: "commit-missing" }
  /** It has not after all: go on sending. */
  | { type: "commit-not-missing" };

/** The media keys of one MLS epoch of a call. */
export interface Epoch {
  epoch: bigint;
  /** 32 bytes; the caller overwrites them afterwards. */
  baseKey: Uint8Array;
  /** Whose media may be played, the own leaf included. */
  leaves: number[];
  /** The leaves whose member of the epoch before is gone; none if left out. */
  removed?: number[];
  /** Whether no other epoch follows in this call; false if left out. */
  isLast?: boolean;
}

/** What the phone wants done: PhoneOutput.java has it in words. Ids are hexadecimal. */
export type PhoneOutput =
  | { type: "connect"; connection: number }
  | { type: "send"; connection: number; message: Uint8Array<ArrayBuffer> }
  | { type: "disconnect"; connection: number }
  /** GET if there is no body. */
  | { type: "ask"; request: number; path: string; body: Uint8Array<ArrayBuffer> | null }
  | { type: "store"; version: number; record: Uint8Array<ArrayBuffer> }
  | { type: "erase" }
  | { type: "need-passkey"; credential: Uint8Array<ArrayBuffer>; salt: Uint8Array<ArrayBuffer> }
  | { type: "done"; deed: number; problem: Problem | undefined; answer: string }
  | { type: "changed" }
  | { type: "open-media"; call: CallId }
  | { type: "media-place"; call: CallId; place: PlaceText }
  | { type: "install-epoch"; call: CallId; ownLeaf: number; epoch: Epoch }
  | { type: "close-media"; call: CallId };

/** core.message.MediaJoined with its bytes in hexadecimal. */
export interface PlaceText {
  host: string;
  port: number;
  ufrag: string;
  pwd: string;
  fingerprint: string;
  ssrc: number;
  turn: { username: string; password: string; peerAddress: string };
}
