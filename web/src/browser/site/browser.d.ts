// What browsers have and TypeScript's library does not know yet.

declare namespace WebAssembly {
  /** https://webassembly.github.io/js-string-builtins: strings of JavaScript as the module's own. */
  function compileStreaming(
    source: Response | PromiseLike<Response>,
    options: { builtins: string[] },
  ): Promise<Module>;
}

/** https://w3c.github.io/trusted-types: absent where a browser has none. */
declare var trustedTypes:
  | { createPolicy(name: string, rules: { createScriptURL(url: string): string }): { createScriptURL(url: string): unknown } }
  | undefined;
