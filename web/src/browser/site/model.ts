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
  | "device-revoked-there"
  | "device-revoked-here"
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
  | "line-mistyped"
  | "line-none"
  | "line-own"
  | "line-somebody-else"
  | "line-no-holder"
  | "line-does-not-hold"
  | "line-note"
  | "line-too-many";

/** core.line.WeeklyHours: minutes since Monday 00:00, by a clock that is `offset` minutes ahead of UTC. No span: no time. */
export interface Hours {
  offset: number;
  spans: { from: number; until: number }[];
}

export interface LineTerms {
  /** It never rings: a call by it is a missed call. */
  requestOnly: boolean;
  /** It rings through quiet hours. */
  anyTime: boolean;
  /** 0: without an end. */
  until: number;
  expired: boolean;
  /** When it may ring; no span: at any time. */
  hours: Hours;
}

/** core.line.LineIncident: somebody tried a line that is not theirs. */
export interface Incident {
  kind:
    | "another-identity"
    | "second-redeemer"
    | "withdrawn"
    | "expired"
    | "not-approved"
    | "not-proved"
    | "wrong-person"
    | "many"
    | "many-offices";
  /** Whether they are who they say: their signature, chain and office held. */
  proved: boolean;
  /** Empty unless proved. */
  name: string;
  /** Of which office they say they are. */
  office: Office;
  /** Over which office's connection they came. */
  from: Office;
  firstAt: number;
  lastAt: number;
  count: number;
}

/** A line that this person gave. */
export interface GivenLine {
  id: string;
  /** To oneself; empty if this device cannot read it. */
  note: string;
  state: "open" | "waiting" | "bound" | "refused" | "withdrawn";
  redeemed: boolean;
  /** Whether its holder can be given another one in its place. */
  renewable: boolean;
  /** Who redeemed it or to whom it is bound, as far as known. */
  person?: Person;
  terms: LineTerms;
  incidents: Incident[];
}

/** A line that was given to this person. */
export interface HeldLine {
  id: string;
  state: "rings" | "waits" | "gone";
  person: Person;
  terms: LineTerms;
}

export interface Lines {
  given: GivenLine[];
  held: HeldLine[];
  /** When this person is not rung. */
  quiet: Hours;
  /** Whether the desk hears of calls that come in quiet hours. */
  sendToDesk: boolean;
  /** Of the own office, who ring through quiet hours. */
  favourites: PersonId[];
  blocked: PersonId[];
}

export interface DeskList {
  knocks: { nonce: string; person: Person; at: number; for: string; text: string }[];
  incidents: { line: string; note: string; issuer: string; incidents: Incident[] }[];
  calls: { caller: PersonId; name: string; office: Office; to: string; at: number }[];
}

/** How a line is handed over: a secret. */
export interface HandOver {
  line: string;
  link: string;
  office: Office;
  /** To be read aloud behind the office's domain. */
  words: string[];
  /** The link as a QR code: rows of `1` for dark and `0`. */
  code: string[];
}

/** core.line.Mistyped: what is wrong with a line's address. Words count from 1; what was typed is bounded. */
export type Mistyped =
  | { kind: "too-long" | "nothing" | "not-a-link" | "wrong-character" | "does-not-fit" }
  | { kind: "not-a-domain"; typed: string }
  | { kind: "word-count"; words: number }
  | { kind: "not-a-word" | "like-a-word" | "another-word"; word: number; typed: string; perhaps: string }
  | { kind: "wrong-order"; word: number; next: number };

/** A link to add a device by: a secret, for ten minutes. */
export interface MadeLink {
  link: string;
  expires: number;
  /** The link as a QR code, as in `HandOver`. */
  code: string[];
}

export interface LineOrder {
  note: string;
  /** Bound to them at once; without, whoever redeems it has to be approved. */
  person?: PersonId;
  requestOnly: boolean;
  anyTime: boolean;
  until: number;
  hours: Hours;
}

/** What a person does about lines. */
export interface LinePhone {
  give(order: LineOrder): Promise<HandOver | Problem>;
  handOver(line: string): Promise<HandOver | Problem>;
  /** What is wrong with a line's address, if anything is; nothing is sent. */
  check(address: string): Promise<Mistyped | undefined>;
  /** Gives the line's id. */
  redeem(address: string, andBack: boolean): Promise<{ line: string } | Problem>;
  decide(line: string, shown: PersonId, approve: boolean): Promise<Problem | undefined>;
  withdraw(line: string): Promise<Problem | undefined>;
  renew(line: string): Promise<Problem | undefined>;
  acknowledge(line: string): Promise<Problem | undefined>;
  /** Asks for the microphone. */
  call(line: string): Promise<CallId | Problem>;
  quiet(hours: Hours, sendToDesk: boolean): Promise<Problem | undefined>;
  favourite(person: PersonId, isOne: boolean): Promise<Problem | undefined>;
  block(person: PersonId, isBlocked: boolean): Promise<Problem | undefined>;
  knock(office: Office, name: string, text: string): Promise<Problem | undefined>;
  dismissKnock(nonce: string): Promise<Problem | undefined>;
}

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
  /** Everybody whom this person can call: of the own office, or by a line. */
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
  /** The lines that this person gave and holds, and when they want to be rung; once they are in. */
  lines?: Lines | undefined;
  /** What waits at the desk, if this person sits there. */
  deskList?: DeskList;
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
  readonly lines: LinePhone;

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
  linkDevice(): Promise<MadeLink | Problem>;
  /** Answers `linkRequest`. */
  vouch(accept: boolean): Promise<Problem | undefined>;
  /** What came of comparing the words of `officeAlarm` for this key. `false` leaves the office alone. */
  compareOffice(key: string, match: boolean): Promise<Problem | undefined>;
}
