// Keeps the shell of the page for when there is no network: then the page opens and says so, instead of the browser saying
// that there is nothing. What the office serves comes first if it comes at all, so that a release is never pinned; nothing that
// anybody says or does here passes through. Files below /assets/ never change under their name.

/** What of a service worker is used; TypeScript's libraries for pages and for workers exclude each other. */
interface ShellScope {
  addEventListener(type: "install" | "activate", listener: (event: { waitUntil(work: Promise<unknown>): void }) => void): void;
  addEventListener(
    type: "fetch",
    listener: (event: { request: Request; respondWith(answer: Promise<Response>): void }) => void,
  ): void;
  skipWaiting(): Promise<void>;
  clients: { claim(): Promise<void> };
}

const scope = self as unknown as ShellScope;

/** What the page needs to open, in the names of this release; another release has another worker. */
const SHELL = [
  "./main.js",
  "./phone.js",
  "./line-phone.js",
  "./core.js",
  "./runtime.js",
  "./store.js",
  "./passkey.js",
  "./call-media.js",
  "./media.js",
  "./media-worker.js",
  "./core.wasm",
  "./style.css",
];
const PAGE = "/";
/** The addresses that are the same page. */
const PAGES = [PAGE, "/join", "/link"];
/** A network that neither answers nor fails: longer than a slow one takes to begin, shorter than people look at nothing. */
const PATIENCE_MILLIS = 3000;
const CACHE = `shell ${SHELL.join(" ")}`;

scope.addEventListener("install", (event) => {
  event.waitUntil(
    caches.open(CACHE).then((cache) => cache.addAll([PAGE, ...SHELL])).then(() => scope.skipWaiting()),
  );
});

scope.addEventListener("activate", (event) => {
  event.waitUntil(
    caches.keys()
      .then((names) => Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name))))
      .then(() => scope.clients.claim()),
  );
});

scope.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin) {
    return;
  }
  if (event.request.mode === "navigate" && PAGES.includes(url.pathname)) {
    event.respondWith(page(event.request));
  } else if (url.pathname.startsWith("/assets/")) {
    event.respondWith(caches.match(event.request).then((found) => found ?? fetch(event.request)));
  }
});

/** The page as the office serves it, or as it is kept where the office does not in time. */
async function page(request: Request): Promise<Response> {
  const served = fetch(request).catch(() => undefined);
  const kept = await caches.match(PAGE);
  const first = kept === undefined ? await served : await Promise.race([served, later(PATIENCE_MILLIS)]);
  return first ?? kept ?? Response.error();
}

function later(millis: number): Promise<undefined> {
  return new Promise((done) => setTimeout(done, millis, undefined));
}
