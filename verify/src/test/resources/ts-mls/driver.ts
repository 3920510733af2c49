// Members of MLS groups that run on ts-mls, for tests to drive: one JSON request a line on standard input, one JSON answer a
// line on standard output. Bytes are hexadecimal. An error of the library is an answer with "error" and changes nothing.

import {
  type CiphersuiteImpl,
  type CiphersuiteName,
  type ClientState,
  createApplicationMessage,
  createCommit,
  createGroup,
  createGroupInfoWithExternalPub,
  createProposal,
  decodeMlsMessage,
  encodeMlsMessage,
  generateKeyPackage,
  getCiphersuiteFromName,
  getCiphersuiteImpl,
  joinGroup,
  type KeyPackage,
  makePskIndex,
  type MLSMessage,
  mlsExporter,
  type PrivateKeyPackage,
  processMessage,
  processPrivateMessage,
  processPublicMessage,
  type Proposal,
  type PskIndex,
} from "ts-mls";

interface Member {
  suite: CiphersuiteImpl;
  name: string;
  keyPackage: KeyPackage;
  privateKeys: PrivateKeyPackage;
  state?: ClientState;
}

/** Pre-shared keys that every member has, by the base64 of their identifiers, as ts-mls wants them. */
const externalPsks: Record<string, Uint8Array> = {};
const members = new Map<string, Member>();

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function bytes(text: string): Uint8Array {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

function base64(value: Uint8Array): string {
  return btoa(String.fromCharCode(...value));
}

function message(encoded: string): MLSMessage {
  const decoded = decodeMlsMessage(bytes(encoded), 0);
  if (decoded === undefined) throw new Error("does not decode");
  if (decoded[1] * 2 !== encoded.length) throw new Error("bytes left over");
  return decoded[0];
}

function member(name: string): Member {
  const found = members.get(name);
  if (found === undefined) throw new Error("no member " + name);
  return found;
}

function stateOf(who: Member): ClientState {
  if (who.state === undefined) throw new Error(who.name + " is in no group");
  return who.state;
}

function psks(who: Member): PskIndex {
  return makePskIndex(who.state, externalPsks);
}

async function newMember(request: any) {
  const suite = await getCiphersuiteImpl(getCiphersuiteFromName(request.suite as CiphersuiteName));
  const now = BigInt(Math.floor(Date.now() / 1000));
  const { publicPackage, privatePackage } = await generateKeyPackage(
    { credentialType: "basic", identity: bytes(request.identity) },
    {
      versions: ["mls10"],
      ciphersuites: [request.suite],
      extensions: [],
      proposals: [],
      credentials: ["basic"],
    },
    { notBefore: now - 3600n, notAfter: now + 3600n },
    [],
    suite,
  );
  members.set(request.member, {
    suite,
    name: request.member,
    keyPackage: publicPackage,
    privateKeys: privatePackage,
  });
  return {
    message: hex(encodeMlsMessage({
      version: "mls10",
      wireformat: "mls_key_package",
      keyPackage: publicPackage,
    })),
  };
}

async function create(request: any) {
  const who = member(request.member);
  who.state = await createGroup(bytes(request.groupId), who.keyPackage, who.privateKeys, [], who.suite);
  return {};
}

async function join(request: any) {
  const who = member(request.member);
  const welcome = message(request.message);
  if (welcome.wireformat !== "mls_welcome") throw new Error("no Welcome");
  who.state = await joinGroup(
    welcome.welcome,
    who.keyPackage,
    who.privateKeys,
    makePskIndex(undefined, externalPsks),
    who.suite,
  );
  return {};
}

function proposal(request: any): Proposal {
  switch (request.type) {
    case "add": {
      const added = message(request.keyPackage);
      if (added.wireformat !== "mls_key_package") throw new Error("no KeyPackage");
      return { proposalType: "add", add: { keyPackage: added.keyPackage } };
    }
    case "remove":
      return { proposalType: "remove", remove: { removed: request.leaf } };
    case "psk":
      return {
        proposalType: "psk",
        psk: {
          preSharedKeyId: { psktype: "external", pskId: bytes(request.id), pskNonce: bytes(request.nonce) },
        },
      };
    case "extensions":
      return { proposalType: "group_context_extensions", groupContextExtensions: { extensions: [] } };
    default:
      throw new Error("no proposal " + request.type);
  }
}

async function propose(request: any) {
  const who = member(request.member);
  const made = await createProposal(stateOf(who), request.open, proposal(request.proposal), who.suite);
  who.state = made.newState;
  return { message: hex(encodeMlsMessage(made.message)) };
}

async function commit(request: any) {
  const who = member(request.member);
  const made = await createCommit(
    { state: stateOf(who), cipherSuite: who.suite, pskIndex: psks(who) },
    {
      wireAsPublicMessage: request.open,
      extraProposals: request.proposals.map(proposal),
      ratchetTreeExtension: true,
    },
  );
  // A Commit that another one overtakes is thrown away with the state after it.
  if (request.ordered) who.state = made.newState;
  const welcome = made.welcome === undefined ? undefined : hex(encodeMlsMessage({
    version: "mls10",
    wireformat: "mls_welcome",
    welcome: made.welcome,
  }));
  return { message: hex(encodeMlsMessage(made.commit)), welcome };
}

/** With the function for the wire format, or with processMessage, which is told the pre-shared keys and forgets them. */
async function process(request: any) {
  const who = member(request.member);
  const received = message(request.message);
  if (received.wireformat !== "mls_private_message" && received.wireformat !== "mls_public_message") {
    throw new Error("not for a member");
  }
  const result = request.byGeneral
    ? await processMessage(received, stateOf(who), psks(who), () => "accept", who.suite)
    : received.wireformat === "mls_private_message"
    ? await processPrivateMessage(stateOf(who), received.privateMessage, psks(who), who.suite)
    : { kind: "newState" as const, ...await processPublicMessage(stateOf(who), received.publicMessage, psks(who), who.suite) };
  who.state = result.newState;
  return result.kind === "applicationMessage"
    ? { data: hex(result.message) }
    : { active: who.state.groupActiveState.kind === "active" };
}

async function protect(request: any) {
  const who = member(request.member);
  const made = await createApplicationMessage(stateOf(who), bytes(request.data), who.suite, bytes(request.aad));
  who.state = made.newState;
  return {
    message: hex(encodeMlsMessage({
      version: "mls10",
      wireformat: "mls_private_message",
      privateMessage: made.privateMessage,
    })),
  };
}

async function view(request: any) {
  const who = member(request.member);
  const state = stateOf(who);
  const exported = await mlsExporter(state.keySchedule.exporterSecret, "interop", bytes(request.context), 40, who.suite);
  return {
    epoch: Number(state.groupContext.epoch),
    leaf: state.privatePath.leafIndex,
    authenticator: hex(state.keySchedule.epochAuthenticator),
    treeHash: hex(state.groupContext.treeHash),
    exported: hex(exported),
  };
}

async function groupInfo(request: any) {
  const who = member(request.member);
  const made = await createGroupInfoWithExternalPub(stateOf(who), [], who.suite);
  return {
    message: hex(encodeMlsMessage({ version: "mls10", wireformat: "mls_group_info", groupInfo: made })),
  };
}

function psk(request: any) {
  externalPsks[base64(bytes(request.id))] = bytes(request.secret);
  return Promise.resolve({});
}

const operations: Record<string, (request: any) => Promise<unknown>> = {
  newMember,
  create,
  join,
  propose,
  commit,
  process,
  protect,
  view,
  groupInfo,
  psk,
};

async function answer(line: string): Promise<unknown> {
  try {
    const request = JSON.parse(line);
    return await operations[request.op](request);
  } catch (error) {
    return { error: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
  }
}

const out = new TextEncoder();
let pending = "";
for await (const chunk of Deno.stdin.readable.pipeThrough(new TextDecoderStream())) {
  pending += chunk;
  for (let end = pending.indexOf("\n"); end >= 0; end = pending.indexOf("\n")) {
    const line = pending.slice(0, end);
    pending = pending.slice(end + 1);
    const written = out.encode(JSON.stringify(await answer(line)) + "\n");
    for (let at = 0; at < written.length;) at += await Deno.stdout.write(written.subarray(at));
  }
}
