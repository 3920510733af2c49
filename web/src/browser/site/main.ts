// The page: the phone on the core, the screens on the phone.

import { startPhone } from "./phone.js";
import { App } from "./screens/app.ts";

const root = document.getElementById("whodis");
if (root !== null) {
  // What the page says while no script runs.
  root.replaceChildren();
  new App(root, startPhone());
}
keepShell();

/** So that the page opens without a network, and can be installed. Where a browser refuses, nothing is lost but that. */
function keepShell() {
  const worker = document.body.dataset["shell"];
  if (worker === undefined || !("serviceWorker" in navigator)) {
    return;
  }
  // The page's policy lets a script be named by this one, which knows one name.
  const policy = globalThis.trustedTypes?.createPolicy("whodis-shell", { createScriptURL: () => worker });
  navigator.serviceWorker
    .register((policy?.createScriptURL("") ?? worker) as string, { scope: "/" })
    .catch((failure: unknown) => console.info("no shell is kept:", failure));
}
