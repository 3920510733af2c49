// What the screens see of the phone and may ask of it: the whole contract between the two.
//
// The screens are functions of a Snapshot and call nothing but a Phone. `startPhone` of phone.js gives the one on the core in
// WebAssembly; the page of components has one of fixtures.
//
// Everything that says who somebody is was computed by the core. Times are milliseconds since 1970.

/** A domain name. */
export type Office = string;
/** The hash of a person's genesis, in hexadecimal. */
export type PersonId = string;
/** 16 bytes in hexadecimal. */
export type CallId = string;

/** core.identity.Assurance, one to one: what may be said of a person, never from a name. */
export type Known =
  | { kind: "vouched-for-by-office"; office: Office }
  | { kind: "office-not-compared"; office: Office }
  | { kind: "compared"; at: number; devicesAddedSince: number }
  | { kind: "new-device"; addedAt: number; vouchedBy: string }
  | { kind: "not-who-you-compared"; at: number };

export interface Person {
  id: PersonId;
  name: string;
  title: string;
  office: Office;
  known: Known;
}

export type DeviceKind = "browser" | "java-phone";

/** core.call.CallView.State, one to one. */
export type CallState =
  | "dialling"
  | "nobody-there"
  | "ringing-there"
  | "ringing"
  /** A call that came while another one goes on: shown, not heard. */
  | "waiting"
  | "connecting"
  | "connected"
  | "ended";

export type Role = "principal" | "interpreter" | "note-taker" | "adviser" | "listener";

/** core.call.EndReason, one to one. */
export type EndReason =
  | "declined"
  | "busy"
  | "no-answer"
  | "cancelled"
  | "answered-elsewhere"
  | "declined-elsewhere"
  | "declined-here"
  | "glare"
  | "hung-up-here"
  | "hung-up-there"
  | "words-differ"
  | "words-differ-there"
  | "not-connected"
  | "media-lost"
  | "failed-there"
  | "refused-by-office";

export interface Member {
  person: Person;
  role: Role;
  device: DeviceKind;
  /** Whether this is the person at this device. */
  own: boolean;
  muted?: boolean;
}

export interface Call {
  id: CallId;
  outgoing: boolean;
  state: CallState;
  person: Person;
  /** When the call came to its state. */
  since: number;
  roster: Member[];
  /** The words to compare; empty until both nonces are known. */
  words: string[];
  comparison: "not-yet" | "match" | "differ";
  /** Exactly if the state is `ended`. */
  ended?: EndReason;
  muted: boolean;
  /** What of the other side's sound arrives. */
  quality: "good" | "fair" | "poor" | "nothing-heard";
  /** Why this device sends or plays nothing, if so. */
  mediaProblem?: Problem;
}

export interface PastCall {
  id: CallId;
  person: Person;
  at: number;
  outgoing: boolean;
  outcome: "talked" | "missed" | "declined" | "no-answer" | "cancelled" | "words-differed";
  seconds: number;
}

export interface Device {
  id: string;
  name: string;
  kind: DeviceKind;
  addedAt: number;
  /** The name of the device that vouched for it; none vouched for the first one. */
  vouchedBy?: string;
  thisOne: boolean;
}

export type Connection =
  | { kind: "online" }
  | { kind: "connecting" }
  | { kind: "offline"; since: number; problem?: Problem };

/** Every one has words in the message files that say what happened and what to do. */
export type Problem =
  | "no-microphone"
  | "microphone-denied"
  | "microphone-busy"
  /** Neither the microphone nor the network: what seals the sound did not begin. */
  | "sound-failed"
  | "network-gone"
  | "office-unreachable"
  | "relay-unreachable"
  | "old-browser"
  | "invitation-used"
  | "invitation-expired"
  | "invitation-malformed"
  | "two-tabs"
  | "storage-refused"
  | "passphrase-wrong"
  /** On joining: the person said no, or nothing here can compute the secret. */
  | "passkey-not-made"
  | "passkey-refused"
  | "enrolment-waits"
  | "enrolment-refused"
  | "device-removed"
  | "core-failed"
  | "office-of-older-release"
  | "not-dialled"
  | "not-fresh"
  /** Whatever answers under the office's name cannot show the office's key. */
  | "not-the-office"
  /** The office shows another key, to which its recovery key has not agreed. */
  | "office-key-held"
  /** What was asked for cannot be done in the state that things are in. */
  | "not-now"
  /** Nobody else sits at the office's desk. */
  | "nobody-at-desk"
  /** A device forgets its keys by itself; nobody else can make it. */
  | "remove-on-that-device";

/** How the keys of this device are kept. */
export type Protection = "browser-key" | "passkey" | "passphrase";

export interface Snapshot {
  stage:
    | "starting"
    /** The keys are under a passkey or a passphrase: `unlock`. */
    | "locked"
    /** Nobody has enrolled here: `enrol`. */
    | "no-identity"
    /** Keys are being made and sent. */
    | "enrolling"
    /** The operator, or another device of the same person, has to confirm `words`. */
    | "waiting-for-approval"
    | "ready"
    /** `problem` says why, `retry` tries again. */
    | "failed";
  problem?: Problem;
  me?: Person;
  /** While waiting for approval: what the person reads to the operator, or compares with the other screen. */
  words?: string[];
  connection: Connection;
  people: Person[];
  /** Those that go on, and those that ended and were not dismissed yet. */
  calls: Call[];
  /** The newest first. */
  past: PastCall[];
  devices: Device[];
  protection: Protection;
  /** Another device asks to become one of mine; both screens show the words. */
  linkRequest?: { kind: DeviceKind; words: string[] };
  /** The office has shown a key that is not believed, or somebody has stolen one: `compareOffice`. */
  officeAlarm?: OfficeAlarm;
  /** Whether the office says that somebody sits at its desk; without it `sendToDesk` is not offered. */
  desk?: boolean;
  /** SHA-256 of the manifest of what this page was served, in hexadecimal. */
  fingerprintOfCode: string;
}

export interface OfficeAlarm {
  /** `unknown`: nothing leads to this key. `held`: it counts from `until` on. `two-keys`: two claim to be the next one. */
  kind: "unknown" | "held" | "two-keys";
  /** Which key, in hexadecimal. */
  key: string;
  until?: number;
  /** Whether the person has found that the operator has other words. */
  differs: boolean;
  /** What whoever runs the office reads, if this is their key. */
  words: string[];
}

/** What an invitation or a link to a further device would make of this browser. */
export interface Invited {
  kind: "person" | "further-device";
  /** Empty for a further device: its link does not say whose it is, and the office tells nobody. */
  name: string;
  title: string;
  office: Office;
}

/** How the keys shall be kept. */
export type Protect = { kind: "browser-key" } | { kind: "passkey" } | { kind: "passphrase"; passphrase: string };

export interface AudioDevices {
  microphones: { id: string; label: string }[];
  speakers: { id: string; label: string }[];
}

/** Methods that can fail give what went wrong; none throws. */
export interface Phone {
  snapshot(): Snapshot;

  /** Has `changed` called after every change, with a snapshot that nobody changes any more; gives what ends that. */
  watch(changed: (now: Snapshot) => void): () => void;

  /** Tries again what failed. With `two-tabs`, this tab takes over. */
  retry(): void;

  /** What the link (`/join#…`, `/link#…`) is for; nothing is made or used up yet. */
  invitation(link: string): Promise<Invited | Problem>;
  enrol(link: string, deviceName: string, protect: Protect): Promise<Problem | undefined>;
  /** While locked, enrolling or waiting for approval: forgets the keys that were made, for another invitation. */
  abandon(): Promise<Problem | undefined>;
  unlock(passphrase?: string): Promise<Problem | undefined>;

  /** Asks for the microphone. */
  call(person: PersonId): Promise<CallId | Problem>;
  /** Asks for the microphone. Nothing but this and `call` does. */
  answer(call: CallId): Promise<Problem | undefined>;
  decline(call: CallId): void;
  /** Done when the desk has it: it rings nowhere any more. Until then, and with a problem, it goes on ringing. */
  sendToDesk(call: CallId): Promise<Problem | undefined>;
  hangUp(call: CallId): void;
  mute(call: CallId, muted: boolean): void;
  /** What the person found on comparing the words. `false` ends the call. */
  wordsMatch(call: CallId, match: boolean): void;
  /** Takes a call that has ended out of the snapshot. */
  dismiss(call: CallId): void;

  /** After a `mediaProblem`: asks for the microphone anew, and begins what did not begin. */
  retrySound(call: CallId): Promise<Problem | undefined>;

  audioDevices(): Promise<AudioDevices>;
  useMicrophone(id: string): Promise<Problem | undefined>;
  useSpeaker(id: string): Promise<Problem | undefined>;

  renameDevice(id: string, name: string): Promise<Problem | undefined>;
  removeDevice(id: string): Promise<Problem | undefined>;
  /** A link by which a further device of this person can ask to be vouched for, for ten minutes. */
  linkDevice(): Promise<{ link: string; expires: number } | Problem>;
  /** Answers `linkRequest`. */
  vouch(accept: boolean): Promise<Problem | undefined>;
  /** What came of comparing the words of `officeAlarm` for this key. `false` leaves the office alone. */
  compareOffice(key: string, match: boolean): Promise<Problem | undefined>;
}
