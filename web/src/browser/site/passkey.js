// @ts-check
// A passkey that computes a secret (WebAuthn, extension "prf"), under which the core seals the store. The office is not asked
// and learns nothing: nobody is signed in by it.

const SALT_LENGTH = 32;
const CHALLENGE_LENGTH = 32;
const USER_LENGTH = 16;

/** COSE: ES256, EdDSA, RS256. Its signatures are not looked at. */
const ALGORITHMS = [-7, -8, -257];

/** The person said no, or this browser or authenticator cannot compute a secret. */
export class PasskeyRefused extends Error {}

/**
 * Makes a passkey for this browser.
 *
 * @param {string} name
 * @throws {PasskeyRefused}
 */
export async function makePasskey(name) {
  const salt = random(SALT_LENGTH);
  const made = await ask(() =>
    navigator.credentials.create({
      publicKey: {
        rp: { name: "Whodis", id: location.hostname },
        user: { id: random(USER_LENGTH), name, displayName: name },
        challenge: random(CHALLENGE_LENGTH),
        pubKeyCredParams: ALGORITHMS.map((alg) => ({ type: "public-key", alg })),
        authenticatorSelection: { residentKey: "preferred", userVerification: "required" },
        extensions: { prf: { eval: { first: salt } } },
      },
    })
  );
  if (made.getClientExtensionResults().prf?.enabled !== true) {
    throw new PasskeyRefused("this authenticator computes no secrets");
  }
  const credential = new Uint8Array(made.rawId);
  // Some compute it when the passkey is made, the others when it is used.
  return { credential, salt, output: secret(made) ?? await evaluatePasskey(credential, salt) };
}

/**
 * What the authenticator computes from `salt`: 32 bytes.
 *
 * @param {Uint8Array<ArrayBuffer>} credential
 * @param {Uint8Array<ArrayBuffer>} salt
 * @throws {PasskeyRefused}
 */
export async function evaluatePasskey(credential, salt) {
  const used = await ask(() =>
    navigator.credentials.get({
      publicKey: {
        challenge: random(CHALLENGE_LENGTH),
        allowCredentials: [{ type: "public-key", id: credential }],
        userVerification: "required",
        extensions: { prf: { eval: { first: salt } } },
      },
    })
  );
  const output = secret(used);
  if (output === undefined) {
    throw new PasskeyRefused("the authenticator computed nothing");
  }
  return output;
}

/** @param {() => Promise<Credential | null>} action */
async function ask(action) {
  if (!("PublicKeyCredential" in globalThis)) {
    throw new PasskeyRefused("this browser has no passkeys");
  }
  try {
    const credential = await action();
    if (credential instanceof PublicKeyCredential) {
      return credential;
    }
  } catch (failure) {
    throw new PasskeyRefused(String(failure));
  }
  throw new PasskeyRefused("no passkey");
}

/** @param {PublicKeyCredential} credential */
function secret(credential) {
  const first = credential.getClientExtensionResults().prf?.results?.first;
  return first === undefined ? undefined : first instanceof ArrayBuffer ? new Uint8Array(first) : new Uint8Array(first.buffer.slice(0));
}

/** @param {number} length */
function random(length) {
  return crypto.getRandomValues(new Uint8Array(length));
}
