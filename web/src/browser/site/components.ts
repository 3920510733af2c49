// The page of components: every screen in every state, on fixtures. Built, and served by no office.
//
// `components.html` lists the screens; `components.html?NAME` shows one. `globalThis.fixture` is its phone, for tests.

import { html, render } from "lit-html";
import * as fixtures from "./fixtures.ts";
import { call, DESK, FixturePhone, HAND_OVER, INVITED, LINES_LONG, LINES_NONE, LINES_TRIED, LINES_WAITING, MADE_LINK, ME, member, NOW, PEOPLE, READY, WORDS } from "./fixtures.ts";
import type { Call, OfficeAlarm, Problem, Snapshot } from "./model.ts";
import { App, type Place, type Ui } from "./screens/app.ts";
import * as hours from "./screens/hours.ts";

interface Scene {
  now: Partial<Snapshot>;
  place?: Place;
  ui?: Partial<Ui>;
}

const NOBODY: Partial<Snapshot> = { stage: "no-identity", people: [], past: [], devices: [] };

const inCall = (one: Call, more: Partial<Snapshot> = {}): Scene => ({ now: { calls: [one], ...more }, place: "call" });
const rings = (who: keyof typeof PEOPLE): Scene => ({ now: { calls: [call(PEOPLE[who], "ringing", { outgoing: false })] } });
const ends = (ended: NonNullable<Call["ended"]>): Scene => inCall(call(PEOPLE.compared, "ended", { ended }));
const fails = (problem: Problem): Scene => ({ now: { stage: "failed", problem } });
const refused = (problem: Problem): Scene => ({ now: NOBODY, ui: { invited: problem } });
const cannot = (problem: Problem): Scene => ({ now: {}, ui: { problem } });
const alarm = (kind: OfficeAlarm["kind"]): OfficeAlarm => ({
  kind,
  key: "0a",
  differs: false,
  words: [...WORDS, ...WORDS, ...WORDS],
});

const FULL = call(PEOPLE.vouched, "connected", {
  roster: [
    member(ME),
    member(PEOPLE.vouched, { device: "java-phone" }),
    member(PEOPLE.interpreter, { role: "interpreter" }),
    member(PEOPLE.newDevice, { role: "listener", muted: true }),
  ],
  quality: "fair",
});

const SCENES: Record<string, Scene> = {
  "starting": { now: { stage: "starting" } },
  "join-none": { now: NOBODY },
  "join-used": refused("invitation-used"),
  "join-expired": refused("invitation-expired"),
  "join-malformed": refused("invitation-malformed"),
  "join": { now: NOBODY, ui: { invited: INVITED } },
  "join-passphrase": { now: NOBODY, ui: { invited: INVITED, protect: "passphrase" } },
  "join-no-passkey": { now: NOBODY, ui: { invited: INVITED, protect: "passkey", problem: "passkey-not-made" } },
  "join-further": { now: NOBODY, ui: { invited: { ...INVITED, kind: "further-device" } } },
  "join-enrolling": { now: { ...NOBODY, stage: "enrolling" } },
  "join-waiting": { now: { ...NOBODY, stage: "waiting-for-approval", words: WORDS } },
  "join-refused": refused("enrolment-refused"),
  "unlock-passphrase": { now: { stage: "locked", protection: "passphrase" } },
  "unlock-wrong": { now: { stage: "locked", protection: "passphrase" }, ui: { problem: "passphrase-wrong" } },
  "unlock-passkey": { now: { stage: "locked", protection: "passkey" } },
  "unlock-refused": { now: { stage: "locked", protection: "passkey" }, ui: { problem: "passkey-refused" } },
  "people": { now: {} },
  "people-search": { now: {}, ui: { search: "chancellery" } },
  "people-none": { now: { people: [], past: [] } },
  "people-offline": { now: { connection: { kind: "offline", since: NOW - 40_000, problem: "network-gone" } } },
  "people-office-gone": { now: { connection: { kind: "offline", since: NOW - 40_000 } } },
  "people-denied": cannot("microphone-denied"),
  "people-not-fresh": cannot("not-fresh"),
  "calls": { now: {}, place: "calls" },
  "lines": { now: {}, place: "lines" },
  "lines-none": { now: { lines: LINES_NONE }, place: "lines" },
  "lines-waiting": { now: { lines: LINES_WAITING }, place: "lines" },
  "lines-tried": { now: { lines: LINES_TRIED }, place: "lines" },
  "lines-withdraw": { now: {}, place: "lines", ui: { lines: { ending: "1a" } } },
  "lines-new": { now: {}, place: "lines", ui: { lines: { form: "new" } } },
  "lines-hand-over": { now: {}, place: "lines", ui: { lines: { handOver: HAND_OVER } } },
  "lines-redeem": { now: {}, place: "lines", ui: { lines: { form: "redeem" } } },
  "lines-mistyped": {
    now: {},
    place: "lines",
    ui: { problem: "line-mistyped", lines: { form: "redeem", mistyped: { kind: "like-a-word", word: 3, typed: "harbuor", perhaps: "harbour" } } },
  },
  "lines-hand-over-bound": { now: {}, place: "lines", ui: { lines: { handOver: { ...HAND_OVER, line: "1a" } } } },
  "lines-times": { now: { me: { ...ME, office: PEOPLE.compared.office } }, place: "lines", ui: { lines: { form: "times" } } },
  "lines-long": { now: { lines: LINES_LONG }, place: "lines" },
  "lines-renewed": { now: {}, place: "lines", ui: { lines: { said: "renewed" } } },
  "lines-no-hours": { now: {}, place: "lines", ui: { lines: { form: "times", noHours: true } } },
  "lines-reading": { now: { lines: undefined }, place: "lines" },
  "lines-knock": { now: {}, place: "lines", ui: { lines: { form: "knock" } } },
  "lines-desk": { now: { deskList: DESK }, place: "lines" },
  "incoming-compared": rings("compared"),
  "incoming-added": rings("addedSince"),
  "incoming-vouched": rings("vouched"),
  "incoming-new": rings("newDevice"),
  "incoming-office": rings("officeUnknown"),
  "incoming-not-them": rings("notThem"),
  "incoming-no-desk": { now: { ...rings("vouched").now, desk: false } },
  "incoming-nobody-at-desk": { now: rings("vouched").now, ui: { problem: "nobody-at-desk" } },
  "call-dialling": inCall(call(PEOPLE.compared, "dialling")),
  "call-ringing": inCall(call(PEOPLE.vouched, "ringing-there")),
  "call-nobody": inCall(call(PEOPLE.newDevice, "nobody-there")),
  "call-connecting": inCall(call(PEOPLE.compared, "connecting")),
  "call": inCall(call(PEOPLE.vouched, "connected")),
  "call-matched": inCall(call(PEOPLE.compared, "connected", { comparison: "match", muted: true })),
  "call-many": { ...inCall(FULL), ui: { happened: "Léa Marchetti has joined the call" } },
  "call-silent": inCall(call(PEOPLE.compared, "connected", { quality: "nothing-heard", mediaProblem: "relay-unreachable" })),
  "call-no-sound": inCall(call(PEOPLE.compared, "connected", { quality: "nothing-heard", mediaProblem: "sound-failed" })),
  "call-no-microphone": inCall(call(PEOPLE.compared, "connected", { comparison: "match", mediaProblem: "no-microphone" })),
  "call-second": inCall(call(PEOPLE.compared, "connected", { comparison: "match" }), {
    calls: [
      call(PEOPLE.compared, "connected", { comparison: "match" }),
      call(PEOPLE.officeUnknown, "waiting", { outgoing: false }),
    ],
  }),
  "call-elsewhere": { now: { calls: [call(PEOPLE.compared, "connected")] }, place: "people" },
  "call-ended": ends("hung-up-there"),
  "call-busy": ends("busy"),
  "call-lost": ends("media-lost"),
  "call-differ": ends("words-differ"),
  "call-differ-there": ends("words-differ-there"),
  "devices": { now: {}, place: "devices" },
  "devices-rename": { now: {}, place: "devices", ui: { renaming: "d3" } },
  "devices-remove": { now: {}, place: "devices", ui: { removing: "d2" } },
  "devices-link": {
    now: {},
    place: "devices",
    ui: { deviceLink: MADE_LINK },
  },
  "devices-vouch": { now: { linkRequest: { kind: "browser", words: [...WORDS, "lantern", "copper"] } }, place: "devices" },
  "office-unknown": { now: { officeAlarm: alarm("unknown") } },
  "office-held": { now: { officeAlarm: { ...alarm("held"), until: NOW + 86_400_000 } } },
  "office-two-keys": { now: { officeAlarm: { ...alarm("two-keys"), differs: true } } },
  "help": { now: {}, place: "help" },
  "failed-two-tabs": fails("two-tabs"),
  "failed-old-browser": fails("old-browser"),
  "failed-storage": fails("storage-refused"),
  "failed-removed": fails("device-removed"),
  "failed-core": fails("core-failed"),
  "failed-older-release": fails("office-of-older-release"),
};

function show(name: string, scene: Scene) {
  // Times stand still, so that pictures can be compared.
  Date.now = () => NOW;
  localStorage.setItem("whodis.calls-seen", String(NOW - 3_600_000));
  const phone = new FixturePhone({ ...READY, ...scene.now });
  const root = document.createElement("div");
  root.id = "whodis";
  document.body.append(root);
  history.replaceState(null, "", `#${scene.place === undefined || scene.place === "call" ? "people" : scene.place}`);
  const app = new App(root, phone);
  app.set({ place: scene.place ?? "people", ...scene.ui });
  document.body.dataset["scene"] = name;
  Object.assign(globalThis, { fixture: phone, fixtures, hours });
}

function list() {
  render(
    html`<main class="narrow"><h1>All screens in all states</h1>
      <ul>${Object.keys(SCENES).map((name) => html`<li><a href="?${name}">${name}</a></li>`)}</ul></main>`,
    document.body,
  );
  Object.assign(globalThis, { scenes: Object.keys(SCENES) });
}

const name = location.search.slice(1);
const scene = SCENES[name];
if (scene === undefined) {
  list();
} else {
  show(name, scene);
}
