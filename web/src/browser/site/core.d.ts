// What the WebAssembly module of the core exports, and what core.js makes of it. Written by hand beside Edge.java, whose
// comments say what each function does.

/** The raw exports: numbers only. Lengths, or what is negative for a failure. */
export interface CoreExports {
  resize(length: number): number;
  write(index: number, word: number): void;
  read(index: number): number;
  wipe(): void;
  runVectors(): number;
  openMedia(ownLeaf: number): number;
  installEpoch(media: number, now: number): number;
  seal(media: number): number;
  open(media: number, now: number): number;
  poll(media: number, now: number): number;
  closeMedia(media: number): number;
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
}
