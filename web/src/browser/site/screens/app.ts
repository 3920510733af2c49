// The screens as one program: what the phone says and what the person does go in, and one rendering comes out.
//
// Everything shown is a function of the last Snapshot and of `Ui`, which has what concerns the screen alone. Whatever changes
// either ends in `#draw`. What has to happen once when something changes (a sound, the focus, a notification) is found by
// comparing the Snapshot with the one before, in `#notice`.

import { render } from "lit-html";
import type {
  AudioDevices,
  Call,
  CallId,
  Invited,
  MadeLink,
  Person,
  PersonId,
  Phone,
  Problem,
  Protect,
  Snapshot,
} from "../model.ts";
import { frame } from "./frame.ts";
import { LineDeeds, type LinesUi } from "./line-deeds.ts";
import { Sounds } from "./sounds.ts";
import { chooseLanguage, isKey, type Language, startLanguage, t } from "./text.ts";

export const SECTIONS = ["people", "lines", "calls", "devices", "help"] as const;
export type Section = (typeof SECTIONS)[number];
/** The call has no address of its own: nobody goes there by a bookmark. */
export type Place = Section | "call";

/** What concerns the screen alone. */
export interface Ui {
  place: Place;
  search: string;
  /** What went wrong with what the person did last. */
  problem?: Problem | undefined;
  /** A text about a field of the form that is shown. */
  fieldError?: string | undefined;
  busy: boolean;
  /** The invitation by which this page was opened, or that was pasted. */
  link?: string | undefined;
  invited?: Invited | Problem | undefined;
  protect: Protect["kind"];
  renaming?: string | undefined;
  removing?: string | undefined;
  deviceLink?: MadeLink | undefined;
  copied: boolean;
  audio?: AudioDevices | undefined;
  microphone?: string | undefined;
  speaker?: string | undefined;
  /** What happened, in a call or to one: said once, then gone. */
  happened?: string | undefined;
  soundAllowed: boolean;
  /** Whoever rings has only just taken the screen: a tap is still meant for what was there before. */
  tooSoon: boolean;
  lines: LinesUi;
}

/** How long a sign of what happened stays, in milliseconds. */
const HAPPENED_MILLIS = 8000;
const TITLE_FLASH_MILLIS = 1000;
/** Longer than a finger that is on its way can stop (a person sees and reacts in a quarter of a second), in milliseconds. */
const TOO_SOON_MILLIS = 500;
const SEEN = "whodis.calls-seen";

export class App {
  readonly ui: Ui;
  readonly lines: LineDeeds;
  readonly #root: HTMLElement;
  readonly #phone: Phone;
  readonly #sounds = new Sounds();
  #now: Snapshot;
  #clock: ReturnType<typeof setInterval> | undefined;
  #flash: ReturnType<typeof setInterval> | undefined;
  #happenedEnds: ReturnType<typeof setTimeout> | undefined;
  #tooSoonEnds: ReturnType<typeof setTimeout> | undefined;
  #notification: Notification | undefined;
  #returnFocusTo: string | undefined;
  #seenUntil = seenUntil();

  constructor(root: HTMLElement, phone: Phone) {
    startLanguage();
    this.#root = root;
    this.#phone = phone;
    this.lines = new LineDeeds(this, phone.lines);
    this.#now = phone.snapshot();
    this.ui = { place: placeInAddress(), search: "", busy: false, protect: "browser-key", copied: false, soundAllowed: false, tooSoon: false, lines: {} };
    this.ui.link = invitationInAddress();
    phone.watch((now) => this.#changed(now));
    addEventListener("hashchange", () => this.#followAddress());
    // The first touch of the page lets it ring.
    for (const touch of ["pointerdown", "keydown"]) {
      addEventListener(touch, () => void this.allowSound(), { once: true });
    }
    this.#changed(this.#now);
  }

  get now(): Snapshot {
    return this.#now;
  }

  /** The call that rings and is not answered yet. */
  get ringing(): Call | undefined {
    return this.#now.calls.find((call) => call.state === "ringing");
  }

  /** The call that came while another one goes on. */
  get waiting(): Call | undefined {
    return this.#now.calls.find((call) => call.state === "waiting");
  }

  /** The call that this person is in, or that has just ended. */
  get call(): Call | undefined {
    const own = this.#now.calls.filter((call) => call.state !== "ringing" && call.state !== "waiting");
    return own.find((call) => call.state !== "ended") ?? own.find((call) => !endsUnseen(call));
  }

  /** Missed calls since the list of calls was looked at last. */
  get missed(): number {
    return this.#now.past.filter((call) => call.outcome === "missed" && call.at > this.#seenUntil).length;
  }

  // ------------------------------------------------------------------------------------------------ what people do

  readonly language = (language: Language) => {
    chooseLanguage(language);
    this.#draw();
  };

  readonly search = (text: string) => this.set({ search: text });

  readonly dial = (person: PersonId) => {
    this.#returnFocusTo = `call-${person}`;
    return this.#do(async () => {
      const result = await this.#phone.call(person);
      return isProblem(result) ? result : undefined;
    });
  };

  readonly answer = async (call: CallId) => {
    if (!this.ui.tooSoon) {
      await this.#do(() => this.#phone.answer(call));
    }
  };

  readonly decline = (call: CallId) => this.#phone.decline(call);

  readonly sendToDesk = (call: Call) =>
    this.#do(async () => {
      const problem = await this.#phone.sendToDesk(call.id);
      if (problem === undefined) {
        this.#happened(t("incoming.desk.sent", { name: call.person.name }));
      }
      return problem;
    });

  readonly hangUp = (call: CallId) => this.#phone.hangUp(call);
  readonly mute = (call: Call) => this.#phone.mute(call.id, !call.muted);
  readonly wordsMatch = (call: CallId, match: boolean) => this.#phone.wordsMatch(call, match);
  readonly dismiss = (call: CallId) => this.#phone.dismiss(call);

  readonly callAgain = (call: Call) => {
    this.#phone.dismiss(call.id);
    return this.dial(call.person.id);
  };

  readonly switchTo = (from: Call, to: Call) => {
    this.#phone.hangUp(from.id);
    this.#phone.dismiss(from.id);
    return this.#do(() => this.#phone.answer(to.id));
  };

  readonly retrySound = (call: CallId) => this.#do(() => this.#phone.retrySound(call));

  readonly loadAudio = async () => this.set({ audio: await this.#phone.audioDevices() });

  readonly useMicrophone = (id: string) => {
    this.set({ microphone: id });
    return this.#do(() => this.#phone.useMicrophone(id));
  };

  readonly useSpeaker = (id: string) => {
    this.set({ speaker: id });
    return this.#do(() => this.#phone.useSpeaker(id));
  };

  readonly openInvitation = async (link: string) => {
    this.set({ link, invited: undefined, problem: undefined, busy: true });
    const invited = await this.#phone.invitation(link);
    this.set({ invited, busy: false });
    this.#focus("title");
  };

  readonly enrol = (deviceName: string, protect: Protect) =>
    this.#do(() => this.#phone.enrol(this.ui.link ?? "", deviceName, protect));

  readonly unlock = (passphrase?: string) =>
    this.#do(() => passphrase === undefined ? this.#phone.unlock() : this.#phone.unlock(passphrase));

  readonly abandon = () => this.#do(() => this.#phone.abandon());

  readonly retry = () => {
    this.set({ problem: undefined });
    this.#phone.retry();
  };

  readonly rename = async (id: string, name: string) => {
    await this.#do(() => this.#phone.renameDevice(id, name));
    this.set({ renaming: undefined });
    this.#focus(`rename-${id}`);
  };

  readonly remove = async (id: string) => {
    await this.#do(() => this.#phone.removeDevice(id));
    this.set({ removing: undefined });
    this.#focus("title");
  };

  readonly linkDevice = () =>
    this.#do(async () => {
      const made = await this.#phone.linkDevice();
      if (isProblem(made)) {
        return made;
      }
      this.set({ deviceLink: made, copied: false });
      return undefined;
    });

  readonly copy = async (text: string) => {
    await navigator.clipboard.writeText(text);
    this.set({ copied: true });
  };

  readonly vouch = (accept: boolean) =>
    this.#do(async () => {
      const problem = await this.#phone.vouch(accept);
      this.set({ deviceLink: undefined });
      return problem;
    });

  readonly compareOffice = (key: string, match: boolean) => this.#do(() => this.#phone.compareOffice(key, match));

  readonly allowSound = async () => {
    const soundAllowed = await this.#sounds.allow();
    this.#ringAsNeeded();
    this.set({ soundAllowed });
  };

  /** What a tap on "Let it ring" asks for: sound, and a sign when the page is hidden. */
  readonly allowRinging = async () => {
    await this.allowSound();
    if ("Notification" in globalThis && Notification.permission === "default") {
      await Notification.requestPermission();
    }
    this.#draw();
  };

  /** Goes to a section; the browser's own history has it. */
  readonly go = (place: Place) => {
    if (place === "call") {
      this.#goTo(place);
    } else if (placeInAddress() === place) {
      this.#goTo(place);
    } else {
      location.hash = place;
    }
  };

  readonly set = (change: Partial<Ui>) => {
    Object.assign(this.ui, change);
    this.#draw();
  };

  /** Moves the focus to what has this key, once it is on the screen. */
  readonly focus = (key: string) => this.#focus(key);

  // ---------------------------------------------------------------------------------------------- what the phone says

  #changed(now: Snapshot) {
    const before = this.#now;
    this.#now = now;
    this.#notice(before, now);
    this.#draw();
    this.#moveFocus(before, now);
  }

  #notice(before: Snapshot, now: Snapshot) {
    for (const call of now.calls) {
      const earlier = before.calls.find((each) => each.id === call.id);
      this.#noticeCall(earlier, call);
    }
    if (this.ui.place === "call" && this.call === undefined) {
      this.ui.place = placeInAddress();
    }
    if (now.stage !== before.stage) {
      this.ui.problem = undefined;
      if (now.stage === "ready" && this.ui.link !== undefined) {
        this.ui.link = undefined;
        this.ui.invited = undefined;
        history.replaceState(null, "", "/");
      }
      if (before.stage === "ready") {
        // Whoever comes next at this screen is nobody yet, and has no part in what was begun here.
        Object.assign(this.ui, { deviceLink: undefined, lines: {}, search: "", renaming: undefined, removing: undefined });
      }
    }
    if (now.stage === "no-identity" && this.ui.link !== undefined && this.ui.invited === undefined && !this.ui.busy) {
      queueMicrotask(() => void this.openInvitation(this.ui.link ?? ""));
    }
    if (this.ringing?.id !== before.calls.find((call) => call.state === "ringing")?.id) {
      this.#waitForWhoRings();
    }
    this.#ringAsNeeded();
    this.#runClock(now.calls.some((call) => call.state === "connected"));
  }

  #noticeCall(earlier: Call | undefined, call: Call) {
    const begins = call.state === "dialling" || call.state === "connecting" || call.state === "connected";
    if (begins && (earlier === undefined || earlier.state === "ringing" || earlier.state === "waiting")) {
      this.ui.place = "call";
      this.ui.problem = undefined;
    }
    if (call.state === "connected" && earlier?.state === "connected") {
      const joined = absent(call, earlier);
      const left = absent(earlier, call);
      joined.forEach(({ name }) => this.#happened(t("call.joined", { name })));
      left.forEach(({ name }) => this.#happened(t("call.left", { name })));
      if (joined.length > 0) {
        this.#sounds.joined();
      } else if (left.length > 0) {
        this.#sounds.left();
      }
    } else if (call.state === "connected" && earlier !== undefined) {
      this.#sounds.joined();
    } else if (call.state === "ended" && earlier !== undefined && earlier.state !== "ended") {
      if (call.ended === "words-differ" || call.ended === "words-differ-there") {
        this.#sounds.alarm();
      } else if (earlier.state === "connected") {
        this.#sounds.left();
      }
      if (call.ended === "answered-elsewhere" || call.ended === "declined-elsewhere") {
        this.#happened(t(`ended.${call.ended}`));
      }
      if (endsUnseen(call)) {
        queueMicrotask(() => this.#phone.dismiss(call.id));
      }
    }
  }

  #happened(text: string) {
    this.ui.happened = text;
    clearTimeout(this.#happenedEnds);
    this.#happenedEnds = setTimeout(() => this.set({ happened: undefined }), HAPPENED_MILLIS);
  }

  /** A call that comes up under somebody's finger, or in the place of another one, is not answered by that tap. */
  #waitForWhoRings() {
    clearTimeout(this.#tooSoonEnds);
    this.ui.tooSoon = this.ringing !== undefined;
    if (this.ui.tooSoon) {
      this.#tooSoonEnds = setTimeout(() => this.set({ tooSoon: false }), TOO_SOON_MILLIS);
    }
  }

  #ringAsNeeded() {
    const ringing = this.ringing;
    this.#sounds.ring(ringing !== undefined);
    if (ringing !== undefined && this.#flash === undefined) {
      let on = false;
      this.#flash = setInterval(() => {
        on = !on;
        document.title = on && this.ringing !== undefined
          ? `☎ ${t("incoming.flash", { name: this.ringing.person.name })}`
          : this.#title();
      }, TITLE_FLASH_MILLIS);
      this.#notify(ringing);
    } else if (ringing === undefined && this.#flash !== undefined) {
      clearInterval(this.#flash);
      this.#flash = undefined;
      this.#notification?.close();
    }
  }

  /** A sign outside the page, when the page itself is not seen. */
  #notify(call: Call) {
    if (document.hidden && "Notification" in globalThis && Notification.permission === "granted") {
      const { name, title, office } = call.person;
      this.#notification = new Notification(t("incoming.flash", { name }), {
        body: `${title}, ${office}`,
        tag: call.id,
        requireInteraction: true,
      });
      this.#notification.onclick = () => focus();
    }
  }

  #runClock(on: boolean) {
    if (on && this.#clock === undefined) {
      this.#clock = setInterval(() => this.#draw(), 1000);
    } else if (!on) {
      clearInterval(this.#clock);
      this.#clock = undefined;
    }
  }

  // ------------------------------------------------------------------------------------------------------- the screen

  readonly doing = (action: () => Promise<Problem | undefined>) => this.#do(action);

  /** What a person did; the screen shows that it goes on, and what went wrong. */
  async #do(action: () => Promise<Problem | undefined>): Promise<void> {
    this.set({ busy: true, problem: undefined, fieldError: undefined });
    const problem = await action();
    this.set({ busy: false, problem });
  }

  #goTo(place: Place) {
    this.set({ place, problem: undefined, renaming: undefined, removing: undefined, lines: {} });
    this.#focus("title");
  }

  #draw() {
    if (this.ui.place === "calls" && this.#now.stage === "ready") {
      this.#seenUntil = Date.now();
      rememberSeen(this.#seenUntil);
    }
    render(frame(this), this.#root);
    if (this.#flash === undefined) {
      document.title = this.#title();
    }
  }

  #title(): string {
    const call = this.call;
    const what = call !== undefined && this.ui.place === "call" ? call.person.name : t(`nav.${this.#section()}`);
    const missed = this.missed > 0 ? `(${this.missed}) ` : "";
    return this.#now.stage === "ready" ? `${missed}${what} · ${t("app.name")}` : t("app.name");
  }

  #section(): Section {
    return this.ui.place === "call" ? "people" : this.ui.place;
  }

  /** The focus follows what takes the screen, and comes back to where it was when that goes. */
  #moveFocus(before: Snapshot, now: Snapshot) {
    const ringsNow = now.calls.find((call) => call.state === "ringing");
    const rangBefore = before.calls.some((call) => call.state === "ringing");
    if (ringsNow !== undefined && !rangBefore) {
      this.#returnFocusTo ??= document.activeElement?.getAttribute("data-focus") ?? undefined;
      this.#focus("ringing");
    } else if (this.ui.place === "call" && screenOf(before) !== screenOf(now)) {
      this.#focus("title");
    } else if (this.ui.place !== "call" && before.calls.length > 0 && now.calls.length === 0) {
      this.#focus(this.#returnFocusTo ?? "title");
      this.#returnFocusTo = undefined;
    } else if (now.linkRequest !== undefined && before.linkRequest === undefined) {
      this.#returnFocusTo ??= document.activeElement?.getAttribute("data-focus") ?? undefined;
      this.#focus("vouch");
    } else if (now.linkRequest === undefined && before.linkRequest !== undefined) {
      this.#focus(this.#returnFocusTo ?? "title");
      this.#returnFocusTo = undefined;
    } else if (before.stage !== now.stage) {
      this.#focus("title");
    }
  }

  #focus(key: string) {
    const wanted = this.#root.querySelector<HTMLElement>(`[data-focus="${CSS.escape(key)}"]`) ??
      this.#root.querySelector<HTMLElement>('[data-focus="title"]');
    wanted?.focus();
  }

  #followAddress() {
    const link = invitationInAddress();
    if (link === undefined) {
      this.#goTo(placeInAddress());
    } else if (this.#now.stage === "no-identity") {
      void this.openInvitation(link);
    }
  }
}

/**
 * The link by which this page was opened. Links say https:, however this page came; between a demonstration's page and its own
 * machine that may have been without.
 */
function invitationInAddress(): string | undefined {
  const { host, pathname, hash } = location;
  return /^\/(join|link)$/.test(pathname) && hash.includes(".") ? `https://${host}${pathname}${hash}` : undefined;
}

export function isProblem(value: unknown): value is Problem {
  return typeof value === "string" && isKey(`problem.${value}.title`);
}

/** Ends that need no screen: the person did it, or another device of theirs did. */
function endsUnseen(call: Call): boolean {
  switch (call.ended) {
    case "declined-here":
    case "answered-elsewhere":
    case "declined-elsewhere":
    case "glare":
      return true;
    case "cancelled":
    case "no-answer":
      // The list of missed calls has it.
      return !call.outgoing;
    default:
      return false;
  }
}

/** Which of the call's screens is shown: the focus goes to its title when that changes. */
function screenOf(snapshot: Snapshot): string {
  const call = snapshot.calls.find((each) => each.state !== "ringing" && each.state !== "waiting");
  return call === undefined ? "" : `${call.id} ${call.state === "ended" ? "ended" : "on"}`;
}

/** Who is in `here` and not in `there`. */
function absent(here: Call, there: Call): Person[] {
  const known = new Set(there.roster.map((member) => member.person.id));
  return here.roster.filter((member) => !known.has(member.person.id)).map((member) => member.person);
}

function placeInAddress(): Section {
  const named = location.hash.slice(1);
  return SECTIONS.find((section) => section === named) ?? "people";
}

function seenUntil(): number {
  try {
    return Number(localStorage.getItem(SEEN) ?? 0);
  } catch {
    return 0;
  }
}

function rememberSeen(at: number) {
  try {
    localStorage.setItem(SEEN, String(at));
  } catch {
    // Missed calls count as new again on the next visit.
  }
}
