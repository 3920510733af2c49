// Two peers of one page speak for a while, each with a media worker of its own. What they counted goes back to the test.
// MEDIA is put in by it.
const { SealingWorker } = await import(MEDIA);
const callId = new Uint8Array(16).fill(7);
const epoch = (number, filling) => ({ epoch: number, baseKey: new Uint8Array(32).fill(filling), leaves: [0, 1] });

async function until(told, what) {
  for (let tries = 0; tries < 600; tries++) {
    const counts = await told();
    if (what(counts)) {
      return counts;
    }
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error("it did not come to " + what + ": " + JSON.stringify(await told()));
}

// Both workers are ready before anything is negotiated.
const a = await SealingWorker.start(callId);
const b = await SealingWorker.start(callId);
const alarms = [];
a.onalarm = b.onalarm = (kind, reason) => alarms.push([kind, reason]);

const from = new RTCPeerConnection();
const to = new RTCPeerConnection();
from.onicecandidate = (event) => event.candidate && to.addIceCandidate(event.candidate);
to.onicecandidate = (event) => event.candidate && from.addIceCandidate(event.candidate);
to.ontrack = (event) => b.open(event.receiver);
const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
a.seal(from.addTrack(stream.getAudioTracks()[0], stream));
const offer = await from.createOffer();
await from.setLocalDescription(offer);
await to.setRemoteDescription(offer);
const answer = await to.createAnswer();
await to.setLocalDescription(answer);
const opus = /a=rtpmap:(\d+) opus/.exec(answer.sdp)[1];
await from.setRemoteDescription({
  type: "answer",
  sdp: answer.sdp.replace(new RegExp(`a=fmtp:${opus} .*`), `a=fmtp:${opus} cbr=1;usedtx=0;maxaveragebitrate=24000`),
});

// Without a key nothing leaves, whatever the microphone says.
const beforeKeys = { a: await until(() => a.counts(), (counts) => counts.notSealed >= 50), b: await b.counts() };

a.installEpoch(0, epoch(1n, 9));
b.installEpoch(1, epoch(1n, 9));
await until(() => b.counts(), (counts) => counts.opened >= 100);
const cold = { a: await a.counts(), b: await b.counts() };
await until(() => b.counts(), (counts) => counts.opened >= 250);
const warm = { a: await a.counts(), b: await b.counts() };
const received = [...(await to.getStats()).values()].find((entry) => entry.type === "inbound-rtp");

// A receiver with another key plays nothing.
b.installEpoch(1, epoch(2n, 1));
a.installEpoch(0, epoch(2n, 2));
const otherKey = await until(() => b.counts(), (counts) => (counts.rejected["NOT_AUTHENTIC"] ?? 0) >= 20);

// After the end nothing is sealed any more.
const last = await a.counts();
a.close();
await new Promise((done) => setTimeout(done, 500));
const afterEnd = await b.counts();
await new Promise((done) => setTimeout(done, 500));
const later = await b.counts();
b.close();
stream.getTracks().forEach((track) => track.stop());
from.close();
to.close();
const perFrame = (direction, side) =>
  (warm[side][direction + "Millis"] - cold[side][direction + "Millis"]) /
  (direction === "seal" ? warm[side].sealed - cold[side].sealed : warm[side].opened - cold[side].opened);
return {
  alarms,
  beforeKeys,
  warm,
  packets: received.packetsReceived,
  bytes: received.bytesReceived,
  otherKey,
  last,
  afterEnd,
  later,
  sealMillis: perFrame("seal", "a"),
  openMillis: perFrame("open", "b"),
  isolated: crossOriginIsolated,
};
