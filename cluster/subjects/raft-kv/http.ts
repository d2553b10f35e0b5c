/**
 * The client API: `GET|PUT /kv/KEY`, `POST /kv/KEY/append`, `GET /status`; and the administrator's:
 * `POST /transfer`, `POST /members`.
 *
 * Two refusals that a client must not confuse: 421 `not-leader` (nothing was appended) and 503
 * `outcome-unknown` (appended, then leadership was lost: it may still take effect).
 */
import type { Json, NodeEnv, NodeName, Request, Response } from "../../env/env.ts";
import type { RaftNode } from "../../raft/node.ts";
import type { MemberChange, Raft, Refusal } from "../../raft/types.ts";
import type { Command, KvMachine, Reply } from "./state-machine.ts";

type Respond = (response: Response) => void;

export function createHandler(
  env: NodeEnv,
  node: RaftNode<Reply>,
  machine: KvMachine,
): (request: Request, respond: Respond) => void {
  function refuse(refusal: Refusal): Response {
    if (refusal === "outcome-unknown") return { status: 503, body: { error: refusal } };
    if (refusal !== "not-leader") return { status: 409, body: { error: refusal } };
    return { status: 421, body: { error: refusal, leader: node.state()?.leader ?? null } };
  }

  function confirm(refusal: Refusal | null): Response {
    return refusal === null ? { status: 200, body: {} } : refuse(refusal);
  }

  function get(key: string, respond: Respond): void {
    node.read((refusal) => {
      const stored = machine.get(key);
      if (refusal !== null) respond(refuse(refusal));
      else if (stored === null) respond({ status: 404, body: { error: "ErrNoKey" } });
      else respond({ status: 200, body: { value: stored.value, version: stored.version } });
    });
  }

  function execute(command: Command, respond: Respond): void {
    node.propose(command, (refusal, reply) => {
      if (refusal !== null) respond(refuse(refusal));
      else if (reply !== null) respond(answerOf(reply));
    });
  }

  return (request, respond) => {
    const call = parseRequest(request);
    switch (call.f) {
      case "get":
        return get(call.key, respond);
      case "put":
      case "append":
        return execute(call, respond);
      case "transfer":
        return node.transfer(call.to, (refusal) => respond(confirm(refusal)));
      case "members":
        return node.changeMembers(call, (refusal) => respond(confirm(refusal)));
      case "status":
        return respond(status(env, node));
      case "bad":
        return respond({ status: 400, body: { error: "bad-request", expected: call.expected } });
    }
  };
}

function answerOf(reply: Reply): Response {
  if (reply.kind === "ok") return { status: 200, body: { version: reply.version } };
  if (reply.kind === "expired") {
    return { status: 409, body: { error: "ErrSession", epoch: reply.epoch } };
  }
  const { error, version } = reply;
  return { status: error === "ErrNoKey" ? 404 : 409, body: { error, version } };
}

function status(env: NodeEnv, node: RaftNode<Reply>): Response {
  const raft = node.state();
  if (raft === null) return { status: 503, body: { error: "starting" } };
  const { log, configuration } = raft;
  return {
    status: 200,
    body: {
      role: raft.role,
      term: raft.currentTerm,
      leader: raft.leader,
      commitIndex: raft.commitIndex,
      lastApplied: raft.lastApplied,
      wallMs: env.clock.wallMs(),
      firstLogIndex: log.snapshotIndex + 1,
      lastLogIndex: log.lastIndex,
      snapshotIndex: log.snapshotIndex,
      voters: configuration.members.voters,
      learners: configuration.members.learners,
      settled: isSettled(raft),
    },
  };
}

/** The members are committed, and an entry of the leader's own term: what older terms left is void. */
function isSettled({ role, configuration, commitIndex, log, currentTerm }: Raft): boolean {
  const isCommitted = configuration.index <= commitIndex;
  return role === "leader" && isCommitted && log.termAt(commitIndex) === currentTerm;
}

type Call =
  | Command
  | { readonly f: "get"; readonly key: string }
  | { readonly f: "status" }
  | { readonly f: "transfer"; readonly to: NodeName }
  | ({ readonly f: "members" } & MemberChange)
  | { readonly f: "bad"; readonly expected: string };

const prefix = "/kv/";

/** Never throws: what is not understood is `bad`, with what was expected. */
function parseRequest({ method, path, body }: Request): Call {
  if (method === "GET" && path === "/status") return { f: "status" };
  if (method === "POST" && path === "/transfer") return parseTransfer(body);
  if (method === "POST" && path === "/members") return parseChange(body);
  const { key, action } = placeOf(path);
  if (key === null || key === "") {
    return {
      f: "bad",
      expected: "/kv/KEY or /kv/KEY/append, percent-encoded, /status, /transfer or /members",
    };
  }
  const fields = isObject(body) ? body : {};
  if (action === undefined && method === "GET") return { f: "get", key };
  if (action === undefined && method === "PUT") return parsePut(key, fields);
  if (action === "append" && method === "POST") return parseAppend(key, fields);
  return {
    f: "bad",
    expected: "GET or PUT /kv/KEY, POST /kv/KEY/append, GET /status, POST /transfer or /members",
  };
}

/** What a path names: null for no key, undefined for no action. */
type Place = { readonly key: string | null; readonly action: string | undefined };

/** Paths that were asked for lately: taking one apart takes longer than finding it again. */
const places = new Map<string, Place>();
const placesMax = 1024;

function placeOf(path: string): Place {
  const known = places.get(path);
  if (known !== undefined) return known;
  const slash = path.indexOf("/", prefix.length);
  const part = path.slice(prefix.length, slash < 0 ? path.length : slash);
  const action = slash < 0 ? undefined : path.slice(slash + 1);
  const place = { key: path.startsWith(prefix) ? decode(part) : null, action };
  if (places.size === placesMax) places.clear();
  places.set(path, place);
  return place;
}

type Fields = { readonly [key: string]: Json | undefined };

function parsePut(key: string, { value, version }: Fields): Call {
  if (typeof value === "string" && isCount(version)) return { f: "put", key, value, version };
  return { f: "bad", expected: '{"value":string,"version":integer >= 0}' };
}

function parseAppend(key: string, { text, client, sequence, epoch = 0 }: Fields): Call {
  const isNamed = typeof client === "string" && isCount(sequence) && isCount(epoch);
  if (typeof text === "string" && isNamed) {
    return { f: "append", key, text, client, sequence, epoch };
  }
  const counts = '"sequence":integer >= 0,"epoch"?:integer >= 0';
  return { f: "bad", expected: `{"text":string,"client":string,${counts}}` };
}

function parseTransfer(body: Json | undefined): Call {
  const { to } = isObject(body) ? body : {};
  if (typeof to === "string") return { f: "transfer", to };
  return { f: "bad", expected: '{"to":node}' };
}

function parseChange(body: Json | undefined): Call {
  const fields = Object.entries(isObject(body) ? body : {});
  const [change, node] = fields.length === 1 ? (fields[0] ?? []) : [];
  const isKnown = change === "add" || change === "promote" || change === "remove";
  if (isKnown && typeof node === "string") return { f: "members", change, node };
  return { f: "bad", expected: '{"add":node}, {"promote":node} or {"remove":node}' };
}

function isObject(body: Json | undefined): body is Fields {
  return typeof body === "object" && body !== null && !Array.isArray(body);
}

function isCount(value: Json | undefined): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

/** Null when the text is not valid percent-encoding. */
function decode(part: string): string | null {
  if (!part.includes("%")) return part;
  try {
    return decodeURIComponent(part);
  } catch {
    // The only error it throws is the one we ask about.
    return null;
  }
}
