// @ts-check
// Looks at what this browser can do, by doing it.

import { startCore } from "./core.js";

/** A few questions: a hash, words, and a whole call of two people with its group, its words and its frames. */
const QUESTIONS = ["hash SHA256 616263", "words ffffffffffffffffffffffffffffffff 4", "call 2017"];

/** What the core answered on the machine where this page was built. */
const ANSWERS = [
  "golden:hash SHA256 616263",
  "golden:words ffffffffffffffffffffffffffffffff 4",
  "golden:call 2017",
];

/** @type {Record<string, () => boolean | Promise<boolean>>} */
const CHECKS = {
  core: async () => (await startCore()).runVectors(QUESTIONS.join("\n")) === ANSWERS.join("\n") + "\n",
  transform: () => "RTCRtpScriptTransform" in globalThis,
  microphone: () => navigator.mediaDevices !== undefined,
  store: async () => {
    const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["wrapKey", "unwrapKey"]);
    return !key.extractable && "indexedDB" in globalThis;
  },
};

/** @param {string} id @param {string} state */
function show(id, state) {
  document.getElementById(id)?.setAttribute("data-state", state);
}

let able = true;
for (const [id, check] of Object.entries(CHECKS)) {
  let passed = false;
  try {
    passed = await check();
  } catch (failure) {
    console.error(id, failure);
  }
  show(id, passed ? "good" : "bad");
  able &&= passed;
}
const verdict = document.getElementById("verdict");
if (verdict !== null) {
  verdict.textContent = able
    ? "This browser is able."
    : "This browser is not able. A current Firefox, Chromium, Chrome or Edge is.";
  verdict.dataset["able"] = String(able);
}
