// What it costs to seal and to open a frame of speech, warm, in milliseconds: the median of batches and the best one. CORE is
// put in by the benchmark. A worker does the same with the same core; here no frame waits for another's turn on the machine.
const { startCore } = await import(CORE);
const core = await startCore();
const callId = new Uint8Array(16).fill(7);
const epoch = () => ({ epoch: 1n, baseKey: new Uint8Array(32).fill(9), leaves: [0, 1] });
const sender = core.openMedia(callId, 0);
const receiver = core.openMedia(callId, 1);
sender.installEpoch(epoch(), performance.now());
receiver.installEpoch(epoch(), performance.now());
const payload = crypto.getRandomValues(new Uint8Array(60));
const BATCH = 500;
const sealing = [];
const opening = [];
for (let batch = 0; batch < 40; batch++) {
  const frames = [];
  const from = performance.now();
  for (let i = 0; i < BATCH; i++) {
    frames.push(sender.seal(payload, from));
  }
  const between = performance.now();
  for (const frame of frames) {
    if (receiver.open(frame, between).type !== "opened") {
      throw new Error("not opened");
    }
  }
  sealing.push((between - from) / BATCH);
  opening.push((performance.now() - between) / BATCH);
  await new Promise((done) => setTimeout(done, 10));
}
const of = (all) => {
  const sorted = all.slice(10).sort((a, b) => a - b);
  return { median: sorted[sorted.length >> 1], best: sorted[0] };
};
sender.close();
receiver.close();
return { seal: of(sealing), open: of(opening), frames: BATCH * 40 };
