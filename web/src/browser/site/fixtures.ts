// A phone that is not one: for the page of components, its pictures and its tests. Nobody is called and nothing is kept.

import type {
  AudioDevices,
  Call,
  CallId,
  DeskList,
  Device,
  GivenLine,
  HandOver,
  Hours,
  Incident,
  Invited,
  Known,
  LinePhone,
  Lines,
  LineTerms,
  MadeLink,
  Member,
  PastCall,
  Person,
  PersonId,
  Phone,
  Problem,
  Snapshot,
} from "./model.ts";

/** A Thursday morning; the page of components has its clock stand still then. */
export const NOW = Date.UTC(2026, 10, 19, 9, 30);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const compared: Known = { kind: "compared", at: NOW - 251 * DAY, devicesAddedSince: 0 };

function person(id: string, name: string, title: string, office: string, known: Known): Person {
  return { id, name, title, office, known };
}

export const ME = person("00", "Adaeze Okonkwo", "Minister of Finance", "finance.example", compared);

export const PEOPLE = {
  compared: person("01", "Ingrid Solbakken", "Prime Minister", "chancellery.example", compared),
  vouched: person("02", "Tomás Ferreira de Almeida", "Minister of Foreign Affairs", "foreign.example", {
    kind: "vouched-for-by-office",
    office: "foreign.example",
  }),
  newDevice: person("03", "Mirjam Õunapuu", "Governor of the Central Bank", "bank.example", {
    kind: "new-device",
    addedAt: NOW - 3 * HOUR,
    vouchedBy: "Study",
  }),
  officeUnknown: person("04", "Jean-Baptiste Kabongo", "Permanent Secretary", "treasury.example", {
    kind: "office-not-compared",
    office: "treasury.example",
  }),
  notThem: person("05", "Helena Varga", "Chief Justice", "court.example", {
    kind: "not-who-you-compared",
    at: NOW - 97 * DAY,
  }),
  addedSince: person("06", "Oluwaseun Adeyemi-Bright", "Chief of Staff", "chancellery.example", {
    kind: "compared",
    at: NOW - 40 * DAY,
    devicesAddedSince: 2,
  }),
  interpreter: person("07", "Léa Marchetti", "Interpreter", "foreign.example", {
    kind: "vouched-for-by-office",
    office: "foreign.example",
  }),
} satisfies Record<string, Person>;

export const WORDS = ["harbour", "velvet", "nineteen", "orchard"];

const DEVICES: Device[] = [
  { id: "d1", name: "Study", kind: "java-phone", addedAt: NOW - 300 * DAY, thisOne: false },
  { id: "d2", name: "Firefox, Linux", kind: "browser", addedAt: NOW - 41 * DAY, vouchedBy: "Study", thisOne: true },
  { id: "d3", name: "Travelling telephone", kind: "browser", addedAt: NOW - 2 * DAY, vouchedBy: "Study", thisOne: false },
];

const PAST: PastCall[] = [
  { id: "p1", person: PEOPLE.newDevice, at: NOW - 25 * MINUTE, outgoing: false, outcome: "missed", seconds: 0 },
  { id: "p2", person: PEOPLE.compared, at: NOW - 2 * HOUR, outgoing: true, outcome: "talked", seconds: 754 },
  { id: "p3", person: PEOPLE.vouched, at: NOW - DAY, outgoing: true, outcome: "no-answer", seconds: 0 },
  { id: "p7", person: PEOPLE.vouched, at: NOW - DAY, outgoing: true, outcome: "words-differed", seconds: 31 },
  { id: "p4", person: PEOPLE.addedSince, at: NOW - DAY - HOUR, outgoing: false, outcome: "declined", seconds: 0 },
  { id: "p5", person: PEOPLE.compared, at: NOW - 6 * DAY, outgoing: false, outcome: "talked", seconds: 3912 },
  { id: "p6", person: PEOPLE.notThem, at: NOW - 97 * DAY, outgoing: true, outcome: "cancelled", seconds: 0 },
];

const ANY_HOUR: Hours = { offset: 60, spans: [] };
const OFFICE_HOURS: Hours = {
  offset: 60,
  spans: [0, 1, 2, 3, 4].map((day) => ({ from: day * 1440 + 480, until: day * 1440 + 1080 })),
};
const NIGHTS: Hours = {
  offset: 60,
  spans: [0, 1, 2, 3, 4, 5, 6].map((day) => ({ from: day * 1440, until: day * 1440 + 420 })),
};
const TERMS: LineTerms = { requestOnly: false, anyTime: false, until: 0, expired: false, hours: ANY_HOUR };

const TRIED: Incident = {
  kind: "another-identity",
  proved: true,
  name: "Rasmus Lindqvist",
  office: "tabloid.example",
  from: "tabloid.example",
  firstAt: NOW - 50 * MINUTE,
  lastAt: NOW - 4 * MINUTE,
  count: 17,
};

const GIVEN: GivenLine[] = [
  {
    id: "1a",
    note: "Tomás, met in Geneva",
    state: "bound",
    redeemed: true,
    renewable: true,
    person: PEOPLE.vouched,
    terms: { ...TERMS, hours: OFFICE_HOURS, until: NOW + 60 * DAY },
    incidents: [],
  },
  { id: "1b", note: "The new ambassador", state: "open", redeemed: false, renewable: false, terms: { ...TERMS, requestOnly: true }, incidents: [] },
  {
    id: "1c",
    note: "Mirjam’s chief of staff, last spring",
    state: "withdrawn",
    redeemed: true,
    renewable: false,
    person: PEOPLE.newDevice,
    terms: TERMS,
    incidents: [],
  },
];

const LINES: Lines = {
  given: GIVEN,
  held: [
    { id: "2a", state: "rings", person: PEOPLE.vouched, terms: { ...TERMS, anyTime: true } },
    { id: "2b", state: "waits", person: PEOPLE.officeUnknown, terms: TERMS },
    { id: "2c", state: "gone", person: PEOPLE.newDevice, terms: TERMS },
  ],
  quiet: NIGHTS,
  sendToDesk: false,
  favourites: [PEOPLE.compared.id],
  blocked: [PEOPLE.notThem.id],
};

/** Somebody waits for a yes. */
export const LINES_WAITING: Lines = {
  ...LINES,
  given: GIVEN.map((line) => line.id === "1b" ? { ...line, state: "waiting", redeemed: true, person: PEOPLE.officeUnknown } : line),
};

/** A copy leaked. */
export const LINES_TRIED: Lines = {
  ...LINES,
  given: GIVEN.map((line) => line.id === "1a"
    ? {
      ...line,
      incidents: [
        TRIED,
        { ...TRIED, kind: "second-redeemer", proved: false, name: "", from: "relay.example", firstAt: NOW - HOUR, lastAt: NOW - HOUR, count: 1 },
      ],
    }
    : line),
};

export const LINES_NONE: Lines = { ...LINES, given: [], held: [], quiet: ANY_HOUR, favourites: [], blocked: [] };

const LONG = "of the Joint Parliamentary Committee on Intergovernmental Telecommunications and Everything That Belongs to It";

/** What others wrote at its longest, without a place to break, and from right to left. */
export const LINES_LONG: Lines = {
  ...LINES,
  given: [
    {
      id: "1e",
      note: "W".repeat(120),
      state: "waiting",
      redeemed: true,
      renewable: false,
      person: { ...PEOPLE.officeUnknown, id: "f1", name: "N".repeat(128), title: LONG, office: `${"o".repeat(60)}.${"p".repeat(60)}.example` },
      terms: { ...TERMS, anyTime: true, until: NOW + 400 * DAY, hours: NIGHTS },
      incidents: [
        { ...TRIED, name: "مكتب رئيس الوزراء (finance.example)", office: `${"t".repeat(60)}.example`, from: `${"r".repeat(60)}.example` },
        { ...TRIED, kind: "many-offices", name: "N".repeat(128), count: 4_294_967_295 },
      ],
    },
  ],
  held: [
    { id: "2e", state: "rings", person: { ...PEOPLE.vouched, id: "f2", name: "ראש הממשלה, לשכת", title: LONG }, terms: { ...TERMS, hours: OFFICE_HOURS } },
  ],
};

export const DESK: DeskList = {
  knocks: [{
    nonce: "3b",
    person: PEOPLE.vouched,
    at: NOW - 26 * HOUR,
    for: "whoever arranges visits",
    text: "W".repeat(280),
  }, {
    nonce: "3a",
    person: { ...PEOPLE.officeUnknown, id: "f3", name: "Wilhelmina Achterberg", title: "Counsellor", office: "embassy.example" },
    at: NOW - 5 * HOUR,
    for: "the Minister of Finance",
    text: "We met at the conference in Lisbon. Please send me a line: it is about the guarantees.",
  }],
  incidents: [{ line: "1a", note: "Tomás, met in Geneva", issuer: "Amara Nwosu", incidents: [TRIED] }],
  calls: [{ caller: PEOPLE.vouched.id, name: "Helena Varga", office: "court.example", to: "Amara Nwosu", at: NOW - 2 * HOUR }],
};

/** Not a code that can be read, but one that looks it. */
const CODE = Array.from({ length: 33 }, (_, y) =>
  Array.from({ length: 33 }, (_, x) => finder(x, y) ?? ((x * 7 + y * 13 + x * y) % 5 < 2 ? "1" : "0")).join(""));

export const HAND_OVER: HandOver = {
  line: "1d",
  link: "https://finance.example/line#1.3q2-7wAAAAAAAAAAAAAAAAAA",
  office: "finance.example",
  words: "topple fabric lunar absent cradle venue orbit mistake salmon gather whisper noble zebra".split(" "),
  code: CODE,
};

export const MADE_LINK: MadeLink = {
  link: "https://finance.example/link#1.mVt0x0Hq8eKp3TnB9wYcZs4dUfLa",
  expires: NOW + 10 * MINUTE,
  code: CODE,
};

/** The three corners by which cameras find a code. */
function finder(x: number, y: number): string | undefined {
  for (const [left, top] of [[0, 0], [26, 0], [0, 26]] as const) {
    const [dx, dy] = [x - left, y - top];
    if (dx >= -1 && dx <= 7 && dy >= -1 && dy <= 7) {
      const ring = Math.max(Math.abs(dx - 3), Math.abs(dy - 3));
      return ring === 2 || ring === 4 ? "0" : "1";
    }
  }
  return undefined;
}

export const READY: Snapshot = {
  lines: LINES,
  stage: "ready",
  me: ME,
  connection: { kind: "online" },
  people: Object.values(PEOPLE),
  calls: [],
  past: PAST,
  devices: DEVICES,
  protection: "browser-key",
  desk: true,
  fingerprintOfCode: "8f3a5c0e1b7d42996ae0c35f7718d2b4c6e90a1f53287bd4e61c0f9a2b8d7e35",
};

export const INVITED: Invited = { kind: "person", name: ME.name, title: ME.title, office: ME.office };

export function member(who: Person, more: Partial<Member> = {}): Member {
  return { person: who, role: "principal", device: "browser", own: who.id === ME.id, ...more };
}

export function call(who: Person, state: Call["state"], more: Partial<Call> = {}): Call {
  return {
    id: `call-${who.id}`,
    outgoing: true,
    state,
    person: who,
    since: NOW - 3 * MINUTE - 12_000,
    roster: state === "connected" ? [member(ME), member(who, { device: "java-phone" })] : [],
    words: state === "connected" ? WORDS : [],
    comparison: "not-yet",
    muted: false,
    quality: "good",
    ...more,
  };
}

/** The page of lines: what is done changes nothing, but for what is handed over. */
class FixtureLines implements LinePhone {
  give = () => Promise.resolve(HAND_OVER);
  handOver = () => Promise.resolve(HAND_OVER);
  check = (address: string) =>
    Promise.resolve(
      address.includes("zebar") ? { kind: "like-a-word" as const, word: 13, typed: "zebar", perhaps: "zebra" } : undefined,
    );
  redeem = () => Promise.resolve({ line: "2a" });
  decide = () => Promise.resolve(undefined);
  withdraw = () => Promise.resolve(undefined);
  renew = () => Promise.resolve(undefined);
  acknowledge = () => Promise.resolve(undefined);
  call = () => Promise.resolve("not-dialled" as const);
  quiet = () => Promise.resolve(undefined);
  favourite = () => Promise.resolve(undefined);
  block = () => Promise.resolve(undefined);
  knock = () => Promise.resolve(undefined);
  dismissKnock = () => Promise.resolve(undefined);
}

/** What a Snapshot says happens; what a person does changes it as a phone would, only at once. */
export class FixturePhone implements Phone {
  readonly lines = new FixtureLines();
  #now: Snapshot;
  readonly #watchers = new Set<(now: Snapshot) => void>();

  constructor(now: Snapshot) {
    this.#now = now;
  }

  /** What the other side, the office or the network does. */
  become(change: Partial<Snapshot>) {
    this.#now = { ...this.#now, ...change };
    this.#watchers.forEach((changed) => changed(this.#now));
  }

  changeCall(id: CallId, change: Partial<Call>) {
    this.become({ calls: this.#now.calls.map((each) => each.id === id ? { ...each, ...change } : each) });
  }

  snapshot(): Snapshot {
    return this.#now;
  }

  watch(changed: (now: Snapshot) => void): () => void {
    this.#watchers.add(changed);
    return () => this.#watchers.delete(changed);
  }

  retry() {
    this.become({ stage: "ready", connection: { kind: "online" } });
  }

  invitation(link: string): Promise<Invited | Problem> {
    return Promise.resolve(link.includes("#1.") ? INVITED : "invitation-malformed");
  }

  enrol(): Promise<Problem | undefined> {
    this.become({ stage: "waiting-for-approval", words: WORDS });
    return Promise.resolve(undefined);
  }

  abandon(): Promise<Problem | undefined> {
    this.become({ stage: "no-identity" });
    return Promise.resolve(undefined);
  }

  unlock(passphrase?: string): Promise<Problem | undefined> {
    if (passphrase === "wrong") {
      return Promise.resolve("passphrase-wrong");
    }
    this.become({ ...READY, protection: this.#now.protection });
    return Promise.resolve(undefined);
  }

  call(id: PersonId): Promise<CallId | Problem> {
    const who = this.#now.people.find((each) => each.id === id);
    if (who === undefined) {
      return Promise.resolve("not-dialled");
    }
    const begun = call(who, "dialling", { since: Date.now() });
    this.become({ calls: [...this.#now.calls.filter((each) => each.id !== begun.id), begun] });
    return Promise.resolve(begun.id);
  }

  answer(id: CallId): Promise<Problem | undefined> {
    const answered = this.#now.calls.find((each) => each.id === id);
    if (answered !== undefined) {
      this.changeCall(id, { ...call(answered.person, "connected"), since: Date.now(), outgoing: false });
    }
    return Promise.resolve(undefined);
  }

  decline(id: CallId) {
    this.changeCall(id, { state: "ended", ended: "declined-here" });
  }

  async sendToDesk(id: CallId) {
    this.decline(id);
    return undefined;
  }

  hangUp(id: CallId) {
    this.changeCall(id, { state: "ended", ended: "hung-up-here" });
  }

  mute(id: CallId, muted: boolean) {
    this.changeCall(id, { muted });
  }

  wordsMatch(id: CallId, match: boolean) {
    this.changeCall(
      id,
      match
        ? { comparison: "match", person: { ...this.#personIn(id), known: { kind: "compared", at: NOW, devicesAddedSince: 0 } } }
        : { comparison: "differ", state: "ended", ended: "words-differ" },
    );
  }

  dismiss(id: CallId) {
    this.become({ calls: this.#now.calls.filter((each) => each.id !== id) });
  }

  audioDevices(): Promise<AudioDevices> {
    return Promise.resolve({
      microphones: [{ id: "m1", label: "Built-in microphone" }, { id: "m2", label: "Headset" }],
      speakers: [{ id: "s1", label: "Built-in speakers" }, { id: "s2", label: "Headset" }],
    });
  }

  retrySound(id: CallId): Promise<Problem | undefined> {
    const { mediaProblem: _, ...rest } = this.#now.calls.find((each) => each.id === id) ?? call(ME, "connected");
    this.become({ calls: this.#now.calls.map((each) => each.id === id ? rest : each) });
    return Promise.resolve(undefined);
  }

  useMicrophone(): Promise<Problem | undefined> {
    return Promise.resolve(undefined);
  }

  useSpeaker(): Promise<Problem | undefined> {
    return Promise.resolve(undefined);
  }

  renameDevice(id: string, name: string): Promise<Problem | undefined> {
    this.become({ devices: this.#now.devices.map((each) => each.id === id ? { ...each, name } : each) });
    return Promise.resolve(undefined);
  }

  removeDevice(id: string): Promise<Problem | undefined> {
    this.become({ devices: this.#now.devices.filter((each) => each.id !== id) });
    return Promise.resolve(undefined);
  }

  linkDevice(): Promise<MadeLink | Problem> {
    return Promise.resolve(MADE_LINK);
  }

  vouch(): Promise<Problem | undefined> {
    const { linkRequest: _, ...rest } = this.#now;
    this.#now = rest;
    this.become({});
    return Promise.resolve(undefined);
  }

  compareOffice(): Promise<Problem | undefined> {
    const { officeAlarm: _, ...rest } = this.#now;
    this.#now = rest;
    this.become({});
    return Promise.resolve(undefined);
  }

  #personIn(id: CallId): Person {
    return this.#now.calls.find((each) => each.id === id)?.person ?? ME;
  }
}
