// What a person at the page perceives and does, for the test to use; and what the page did that it must not.
globalThis.misdeeds = [];
addEventListener("securitypolicyviolation", (event) =>
  misdeeds.push(`${event.violatedDirective}: ${event.blockedURI} ${event.sample}`));
addEventListener("error", (event) => misdeeds.push(`error: ${event.message}`));
addEventListener("unhandledrejection", (event) => misdeeds.push(`rejected: ${event.reason?.stack}`));

// Whoever has chosen no language yet reads English, wherever the test runs.
if (location.protocol === "https:" && localStorage.getItem("whodis.language") === null) {
  localStorage.setItem("whodis.language", "en");
}

globalThis.user = (() => {
  const plain = (text) => text.replace(/\s+/g, " ").trim().toLowerCase();
  const said = new Set();
  let loudspeaker;

  // Live regions are read out when they change; what some say is gone some seconds later.
  const hear = () => {
    for (const region of document.querySelectorAll("[role=status], [role=alert], [role=alertdialog]")) {
      said.add(plain(region.textContent));
    }
  };
  new MutationObserver(hear).observe(document, { childList: true, subtree: true, characterData: true });

  const source = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, "srcObject");
  Object.defineProperty(HTMLMediaElement.prototype, "srcObject", {
    ...source,
    set(stream) {
      loudspeaker = stream;
      source.set.call(this, stream);
    },
  });

  const devices = globalThis.navigator.mediaDevices;
  const getUserMedia = devices?.getUserMedia.bind(devices);
  if (devices) {
    devices.getUserMedia = async (constraints) => {
      if (user.refusal !== undefined) {
        throw new DOMException("", user.refusal);
      }
      const stream = await getUserMedia(constraints);
      user.microphones.push(...stream.getTracks());
      return stream;
    };
  }

  // What a page has asked its store for, and what it seals for that, until both are done.
  let storing = 0;
  const { encrypt } = SubtleCrypto.prototype;
  SubtleCrypto.prototype.encrypt = function (...all) {
    storing++;
    return encrypt.apply(this, all).finally(() => storing--);
  };
  const { transaction } = IDBDatabase.prototype;
  IDBDatabase.prototype.transaction = function (...all) {
    const begun = transaction.apply(this, all);
    storing++;
    for (const end of ["complete", "abort"]) {
      begun.addEventListener(end, () => storing--);
    }
    return begun;
  };

  const usable = (element) =>
    element.checkVisibility() && !element.matches(":disabled, [aria-disabled=true]") && element.closest("[inert]") === null;

  function labelled(name, selector) {
    return [...document.querySelectorAll(selector)].find((element) =>
      usable(element) &&
      plain(element.getAttribute("aria-label") ?? element.labels?.[0]?.innerText ?? element.innerText) === plain(name)
    );
  }

  return {
    refusal: undefined,
    microphones: [],
    press(name) {
      const found = labelled(name, "button, a, summary, input[type=radio], input[type=checkbox]");
      found?.click();
      return found !== undefined;
    },
    type(label, text) {
      const found = labelled(label, "input, textarea");
      if (found !== undefined) {
        found.value = text;
        found.dispatchEvent(new InputEvent("input", { bubbles: true }));
      }
      return found !== undefined;
    },
    reads: (part) => plain(document.body.innerText).includes(plain(part)),
    said: (part) => [...said].some((text) => text.includes(plain(part))),
    all: () => [...said],
    hasStored: () => storing === 0,
    /** Whether there is a stream that the loudspeaker plays: a call without a place at the relay has none yet. */
    hasSound: () => Boolean(loudspeaker),
    listen: (millis) => recorded(loudspeaker.getTracks()[0], millis),
  };
})();
