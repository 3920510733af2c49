// @ts-check
/// <reference path="./browser.d.ts" />
// Starts the WebAssembly module that TeaVM makes of the Java core.
//
// It takes the place of the runtime that comes with TeaVM, which makes functions out of text and so would need
// 'unsafe-eval'. The core exports plain functions of numbers (Edge.java), and little is needed for that: below is everything
// the module is given. Whatever else it declares is there to be linked only, and fails loudly when it is called.

/** The body of the one function that TeaVM's class library wants made: it takes a JavaScript string for what it is. */
const IDENTITY = "return str;";

const PAGE_BYTES = 65536;

/** The least that the module declares. No Java object lives there; TeaVM keeps it for direct buffers, which the core has not. */
const MEMORY_PAGES = 34;

/**
 * @param {string} what
 * @returns {never}
 */
function unexpected(what) {
  throw new Error(`the core called ${what}, which this page does not offer`);
}

/** @returns {Record<string, Record<string, unknown>>} */
function offered() {
  return {
    env: { memory: new WebAssembly.Memory({ initial: MEMORY_PAGES, maximum: MEMORY_PAGES }) },
    teavmMemory: {
      heapOffset: new WebAssembly.Global({ value: "i32", mutable: false }, 0),
      maxSize: new WebAssembly.Global({ value: "i32", mutable: false }, MEMORY_PAGES * PAGE_BYTES),
    },
    teavm: {
      // A trace costs more than the exception, which is how the core refuses hostile input, and nobody reads it.
      takeStackTrace: () => ({}),
      decorateException: () => {},
    },
    // The class library stamps the root of its file system in memory, which nobody uses. The core is given the time.
    teavmDate: { currentTimeMillis: () => 0 },
    // Four random bytes: whatever the core draws comes from here.
    whodis: { random: () => crypto.getRandomValues(new Int32Array(1))[0] },
    teavmJso: {
      stringBuiltinsSupported: () => 1,
      // JavaScript's view of the class with the entry point, which no JavaScript looks at.
      createClass: () => ({}),
      defineFunction: (/** @type {unknown} */ made) => made,
      defineStaticMethod: () => {},
      createFunction1: (/** @type {string} */ _name, /** @type {string} */ body) =>
        body === IDENTITY ? (/** @type {unknown} */ text) => text : unexpected(`new Function("${body}")`),
      callFunction1: (/** @type {(x: unknown) => unknown} */ made, /** @type {unknown} */ x) => made(x),
    },
  };
}

/**
 * The exports of the module at `url`.
 *
 * @param {string} url
 * @param {string} integrity as of subresource integrity
 * @returns {Promise<import("./core.d.ts").CoreExports>}
 */
export async function start(url, integrity) {
  const response = fetch(url, { integrity, credentials: "omit" });
  const module = await WebAssembly.compileStreaming(response, { builtins: ["js-string"] });
  const imports = offered();
  for (const { module: from, name, kind } of WebAssembly.Module.imports(module)) {
    const offers = (imports[from] ??= {});
    if (kind === "function") {
      offers[name] ??= () => unexpected(`${from}.${name}`);
    }
  }
  const instance = await WebAssembly.instantiate(module, /** @type {WebAssembly.Imports} */ (imports));
  return /** @type {import("./core.d.ts").CoreExports} */ (/** @type {unknown} */ (instance.exports));
}
