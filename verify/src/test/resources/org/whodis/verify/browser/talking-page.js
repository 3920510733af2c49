// One side of a call in a page, driven by the test step by step. CALL_MEDIA is put in by it.
const { audioDevices, CallMedia, MicrophoneTrouble, openMicrophone } = await import(CALL_MEDIA);

const bytes = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (digits) => Number.parseInt(digits, 16));
const hex = (all) => Array.from(all, (byte) => byte.toString(16).padStart(2, "0")).join("");
const told = { heard: 0, lost: [], qualities: [], problems: [], commitMissing: 0 };
let media;

/** Speech of a file for a microphone, said over and over. Not by WebAudio: Firefox has none on a machine without sound. */
async function speech(url) {
  const recording = new Audio(url);
  recording.loop = true;
  const stream = recording.captureStream?.() ?? recording.mozCaptureStream();
  await recording.play();
  for (let tries = 0; stream.getAudioTracks().length === 0 && tries < 600; tries++) {
    await new Promise((done) => setTimeout(done, 100));
  }
  return stream.getAudioTracks()[0];
}

globalThis.talking = {
  async start(callId, transport, file) {
    const microphone = file === null ? await openMicrophone() : await speech(file);
    media = await CallMedia.start(
      { callId: bytes(callId), microphone, office: location.host, transport },
      {
        heard: () => told.heard++,
        lost: (why) => told.lost.push(why),
        quality: (quality) => told.qualities.push(quality),
        problem: (problem) => told.problems.push(problem ?? "none"),
        commitMissing: () => told.commitMissing++,
      },
    );
  },
  async offer() {
    const { iceUfrag, icePwd, dtlsFingerprint, ssrc } = await media.offer();
    return { iceUfrag, icePwd, dtlsFingerprint: hex(dtlsFingerprint), ssrc };
  },
  async place({ host, port, iceUfrag, icePwd, dtlsFingerprint, turn }) {
    await media.place({
      host,
      port,
      iceUfrag,
      icePwd,
      dtlsFingerprint: bytes(dtlsFingerprint),
      turn: { ...turn, peerAddress: bytes(turn.peerAddress) },
    });
  },
  async placeAndAwaitFirst(place) {
    const before = (await media.counts()).opened;
    const from = performance.now();
    await talking.place(place);
    for (let tries = 0; (await media.counts()).opened === before && tries < 20000; tries++) {
      await new Promise((done) => setTimeout(done, 2));
    }
    return performance.now() - from;
  },
  epoch(ownLeaf, number, key) {
    media.installEpoch(ownLeaf, { epoch: BigInt(number), baseKey: bytes(key), leaves: [0, 1] });
  },
  mute: (muted) => media.setMuted(muted),
  async told() {
    return { ...told, counts: await media.counts() };
  },
  /** Which way packets go: the types of the two candidates that are used. */
  async way() {
    const stats = [...((await media.stats()) ?? new Map()).values()];
    const pair = stats.find((entry) =>
      entry.type === "candidate-pair" && entry.state === "succeeded" && (entry.nominated || entry.selected)
    );
    const local = stats.find((entry) => entry.id === pair?.localCandidateId);
    return { local: local?.candidateType, protocol: local?.relayProtocol ?? local?.protocol, bytes: pair?.bytesReceived };
  },
  record: (millis) => recorded(media.heardTrack, millis),
  async microphoneProblem(id) {
    try {
      (await openMicrophone(id)).stop();
      return "none";
    } catch (trouble) {
      return trouble instanceof MicrophoneTrouble ? trouble.problem : String(trouble);
    }
  },
  devices: audioDevices,
  close: () => media.close(),
};
return true;
