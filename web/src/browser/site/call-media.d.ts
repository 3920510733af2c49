// What a page needs to carry the media of one call, and is told of it: call-media.js.

import type { Epoch } from "./core.d.ts";
import type { Problem } from "./model.ts";

/** How the relay will know this browser: core.message.MediaJoin without the call's id. */
export interface MediaOffer {
  iceUfrag: string;
  icePwd: string;
  /** SHA-256 of the certificate: 32 bytes. */
  dtlsFingerprint: Uint8Array;
  /** 32 bits, unsigned. */
  ssrc: number;
}

/** Where the relay is, and a way around blocked UDP: core.message.MediaJoined. */
export interface MediaPlace {
  host: string;
  port: number;
  iceUfrag: string;
  icePwd: string;
  /** 32 bytes. */
  dtlsFingerprint: Uint8Array;
  turn: {
    username: string;
    password: string;
    /** The relay's address: 4 or 16 bytes. */
    peerAddress: Uint8Array;
  };
}

export interface MediaSettings {
  /** 16 bytes. */
  callId: Uint8Array;
  /** From `openMicrophone`, which a person has to have asked for. It is let go at the end of the call. */
  microphone: MediaStreamTrack;
  /** HOST:PORT of the own office's TCP port, where TURN is served too. */
  office: string;
  /** `relay`: by TURN and not otherwise. Else by UDP where that works. */
  transport?: "all" | "relay";
  speaker?: string;
}

export type Quality = "good" | "fair" | "poor" | "nothing-heard";

export interface MediaListener {
  /** Authentic frames of the other side have come since this was said last; at most once a second. */
  heard(): void;
  /** This place at the relay is no good, or never was: `offer` again and ask the office for another. Once for each place. */
  lost(why: string): void;
  /** What of the other side's sound arrives, when that changes. */
  quality(quality: Quality): void;
  /** Why this device says or plays nothing; undefined when it does again. */
  problem(problem: Problem | undefined): void;
  /** The group has moved on without this member: nothing is sent any more. */
  commitMissing(): void;
}

export interface AudioDevice {
  id: string;
  label: string;
}

export type { Epoch, Problem };
