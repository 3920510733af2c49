/** What is heard in so many milliseconds, as base64 of 16 bits each, little-endian, at 48 kHz. */
async function recorded(track, millis) {
  const recorder = new MediaRecorder(new MediaStream([track]), { audioBitsPerSecond: 96000 });
  const parts = [];
  recorder.ondataavailable = ({ data }) => parts.push(data);
  const stopped = new Promise((done) => (recorder.onstop = done));
  recorder.start(500);
  // By what was recorded and not by the clock: a machine that stops records nothing meanwhile.
  for (let tries = 0; parts.length < millis / 500 && tries < 1200; tries++) {
    await new Promise((done) => setTimeout(done, 100));
  }
  recorder.stop();
  await stopped;
  const sound = await new OfflineAudioContext(1, 1, 48000).decodeAudioData(await new Blob(parts).arrayBuffer());
  const pcm = Int16Array.from(
    sound.getChannelData(0),
    (sample) => Math.max(-32768, Math.min(32767, Math.round(sample * 32768))),
  );
  let text = "";
  for (const byte of new Uint8Array(pcm.buffer)) {
    text += String.fromCharCode(byte);
  }
  return btoa(text);
}

