// @ts-check
/// <reference path="./browser.d.ts" />
// The phone of this page: the core decides, and here is what it decides about: the WebSocket to the office, the store, the
// clock, the microphone. Nothing here knows what a message says.

import { CallMedia, MicrophoneTrouble, audioDevices, openMicrophone } from "./call-media.js";
import { startCore } from "./core.js";
import { PageLines } from "./line-phone.js";
import { PasskeyRefused, evaluatePasskey, makePasskey } from "./passkey.js";
import { Store } from "./store.js";

/** @typedef {import("./core.js").CorePhone} CorePhone */
/** @typedef {import("./core.d.ts").Epoch} Epoch */
/** @typedef {import("./core.d.ts").PhoneOutput} PhoneOutput */
/** @typedef {import("./core.d.ts").PlaceText} PlaceText */
/** @typedef {import("./call-media.d.ts").Quality} Quality */
/** @typedef {import('./model.ts').CallId} CallId */
/** @typedef {import('./model.ts').Phone} Phone */
/** @typedef {import('./model.ts').Problem} Problem */
/** @typedef {import('./model.ts').Snapshot} Snapshot */

/** One phone for all tabs of this browser at this office. */
const LOCK = "whodis phone";

const MANIFEST = "/.well-known/whodis-web";

/** What a browser's timers can wait for at most; the core is asked again then. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** Places at the relay that came to nothing, one after another, before the person is told. */
const LOST_PLACES = 3;

/** The inputs of PhoneEdge.java. */
const INPUT = {
  start: 1,
  unlock: 2,
  opened: 3,
  received: 4,
  closed: 5,
  networkChanged: 6,
  answered: 7,
  stored: 8,
  storeFailed: 9,
  lookAt: 10,
  enrol: 11,
  abandon: 12,
  call: 13,
  answer: 14,
  decline: 15,
  hangUp: 16,
  wordsMatch: 17,
  dismiss: 18,
  renameDevice: 19,
  removeDevice: 20,
  openLink: 21,
  vouch: 22,
  mediaOffered: 23,
  mediaFailed: 24,
  mediaHeard: 25,
  tick: 26,
  compareOffice: 27,
  sendToDesk: 28,
  ofLines: 29,
};

/** What of a call only the page knows. */
class PageCall {
  muted = false;
  /** @type {Quality} */
  quality = "good";
  /** @type {Problem | undefined} */
  problem = undefined;
  lostPlaces = 0;
  /** @type {Promise<CallMedia> | null} */
  media = null;
  /** Media did not begin: the person has to try again. */
  failed = false;
  /** Keys that came before there was media that takes them. @type {{ ownLeaf: number; epoch: Epoch }[]} */
  epochs = [];
}

/** The phone of this page: one for a page. @returns {Phone} */
export function startPhone() {
  const phone = new PagePhone();
  phone.begin();
  return phone;
}

/** @implements {Phone} */
class PagePhone {
  /** @type {Snapshot} */
  #shown = {
    stage: "starting",
    connection: { kind: "connecting" },
    people: [],
    calls: [],
    past: [],
    devices: [],
    protection: "browser-key",
    fingerprintOfCode: "",
  };

  /** @type {Set<(now: Snapshot) => void>} */
  #watching = new Set();

  /** @type {CorePhone | null} */
  #core = null;

  /** @type {Store | null} */
  #store = null;

  /** The reason why there is no core: the page has failed, or another tab has the phone. @type {Problem | null} */
  #failure = null;

  /** Which beginning counts: one that was overtaken while it waited for the store must not go on. */
  #runs = 0;

  /** @type {{ connection: number; socket: WebSocket } | null} */
  #socket = null;

  #lastDeed = 0;
  /** @type {Map<number, (done: { problem: Problem | undefined; answer: string }) => void>} */
  #deeds = new Map();

  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /** @type {Map<CallId, PageCall>} */
  #calls = new Map();

  /** Asked for with the call that is to have it. @type {MediaStreamTrack | null} */
  #microphone = null;

  /** That call, once it is known. A call that ends before it has media leaves the microphone here. @type {CallId | null} */
  #microphoneFor = null;

  /** @type {{ credential: Uint8Array<ArrayBuffer>; salt: Uint8Array<ArrayBuffer> } | null} */
  #passkey = null;

  lines = new PageLines(
    (what, fields) => this.#deed(INPUT.ofLines, what, ...fields),
    (deed) => this.#withMicrophone(deed),
  );

  #fingerprint = "";
  #offlineSince = navigator.onLine ? 0 : Date.now();

  // What screens call.

  snapshot() {
    return this.#shown;
  }

  /** @param {(now: Snapshot) => void} changed */
  watch(changed) {
    this.#watching.add(changed);
    return () => {
      this.#watching.delete(changed);
    };
  }

  retry() {
    if (this.#failure === "two-tabs") {
      this.#take({ steal: true });
    } else if (this.#failure !== null) {
      location.reload();
    } else {
      this.#give(INPUT.networkChanged);
    }
  }

  /** @param {string} link */
  async invitation(link) {
    const { problem, answer } = await this.#deed(INPUT.lookAt, 0, link);
    return problem ?? /** @type {import('./model.ts').Invited} */ (JSON.parse(answer));
  }

  /**
   * @param {string} link
   * @param {string} deviceName
   * @param {import('./model.ts').Protect} protect
   */
  async enrol(link, deviceName, protect) {
    // Else a browser that is short of space may throw the keys away. It may refuse. Firefox asks the person, who may look away
    // from that for as long as they like: nobody waits for the answer.
    navigator.storage?.persist?.().catch(() => false);
    switch (protect.kind) {
      case "browser-key":
        return (await this.#deed(INPUT.enrol, 0, link, deviceName)).problem;
      case "passphrase":
        return (await this.#deed(INPUT.enrol, 1, link, deviceName, protect.passphrase)).problem;
      case "passkey": {
        try {
          const { credential, salt, output } = await makePasskey(deviceName);
          return (await this.#deed(INPUT.enrol, 2, link, deviceName, credential, salt, output)).problem;
        } catch (failure) {
          return passkeyProblem(failure, "passkey-not-made");
        }
      }
    }
  }

  /** @param {string} [passphrase] */
  async unlock(passphrase) {
    if (this.#passkey === null) {
      return (await this.#deed(INPUT.unlock, 0, passphrase ?? "")).problem;
    }
    try {
      const output = await evaluatePasskey(this.#passkey.credential, this.#passkey.salt);
      return (await this.#deed(INPUT.unlock, 0, output)).problem;
    } catch (failure) {
      return passkeyProblem(failure, "passkey-refused");
    }
  }

  /** @param {string} person */
  call(person) {
    return this.#withMicrophone(() => this.#deed(INPUT.call, 0, person));
  }

  /**
   * A call that begins once the microphone is open.
   *
   * @param {() => Promise<{ problem: Problem | undefined; answer: string }>} dial
   * @returns {Promise<CallId | Problem>}
   */
  async #withMicrophone(dial) {
    const refused = await this.#openMicrophone();
    if (refused !== undefined) {
      return refused;
    }
    const { problem, answer } = await dial();
    if (problem !== undefined) {
      this.#letMicrophoneGo();
      return problem;
    }
    this.#microphoneIsFor(answer);
    return answer;
  }

  /** @param {CallId} call */
  async answer(call) {
    const refused = await this.#openMicrophone();
    if (refused !== undefined) {
      return refused;
    }
    const { problem } = await this.#deed(INPUT.answer, 0, call);
    if (problem !== undefined) {
      this.#letMicrophoneGo();
      return problem;
    }
    this.#microphoneIsFor(call);
    return undefined;
  }

  /** @param {CallId} call */
  decline(call) {
    this.#give(INPUT.decline, 0, 0, call);
  }

  /** @param {CallId} call */
  async sendToDesk(call) {
    return (await this.#deed(INPUT.sendToDesk, 0, call)).problem;
  }

  /** @param {CallId} call */
  hangUp(call) {
    this.#give(INPUT.hangUp, 0, 0, call);
  }

  /** @param {CallId} call @param {boolean} muted */
  mute(call, muted) {
    const page = this.#pageCall(call);
    page.muted = muted;
    page.media?.then((media) => media.setMuted(muted), () => {
      // There is nothing that could be heard.
    });
    this.#draw();
  }

  /** @param {CallId} call @param {boolean} match */
  wordsMatch(call, match) {
    this.#give(INPUT.wordsMatch, 0, match ? 1 : 0, call);
  }

  /** @param {CallId} call */
  dismiss(call) {
    this.#give(INPUT.dismiss, 0, 0, call);
    this.#calls.delete(call);
  }

  /**
   * Asks for the microphone anew, and begins what did not begin.
   *
   * @param {CallId} call
   * @returns {Promise<Problem | undefined>}
   */
  async retrySound(call) {
    const page = this.#calls.get(call);
    if (page?.failed) {
      this.#mediaProblem(page, undefined);
      this.#openMedia(call);
      // What comes of it, the call itself says.
      await page.media?.catch(() => undefined);
      return undefined;
    }
    const media = page?.media;
    if (!media) {
      return "not-now";
    }
    try {
      const started = await media;
      await withChosenMicrophone((id) => started.useMicrophone(id));
      return undefined;
    } catch (failure) {
      return microphoneProblem(failure);
    }
  }

  audioDevices() {
    return audioDevices();
  }

  /** @param {string} id @returns {Promise<Problem | undefined>} */
  async useMicrophone(id) {
    try {
      for (const { media } of this.#calls.values()) {
        await (await media)?.useMicrophone(id);
      }
      choose("microphone", id);
      return undefined;
    } catch (failure) {
      return microphoneProblem(failure);
    }
  }

  /** @param {string} id @returns {Promise<Problem | undefined>} */
  async useSpeaker(id) {
    choose("speaker", id);
    for (const { media } of this.#calls.values()) {
      try {
        await (await media)?.useSpeaker(id);
      } catch {
        // It is not there any more; the sound goes on where it was.
      }
    }
    return undefined;
  }

  /** @param {string} id @param {string} name */
  async renameDevice(id, name) {
    return (await this.#deed(INPUT.renameDevice, 0, id, name)).problem;
  }

  /** @param {string} id */
  async removeDevice(id) {
    return (await this.#deed(INPUT.removeDevice, 0, id)).problem;
  }

  async linkDevice() {
    const { problem, answer } = await this.#deed(INPUT.openLink, 0);
    return problem ?? /** @type {import('./model.ts').MadeLink} */ (JSON.parse(answer));
  }

  /** @param {boolean} accept */
  async vouch(accept) {
    return (await this.#deed(INPUT.vouch, accept ? 1 : 0)).problem;
  }

  /** @param {string} key @param {boolean} match */
  async compareOffice(key, match) {
    return (await this.#deed(INPUT.compareOffice, match ? 1 : 0, key)).problem;
  }

  async abandon() {
    return (await this.#deed(INPUT.abandon, 0)).problem;
  }

  // The beginning, and other tabs.

  begin() {
    addEventListener("online", () => this.#network(true));
    addEventListener("offline", () => this.#network(false));
    addEventListener("pageshow", () => this.#give(INPUT.tick));
    document.addEventListener("visibilitychange", () => this.#give(INPUT.tick));
    addEventListener("pagehide", () => this.#leave());
    this.#take({ ifAvailable: true });
    fetch(MANIFEST, { credentials: "omit" })
      .then((response) => response.arrayBuffer())
      .then((manifest) => crypto.subtle.digest("SHA-256", manifest))
      .then((hash) => {
        this.#fingerprint = hex(new Uint8Array(hash));
        this.#draw();
      })
      .catch(() => {
        // Without the network there is nothing to compare.
      });
  }

  /**
   * Takes the phone of this browser, or waits until the tab that has it is closed.
   *
   * @param {LockOptions} how
   */
  #take(how) {
    navigator.locks
      .request(LOCK, how, (lock) => {
        if (lock === null) {
          this.#stop("two-tabs");
          this.#take({});
          return undefined;
        }
        this.#run();
        // Until this page is gone, or another tab takes over.
        return new Promise(() => {});
      })
      .catch(() => {
        this.#leave();
        this.#stop("two-tabs");
        this.#take({});
      });
  }

  async #run() {
    if (this.#core !== null) {
      return;
    }
    const run = ++this.#runs;
    this.#failure = null;
    try {
      if (!("RTCRtpScriptTransform" in globalThis)) {
        this.#stop("old-browser");
        return;
      }
      const [core, store] = await Promise.all([startCore().catch(tooOld), Store.open()]);
      const record = await store.read();
      if (run !== this.#runs) {
        // Another tab has taken over meanwhile.
        store.close();
        return;
      }
      this.#store = store;
      this.#core = core.openPhone(location.host);
      this.#give(INPUT.start, 0, 0, record);
    } catch (failure) {
      console.error(failure);
      if (run === this.#runs) {
        this.#stop(failure instanceof PageProblem ? failure.problem : "storage-refused");
      }
    }
  }

  /** The page goes, or another tab takes over: whoever is in a call with us is told. */
  #leave() {
    for (const { id, state } of this.#shown.calls) {
      if (state !== "ended" && state !== "ringing" && state !== "waiting") {
        this.#give(INPUT.hangUp, 0, 0, id);
      }
    }
  }

  /** There is no phone in this page from now on. @param {Problem} why */
  #stop(why) {
    this.#runs++;
    this.#core = null;
    this.#failure = why;
    clearTimeout(this.#timer);
    this.#disconnect();
    this.#store?.close();
    this.#store = null;
    for (const call of this.#calls.keys()) {
      this.#closeMedia(call);
    }
    this.#letMicrophoneGo();
    for (const done of this.#deeds.values()) {
      done({ problem: why, answer: "" });
    }
    this.#deeds.clear();
    this.#draw();
  }

  // The core.

  /**
   * @param {number} type
   * @param {number} [number]
   * @param {number} [other]
   * @param {(Uint8Array | string)[]} fields
   */
  #give(type, number = 0, other = 0, ...fields) {
    const core = this.#core;
    if (core === null) {
      return;
    }
    try {
      core.give(type, number, other, fields);
      for (let output = core.poll(); output !== null && this.#core === core; output = core.poll()) {
        this.#carryOut(output);
      }
      if (this.#core === core) {
        this.#arm(core);
      }
    } catch (failure) {
      // A trap, or a fault of this page: what the core would say from now on cannot be trusted.
      console.error(failure);
      this.#stop("core-failed");
    }
  }

  /**
   * @param {number} type
   * @param {number} other
   * @param {(Uint8Array | string)[]} fields
   * @returns {Promise<{ problem: Problem | undefined; answer: string }>}
   */
  #deed(type, other, ...fields) {
    return new Promise((done) => {
      if (this.#core === null) {
        done({ problem: this.#failure ?? "not-now", answer: "" });
        return;
      }
      const deed = ++this.#lastDeed;
      this.#deeds.set(deed, done);
      this.#give(type, deed, other, ...fields);
    });
  }

  /** @param {CorePhone} core */
  #arm(core) {
    clearTimeout(this.#timer);
    const next = core.next();
    if (next !== Infinity) {
      const delay = Math.min(Math.max(0, next - Date.now()), LONGEST_TIMER);
      this.#timer = setTimeout(() => this.#give(INPUT.tick), delay);
    }
  }

  /** @param {PhoneOutput} output */
  #carryOut(output) {
    switch (output.type) {
      case "connect":
        this.#connect(output.connection);
        break;
      case "send":
        if (this.#socket?.connection === output.connection) {
          this.#socket.socket.send(output.message);
        }
        break;
      case "disconnect":
        if (this.#socket?.connection === output.connection) {
          this.#disconnect();
        }
        break;
      case "ask":
        this.#ask(output.request, output.path, output.body);
        break;
      case "store":
        this.#store?.write(output.record).then(
          () => this.#give(INPUT.stored, output.version),
          () => this.#give(INPUT.storeFailed),
        );
        break;
      case "erase":
        this.#passkey = null;
        this.#store?.erase().catch(() => this.#give(INPUT.storeFailed));
        break;
      case "need-passkey":
        this.#passkey = output;
        break;
      case "done":
        this.#deeds.get(output.deed)?.(output);
        this.#deeds.delete(output.deed);
        break;
      case "changed":
        this.#draw();
        break;
      case "open-media":
        this.#openMedia(output.call);
        break;
      case "media-place":
        this.#whenMedia(output.call, (media) => media.place(place(output.place)));
        break;
      case "install-epoch":
        this.#installEpoch(output.call, output.ownLeaf, output.epoch);
        break;
      case "close-media":
        this.#closeMedia(output.call);
        break;
    }
  }

  // The office.

  /** @param {number} connection */
  #connect(connection) {
    this.#disconnect();
    // Without TLS a page has a phone on localhost only, as in a demonstration: elsewhere a browser gives it no keys.
    const scheme = location.protocol === "http:" ? "ws" : "wss";
    const socket = new WebSocket(`${scheme}://${location.host}/v1/device`, "whodis.1");
    socket.binaryType = "arraybuffer";
    socket.onopen = () => this.#give(INPUT.opened, connection);
    socket.onmessage = (/** @type {MessageEvent<unknown>} */ event) => {
      if (event.data instanceof ArrayBuffer) {
        this.#give(INPUT.received, connection, 0, new Uint8Array(event.data));
      }
    };
    socket.onclose = () => this.#give(INPUT.closed, connection);
    this.#socket = { connection, socket };
  }

  #disconnect() {
    const former = this.#socket?.socket;
    this.#socket = null;
    if (former !== undefined) {
      former.onopen = former.onmessage = former.onclose = null;
      former.close();
    }
  }

  /**
   * @param {number} request
   * @param {string} path
   * @param {Uint8Array<ArrayBuffer> | null} body
   */
  #ask(request, path, body) {
    const headers = { "content-type": "application/octet-stream" };
    fetch(path, {
      ...(body === null ? {} : { method: "POST", headers, body }),
      credentials: "omit",
      cache: "no-store",
    })
      .then(async (response) => {
        const answer = new Uint8Array(await response.arrayBuffer());
        this.#give(INPUT.answered, request, response.status, answer);
      })
      .catch(() => this.#give(INPUT.answered, request, 0, new Uint8Array(0)));
  }

  /** @param {boolean} isThere */
  #network(isThere) {
    this.#offlineSince = isThere ? 0 : Date.now();
    if (isThere) {
      this.#give(INPUT.networkChanged);
    }
    this.#draw();
  }

  // Sound.

  /** @returns {Promise<Problem | undefined>} */
  async #openMicrophone() {
    try {
      const track = await openChosenMicrophone();
      this.#letMicrophoneGo();
      this.#microphone = track;
      return undefined;
    } catch (failure) {
      return microphoneProblem(failure);
    }
  }

  #letMicrophoneGo() {
    this.#microphone?.stop();
    this.#microphone = null;
    this.#microphoneFor = null;
  }

  /** For the next try, so that nobody is asked again. @param {CallId} call @param {MediaStreamTrack} microphone */
  #keepMicrophone(call, microphone) {
    if (this.#microphone === null) {
      this.#microphone = microphone;
      this.#microphoneIsFor(call);
    } else {
      microphone.stop();
    }
  }

  /** @param {CallId} call */
  #microphoneIsFor(call) {
    if (this.#microphone !== null) {
      this.#microphoneFor = call;
      this.#letUnusedMicrophoneGo();
    }
  }

  #letUnusedMicrophoneGo() {
    const wanted = this.#microphoneFor;
    if (wanted !== null && !this.#shown.calls.some(({ id, state }) => id === wanted && state !== "ended")) {
      this.#letMicrophoneGo();
    }
  }

  /** @param {CallId} call */
  #openMedia(call) {
    const page = this.#pageCall(call);
    page.failed = false;
    const media = page.media ??= this.#startMedia(call, page);
    media.then(
      (started) => this.#offerMedia(call, page, started),
      (failure) => {
        console.error(failure);
        // Else the call is over, and nobody is to be told.
        if (page.media === media) {
          page.media = null;
          page.failed = true;
          this.#mediaProblem(page, failure instanceof MicrophoneTrouble ? failure.problem : "sound-failed");
        }
      },
    );
  }

  /** @param {CallId} call @param {PageCall} page @param {CallMedia} media */
  async #offerMedia(call, page, media) {
    try {
      const { iceUfrag, icePwd, dtlsFingerprint, ssrc } = await media.offer();
      this.#give(INPUT.mediaOffered, ssrc, 1, call, iceUfrag, icePwd, hex(dtlsFingerprint));
    } catch (failure) {
      console.error(failure);
      this.#mediaProblem(page, "sound-failed");
      this.#give(INPUT.mediaFailed, 0, 0, call);
    }
  }

  /** @param {CallId} call @param {number} ownLeaf @param {Epoch} epoch */
  #installEpoch(call, ownLeaf, epoch) {
    const page = this.#pageCall(call);
    const keep = () => {
      page.epochs.push({ ownLeaf, epoch });
    };
    if (page.media === null) {
      keep();
    } else {
      page.media.then((media) => media.installEpoch(ownLeaf, epoch), keep);
    }
  }

  /** @param {CallId} call @param {PageCall} page */
  async #startMedia(call, page) {
    const speaker = chosen("speaker");
    const microphone = this.#microphone ?? await openChosenMicrophone();
    this.#microphone = null;
    this.#microphoneFor = null;
    const media = await CallMedia.start(
      { callId: bytes(call), microphone, office: location.host, ...(speaker === undefined ? {} : { speaker }) },
      {
        heard: () => {
          page.lostPlaces = 0;
          if (page.problem === "relay-unreachable" || page.problem === "sound-failed") {
            this.#mediaProblem(page, undefined);
          }
          this.#give(INPUT.mediaHeard, 0, 0, call);
        },
        lost: (why) => {
          console.info("media:", why);
          page.lostPlaces++;
          if (page.lostPlaces >= LOST_PLACES) {
            this.#mediaProblem(page, "relay-unreachable");
          }
          this.#give(INPUT.mediaFailed, 0, 0, call);
        },
        quality: (quality) => {
          page.quality = quality;
          this.#draw();
        },
        problem: (problem) => this.#mediaProblem(page, problem),
        commitMissing: () => this.#mediaProblem(page, "relay-unreachable"),
      },
    ).catch((failure) => {
      this.#keepMicrophone(call, microphone);
      throw failure;
    });
    media.setMuted(page.muted);
    for (const { ownLeaf, epoch } of page.epochs.splice(0)) {
      media.installEpoch(ownLeaf, epoch);
    }
    return media;
  }

  /** @param {CallId} call @param {(media: CallMedia) => void} action */
  #whenMedia(call, action) {
    this.#calls.get(call)?.media?.then(action).catch((failure) => {
      console.error(failure);
      this.#give(INPUT.mediaFailed, 0, 0, call);
    });
  }

  /** @param {CallId} call */
  #closeMedia(call) {
    const page = this.#calls.get(call);
    if (page === undefined) {
      return;
    }
    page.media?.then((started) => started.close(), () => {
      // It never began.
    });
    page.media = null;
    page.failed = false;
    page.problem = undefined;
    for (const { epoch } of page.epochs.splice(0)) {
      epoch.baseKey.fill(0);
    }
  }

  /** @param {PageCall} page @param {Problem | undefined} problem */
  #mediaProblem(page, problem) {
    page.problem = problem;
    this.#draw();
  }

  /** @param {CallId} call */
  #pageCall(call) {
    const known = this.#calls.get(call) ?? new PageCall();
    this.#calls.set(call, known);
    return known;
  }

  // What screens see.

  #draw() {
    const core = this.#core?.snapshot();
    /** @type {Snapshot} */
    const now = core ?? { ...this.#shown, calls: [] };
    now.fingerprintOfCode = this.#fingerprint;
    if (this.#failure !== null) {
      now.stage = "failed";
      now.problem = this.#failure;
    }
    if (this.#offlineSince !== 0) {
      now.connection = { kind: "offline", since: this.#offlineSince, problem: "network-gone" };
    }
    for (const call of now.calls) {
      const page = this.#calls.get(call.id);
      if (page !== undefined) {
        call.muted = page.muted;
        call.quality = page.quality;
        if (page.problem !== undefined) {
          call.mediaProblem = page.problem;
        }
        for (const member of call.roster) {
          if (member.own) {
            member.muted = page.muted;
          }
        }
      }
    }
    this.#shown = Object.freeze(now);
    this.#letUnusedMicrophoneGo();
    for (const changed of this.#watching) {
      changed(this.#shown);
    }
  }
}

/** A failure that has a name on screens. */
class PageProblem extends Error {
  /** @param {Problem} problem @param {unknown} cause */
  constructor(problem, cause) {
    super(problem, { cause });
    this.problem = problem;
  }
}

/** The core is there, since the page is: a browser that cannot compile it is too old. @param {unknown} failure @returns {never} */
function tooOld(failure) {
  throw new PageProblem(failure instanceof WebAssembly.CompileError ? "old-browser" : "core-failed", failure);
}

/** @param {unknown} failure @returns {Problem} */
function microphoneProblem(failure) {
  return failure instanceof MicrophoneTrouble ? failure.problem : "no-microphone";
}

/** @param {unknown} failure @param {Problem} problem */
function passkeyProblem(failure, problem) {
  if (!(failure instanceof PasskeyRefused)) {
    console.error(failure);
  }
  return problem;
}

/** The microphone that was chosen, or the usual one when that is not there any more: it is in a call that others are chosen. */
function openChosenMicrophone() {
  return withChosenMicrophone(openMicrophone);
}

/**
 * @template T
 * @param {(id?: string) => Promise<T>} open
 * @returns {Promise<T>}
 */
async function withChosenMicrophone(open) {
  const id = chosen("microphone");
  try {
    return await open(id);
  } catch (failure) {
    if (id === undefined || microphoneProblem(failure) !== "no-microphone") {
      throw failure;
    }
    return open();
  }
}

/** Which microphone or loudspeaker this browser's person wants: no secret, and not worth a transaction. */
/** @param {"microphone" | "speaker"} what */
function chosen(what) {
  return localStorage.getItem(`whodis ${what}`) ?? undefined;
}

/** @param {"microphone" | "speaker"} what @param {string} id */
function choose(what, id) {
  localStorage.setItem(`whodis ${what}`, id);
}

/** @param {PlaceText} text @returns {import("./call-media.d.ts").MediaPlace} */
function place(text) {
  return {
    host: text.host,
    port: text.port,
    iceUfrag: text.ufrag,
    icePwd: text.pwd,
    dtlsFingerprint: bytes(text.fingerprint),
    turn: { ...text.turn, peerAddress: bytes(text.turn.peerAddress) },
  };
}

/** @param {Uint8Array} all */
function hex(all) {
  return Array.from(all, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** @param {string} digits */
function bytes(digits) {
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
