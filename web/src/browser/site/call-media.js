// @ts-check
/// <reference path="./browser.d.ts" />
// The media of one call in a browser: a microphone, a connection to the own office's relay, a worker that seals and opens, and
// a loudspeaker.
//
//   start() -> offer() -> [the office] -> place()      a first place at the relay, or another one after lost()
//   installEpoch()                                     frames flow once there are a place and keys
//
// The relay is ICE-lite and its description is written here, from what the office said. This browser's own description goes
// nowhere: of it the office is told a name, a password, a fingerprint and an SSRC, and of its addresses nothing.

import { SealingWorker } from "./media.js";

/** @typedef {import("./call-media.d.ts").AudioDevice} AudioDevice */
/** @typedef {import("./call-media.d.ts").Epoch} Epoch */
/** @typedef {import("./call-media.d.ts").MediaListener} MediaListener */
/** @typedef {import("./call-media.d.ts").MediaOffer} MediaOffer */
/** @typedef {import("./call-media.d.ts").MediaPlace} MediaPlace */
/** @typedef {import("./call-media.d.ts").MediaSettings} MediaSettings */
/** @typedef {import("./call-media.d.ts").Quality} Quality */
/** @typedef {import("./media.d.ts").MediaCounts} MediaCounts */
/** @typedef {import("./call-media.d.ts").Problem} Problem */

/** One rate, no discontinuous transmission, no copies of earlier frames: the size of a packet says nothing of what is said. */
const OPUS = "minptime=20;useinbandfec=0;usedtx=0;cbr=1;stereo=0;sprop-stereo=0;maxaveragebitrate=24000;maxptime=20";

/** How often it is looked whether anything comes. */
const LOOK_MILLIS = 1000;

/** A relay sends a report each second even if nobody speaks. Four that did not come are no chance. */
const SILENT_LOOKS = 4;

/** From the office's answer to a connection: three times what a handshake takes over TURN on a slow network. */
const CONNECT_MILLIS = 15_000;

/** Why there is no microphone, as a Problem of the screens. */
export class MicrophoneTrouble extends Error {
  /** @param {Problem} problem @param {unknown} cause */
  constructor(problem, cause) {
    super(problem, { cause });
    this.problem = problem;
  }
}

/** @param {unknown} failure @returns {Problem} */
function microphoneProblem(failure) {
  switch (failure instanceof DOMException ? failure.name : "") {
    case "NotAllowedError":
    case "SecurityError":
      return "microphone-denied";
    case "NotReadableError":
    case "AbortError":
      return "microphone-busy";
    default:
      return "no-microphone";
  }
}

/**
 * Asks the person for a microphone: on a tap, and never before one.
 *
 * @param {string} [id] of `audioDevices`; without it the person's usual one
 * @throws {MicrophoneTrouble}
 */
export async function openMicrophone(id) {
  const audio = { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true };
  try {
    if (navigator.mediaDevices === undefined) {
      throw new MicrophoneTrouble("old-browser", undefined);
    }
    const stream = await navigator.mediaDevices.getUserMedia({
      audio: id === undefined ? audio : { ...audio, deviceId: { exact: id } },
    });
    const [track] = stream.getAudioTracks();
    if (track === undefined) {
      throw new MicrophoneTrouble("no-microphone", undefined);
    }
    return track;
  } catch (failure) {
    throw failure instanceof MicrophoneTrouble ? failure : new MicrophoneTrouble(microphoneProblem(failure), failure);
  }
}

/** What can be chosen from. Labels are empty until the person has allowed a microphone once. */
export async function audioDevices() {
  const all = await navigator.mediaDevices.enumerateDevices();
  /** @param {MediaDeviceKind} kind @returns {AudioDevice[]} */
  const of = (kind) =>
    all.filter((device) => device.kind === kind).map(({ deviceId, label }) => ({ id: deviceId, label }));
  return { microphones: of("audioinput"), speakers: canChooseSpeaker() ? of("audiooutput") : [] };
}

function canChooseSpeaker() {
  return "setSinkId" in HTMLMediaElement.prototype;
}

export class CallMedia {
  #settings;
  #listener;
  #worker;
  #microphone;
  #speaker = new Audio();
  #muted = false;
  #closed = false;

  /** The connection that is used, or will be when its place is there. @type {Connection | null} */
  #connection = null;

  /** Made by `offer`, before the office has given a place. @type {Connection | null} */
  #next = null;

  /** Sounds of nothing, for when the microphone is gone: packets go on. @type {AudioContext | null} */
  #silence = null;

  #looking = false;
  #timer;
  #opened = 0;

  /** @type {Quality | null} */
  #quality = null;

  /**
   * @param {MediaSettings} settings
   * @param {MediaListener} listener
   * @param {SealingWorker} worker
   */
  constructor(settings, listener, worker) {
    this.#settings = settings;
    this.#listener = listener;
    this.#worker = worker;
    this.#microphone = settings.microphone;
    this.#watchMicrophone();
    this.#speaker.autoplay = true;
    worker.onalarm = (kind) => (kind === "commit-missing" ? listener.commitMissing() : listener.problem("core-failed"));
    this.#timer = setInterval(() => this.#look(), LOOK_MILLIS);
  }

  /**
   * A worker that is ready, and nothing else yet.
   *
   * @param {MediaSettings} settings
   * @param {MediaListener} listener
   */
  static async start(settings, listener) {
    const media = new CallMedia(settings, listener, await SealingWorker.start(settings.callId));
    if (settings.speaker !== undefined) {
      await media.useSpeaker(settings.speaker).catch(() => {
        // It is not there any more; the usual one is.
      });
    }
    return media;
  }

  /**
   * Makes ready to talk to a relay, anew if it was done before.
   *
   * @returns {Promise<MediaOffer>}
   */
  async offer() {
    this.#next?.close();
    const next = new Connection(this.#worker, this.#microphone, (why) => this.#lost(next, why));
    this.#next = next;
    return next.offer();
  }

  /**
   * The office gave the place that `offer` asked for. The one before is no more.
   *
   * @param {MediaPlace} place
   */
  async place(place) {
    const next = this.#next;
    if (next === null || this.#closed) {
      return;
    }
    this.#next = null;
    this.#connection?.close();
    this.#connection = next;
    this.#speaker.srcObject = new MediaStream([next.receiver.track]);
    this.#speaker.play().catch(() => {
      // The page may not make a sound before somebody has touched it; autoplay takes it up when it may.
    });
    try {
      await next.connect(place, this.#settings);
    } catch (failure) {
      this.#lost(next, String(failure));
    }
  }

  /**
   * Seals and opens under these keys from now on; what the caller had of them is overwritten.
   *
   * @param {number} ownLeaf
   * @param {Epoch} epoch
   */
  installEpoch(ownLeaf, epoch) {
    this.#worker.installEpoch(ownLeaf, epoch);
  }

  /** Silence in place of the microphone; packets go on all the same. @param {boolean} muted */
  setMuted(muted) {
    this.#muted = muted;
    this.#microphone.enabled = !muted;
  }

  /** @param {string} [id] without it the person's usual one @throws {MicrophoneTrouble} */
  async useMicrophone(id) {
    await this.#speakWith(await openMicrophone(id));
    this.#listener.problem(undefined);
  }

  /** @param {string} id */
  async useSpeaker(id) {
    if (canChooseSpeaker()) {
      await this.#speaker.setSinkId(id);
    }
  }

  /** What the worker has counted. @returns {Promise<MediaCounts>} */
  counts() {
    return this.#worker.counts();
  }

  /** What the connection has counted. @returns {Promise<RTCStatsReport | undefined>} */
  async stats() {
    return this.#connection?.stats();
  }

  /** What is played, for a test to measure. */
  get heardTrack() {
    return this.#connection?.receiver.track;
  }

  /** The call is over: no frame is sent or played any more, the keys are erased, the microphone is let go. */
  close() {
    this.#closed = true;
    clearInterval(this.#timer);
    this.#worker.close();
    this.#next?.close();
    this.#connection?.close();
    this.#speaker.srcObject = null;
    this.#microphone.onended = null;
    this.#microphone.stop();
    this.#silence?.close();
  }

  /** @param {Connection} connection @param {string} why */
  #lost(connection, why) {
    if (!this.#closed && (connection === this.#connection || connection === this.#next)) {
      this.#listener.lost(why);
    }
  }

  /** @param {MediaStreamTrack} track */
  async #speakWith(track) {
    if (this.#closed) {
      // The call ended while the person was asked for it: nobody would ever let it go.
      track.stop();
      return;
    }
    const former = this.#microphone;
    former.onended = null;
    track.enabled = !this.#muted;
    this.#microphone = track;
    this.#watchMicrophone();
    try {
      await this.#next?.sender.replaceTrack(track);
      await this.#connection?.sender.replaceTrack(track);
    } finally {
      former.stop();
    }
  }

  /** One that is pulled out must not be heard by its packets' ending. */
  #watchMicrophone() {
    this.#microphone.onended = () => {
      this.#silence ??= new AudioContext();
      const [silent] = this.#silence.createMediaStreamDestination().stream.getAudioTracks();
      if (silent !== undefined) {
        this.#speakWith(silent).catch(() => {
          // There is no connection any more.
        });
      }
      this.#listener.problem("no-microphone");
    };
  }

  async #look() {
    const connection = this.#connection;
    if (this.#looking || connection === null) {
      return;
    }
    this.#looking = true;
    try {
      const counts = await this.#worker.counts();
      const opened = counts.opened - this.#opened;
      this.#opened = counts.opened;
      if (opened > 0) {
        this.#listener.heard();
      }
      const quality = await connection.look(opened);
      if (!this.#closed && quality !== this.#quality && connection === this.#connection) {
        this.#quality = quality;
        this.#listener.quality(quality);
      }
    } finally {
      this.#looking = false;
    }
  }
}

/** One place at the relay. */
class Connection {
  #pc = new RTCPeerConnection({ bundlePolicy: "max-bundle", rtcpMuxPolicy: "require" });
  #transceiver;
  #onLost;
  #told = false;
  /** @type {RTCSessionDescriptionInit | null} */
  #offer = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #patience;

  #received = 0;
  #silentLooks = 0;
  #sound = { lost: 0, received: 0, concealed: 0, played: 0 };

  /**
   * @param {SealingWorker} worker
   * @param {MediaStreamTrack} microphone
   * @param {(why: string) => void} onLost
   */
  constructor(worker, microphone, onLost) {
    this.#onLost = onLost;
    this.#transceiver = this.#pc.addTransceiver(microphone, { direction: "sendrecv" });
    // Before anything is negotiated: nothing is ever sent or played that did not go through the worker.
    worker.seal(this.#transceiver.sender);
    worker.open(this.#transceiver.receiver);
    this.#pc.onconnectionstatechange = () => {
      if (this.#pc.connectionState === "failed") {
        this.#lose("the connection failed");
      } else if (this.#pc.connectionState === "connected") {
        clearTimeout(this.#patience);
      }
    };
  }

  get sender() {
    return this.#transceiver.sender;
  }

  get receiver() {
    return this.#transceiver.receiver;
  }

  stats() {
    return this.#pc.getStats();
  }

  async offer() {
    const offer = await this.#pc.createOffer();
    this.#offer = offer;
    return offered(offer.sdp ?? "");
  }

  /** @param {MediaPlace} place @param {MediaSettings} settings */
  async connect(place, settings) {
    if (this.#offer === null) {
      throw new Error("no offer was made");
    }
    this.#patience = setTimeout(() => this.#lose("there was no connection in time"), CONNECT_MILLIS);
    this.#pc.setConfiguration({
      bundlePolicy: "max-bundle",
      rtcpMuxPolicy: "require",
      iceTransportPolicy: settings.transport ?? "all",
      // A path by UDP has the higher priority; this one is there at once where that one never comes.
      iceServers: [
        {
          urls: `turns:${settings.office}?transport=tcp`,
          username: place.turn.username,
          credential: place.turn.password,
        },
      ],
    });
    await this.#pc.setLocalDescription(this.#offer);
    await this.#pc.setRemoteDescription({ type: "answer", sdp: answer(this.#offer.sdp ?? "", place) });
  }

  /**
   * What of the other side's sound has come since the last look, of which `opened` frames were authentic.
   *
   * @param {number} opened
   * @returns {Promise<Quality>}
   */
  async look(opened) {
    const stats = await this.#pc.getStats();
    if (this.#pc.connectionState === "connected") {
      this.#lookAtPath(stats);
    }
    return opened === 0 ? "nothing-heard" : this.#lookAtSound(stats);
  }

  close() {
    this.#told = true;
    clearTimeout(this.#patience);
    this.#pc.onconnectionstatechange = null;
    this.#pc.close();
  }

  /** @param {RTCStatsReport} stats */
  #lookAtPath(stats) {
    let received = 0;
    for (const entry of stats.values()) {
      if (entry.type === "candidate-pair") {
        received += entry.bytesReceived ?? 0;
      }
    }
    this.#silentLooks = received === this.#received ? this.#silentLooks + 1 : 0;
    this.#received = received;
    if (this.#silentLooks >= SILENT_LOOKS) {
      this.#lose("the relay is silent");
    }
  }

  /** @param {RTCStatsReport} stats @returns {Quality} */
  #lookAtSound(stats) {
    const now = { lost: 0, received: 0, concealed: 0, played: 0 };
    for (const entry of stats.values()) {
      if (entry.type === "inbound-rtp" && entry.kind === "audio") {
        now.lost += entry.packetsLost ?? 0;
        now.received += entry.packetsReceived ?? 0;
        now.concealed += (entry.concealedSamples ?? 0) - (entry.silentConcealedSamples ?? 0);
        now.played += entry.totalSamplesReceived ?? 0;
      }
    }
    const before = this.#sound;
    this.#sound = now;
    const lost = share(now.lost - before.lost, now.lost - before.lost + now.received - before.received);
    const concealed = share(now.concealed - before.concealed, now.played - before.played);
    const worst = Math.max(lost, concealed);
    // Opus hides a lost packet in fifty; one in eight is a word in a sentence.
    return worst > 0.12 ? "poor" : worst > 0.02 ? "fair" : "good";
  }

  /** @param {string} why */
  #lose(why) {
    clearTimeout(this.#patience);
    if (!this.#told) {
      this.#told = true;
      this.#onLost(why);
    }
  }
}

/** @param {number} part @param {number} whole */
function share(part, whole) {
  return whole > 0 && part > 0 ? part / whole : 0;
}

/**
 * What the office is told of a description: nothing of it that says where this browser is.
 *
 * @param {string} sdp
 * @returns {MediaOffer}
 */
export function offered(sdp) {
  return {
    iceUfrag: found(sdp, /^a=ice-ufrag:(\S+)/m),
    icePwd: found(sdp, /^a=ice-pwd:(\S+)/m),
    dtlsFingerprint: Uint8Array.from(
      found(sdp, /^a=fingerprint:sha-256 ([0-9A-Fa-f:]{95})/m).split(":"),
      (byte) => Number.parseInt(byte, 16),
    ),
    ssrc: Number(found(sdp, /^a=ssrc:(\d+) /m)),
  };
}

/** @param {string} sdp @param {RegExp} pattern */
function found(sdp, pattern) {
  const value = pattern.exec(sdp)?.[1];
  if (value === undefined) {
    throw new Error(`this browser's offer lacks ${pattern}`);
  }
  return value;
}

/**
 * The relay's side of the session (RFC 8829): ICE-lite, one candidate, Opus at one rate, and no header extension, so that
 * none of them tells the network how loud somebody speaks. The payload type is the browser's own; the relay goes by it.
 *
 * @param {string} offer
 * @param {MediaPlace} place
 */
export function answer(offer, place) {
  const opus = found(offer, /^a=rtpmap:(\d+) opus\/48000\/2/m);
  const address = host(place);
  const version = address.includes(":") ? "IP6" : "IP4";
  const fingerprint = Array.from(place.dtlsFingerprint, (byte) => byte.toString(16).padStart(2, "0").toUpperCase());
  return [
    "v=0",
    "o=- 1 1 IN IP4 0.0.0.0",
    "s=-",
    "t=0 0",
    "a=ice-lite",
    "a=group:BUNDLE 0",
    "a=msid-semantic:WMS *",
    `m=audio ${place.port} UDP/TLS/RTP/SAVPF ${opus}`,
    `c=IN ${version} ${address}`,
    "a=mid:0",
    "a=sendrecv",
    "a=rtcp-mux",
    `a=ice-ufrag:${place.iceUfrag}`,
    `a=ice-pwd:${place.icePwd}`,
    `a=fingerprint:sha-256 ${fingerprint.join(":")}`,
    "a=setup:passive",
    `a=rtpmap:${opus} opus/48000/2`,
    `a=fmtp:${opus} ${OPUS}`,
    "a=ptime:20",
    "a=maxptime:20",
    `a=candidate:1 1 udp 2130706431 ${address} ${place.port} typ host`,
    "a=end-of-candidates",
    "",
  ].join("\r\n");
}

/** The relay's address as a number: browsers do not look names up here. @param {MediaPlace} place */
function host(place) {
  const bytes = place.turn.peerAddress;
  if (bytes.length === 4) {
    return bytes.join(".");
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: 8 }, (_, i) => view.getUint16(2 * i).toString(16)).join(":");
}
