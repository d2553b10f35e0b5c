/**
 * What the copies of one operation prove, taken together. Pure; `README.md` has the argument.
 *
 * A clerk may send several copies of an operation. Each copy is judged alone (`judgeCopy`), then the
 * operation with regard to all copies sent before (`conclude`, `giveUp`). The one thing remembered of
 * earlier copies is the *doubt*: why the first copy that may have taken effect, or still may, was
 * left without an answer; null while every copy is known to have done nothing.
 *
 * A clerk takes these decisions from a table (`clerkRules`), of which a planted bug replaces one.
 */
import type { Json, NodeName, Outcome, Request } from "../env/env.ts";

/** An operation of the store's API, the same on all its copies. */
export type Call =
  | { readonly f: "get"; readonly key: string }
  | { readonly f: "put"; readonly key: string; readonly value: string; readonly version: number }
  | {
      readonly f: "append";
      readonly key: string;
      readonly text: string;
      /** Session and position in it: all copies together take effect once. */
      readonly client: string;
      readonly sequence: number;
      /** What the store said last when the session had expired there. */
      readonly epoch: number;
    };

/** What one copy proves about itself. */
export type CopyVerdict =
  /** It took effect. `value` is what a get read (null = absent, version 0), else null. */
  | { readonly kind: "done"; readonly value: string | null; readonly version: number }
  /** It was executed and changed nothing. `version`: the key's at that moment, where the server tells. */
  | {
      readonly kind: "refused";
      readonly error: "ErrVersion" | "ErrNoKey";
      readonly version: number | null;
    }
  /** Its session has expired: it did nothing; in a new session from this epoch on it may be sent again. */
  | { readonly kind: "expired"; readonly error: "ErrSession"; readonly epoch: number }
  /** It certainly did and will do nothing, and no other node would take it. */
  | { readonly kind: "malformed"; readonly error: string }
  /** It certainly did and will do nothing; another node, or this one later, may take it. */
  | { readonly kind: "nothing"; readonly error: string; readonly leader: NodeName | null }
  /** It may have taken effect, or may yet. */
  | { readonly kind: "unknown"; readonly error: string };

/** How the operation ended, in the words of a history (DESIGN 5). */
export type Conclusion =
  | { readonly type: "ok"; readonly value: string | null; readonly version: number }
  | { readonly type: "fail"; readonly error: string }
  | { readonly type: "info"; readonly error: string };

export function formatRequest(call: Call): Request {
  const path = pathOf(call.key);
  switch (call.f) {
    case "get":
      return { method: "GET", path };
    case "put":
      return { method: "PUT", path, body: { value: call.value, version: call.version } };
    case "append": {
      const { text, client, sequence, epoch } = call;
      return { method: "POST", path: `${path}/append`, body: { text, client, sequence, epoch } };
    }
  }
}

/** Paths of keys that were asked for lately: encoding one takes longer than everything else here. */
const paths = new Map<string, string>();
const pathsMax = 1024;

function pathOf(key: string): string {
  const known = paths.get(key);
  if (known !== undefined) return known;
  if (paths.size === pathsMax) paths.clear();
  const path = `/kv/${encodeURIComponent(key)}`;
  paths.set(key, path);
  return path;
}

/** The decisions of a clerk. */
export type ClerkRules = {
  readonly judgeCopy: (call: Call, outcome: Outcome) => CopyVerdict;
  readonly conclude: (call: Call, verdict: CopyVerdict, doubt: string | null) => Conclusion | Call;
  readonly doubtAfter: (verdict: CopyVerdict, doubt: string | null) => string | null;
  readonly giveUp: (doubt: string | null, lastError: string) => Conclusion;
  readonly sessionOf: (client: { readonly process: number; readonly thread: number }) => string;
};

/** Only an answer in exactly the form of the API proves anything; every other one is `unknown`. */
export function judgeCopy(call: Call, outcome: Outcome): CopyVerdict {
  if (outcome.kind === "not-sent") return { kind: "nothing", error: "refused", leader: null };
  if (outcome.kind === "lost") return { kind: "unknown", error: outcome.error };

  const { status } = outcome;
  const body = fieldsOf(outcome.body);
  const { error, version } = body;
  if (status === 200) {
    const done = judgeDone(call, body);
    if (done !== null) return done;
  }
  if (status === 404 && error === "ErrNoKey") {
    if (call.f === "get") return { kind: "done", value: null, version: 0 };
    if (call.f === "put") return { kind: "refused", error, version: null };
  }
  if (status === 409 && error === "ErrVersion" && call.f === "put") {
    return { kind: "refused", error, version: isVersion(version) ? version : null };
  }
  if (status === 409 && error === "ErrSession" && call.f === "append") {
    const { epoch } = body;
    if (isVersion(epoch)) return { kind: "expired", error, epoch };
  }
  if (status === 421 && error === "not-leader") {
    const leader = typeof body["leader"] === "string" ? body["leader"] : null;
    return { kind: "nothing", error, leader };
  }
  if (status === 400 && error === "bad-request") return { kind: "malformed", error };
  return {
    kind: "unknown",
    error: status === 503 && error === "outcome-unknown" ? error : `http-${status}`,
  };
}

function judgeDone(call: Call, body: Fields): CopyVerdict | null {
  const { value, version } = body;
  if (!isVersion(version)) return null;
  if (call.f !== "get") return { kind: "done", value: null, version };
  return typeof value === "string" ? { kind: "done", value, version } : null;
}

/**
 * How the operation ended with this copy's answer; or what is to be sent next: the call itself, to
 * the letter, but for the epoch of a session that expired.
 *
 * `doubt` regards the copies *before* this one.
 */
export function conclude(
  call: Call,
  verdict: CopyVerdict,
  doubt: string | null,
): Conclusion | Call {
  switch (verdict.kind) {
    case "done":
      return { type: "ok", value: verdict.value, version: verdict.version };
    case "refused":
      if (doubt === null) return { type: "fail", error: verdict.error };
      return { type: "info", error: isOvertaken(call, verdict.version) ? "ErrMaybe" : doubt };
    case "malformed":
      if (doubt === null) return { type: "fail", error: verdict.error };
      return { type: "info", error: doubt };
    case "expired":
      // What an earlier copy did went with the session: sent again, it could be done twice.
      if (doubt !== null) return { type: "info", error: doubt };
      return call.f === "append" ? { ...call, epoch: verdict.epoch } : call;
    case "nothing":
    case "unknown":
      return call;
  }
}

/** The doubt about all copies, this one included: the first reason stands, whatever follows. */
function doubtAfter(verdict: CopyVerdict, doubt: string | null): string | null {
  return doubt ?? (verdict.kind === "unknown" ? verdict.error : null);
}

/** The name of a client's session with the store: a process has one, and numbers its appends in it. */
function sessionOf({ process }: { readonly process: number }): string {
  return `p${process}`;
}

/** How the operation ended when no time is left to send it again. */
export function giveUp(doubt: string | null, lastError: string): Conclusion {
  if (doubt !== null) return { type: "info", error: doubt };
  return { type: "fail", error: lastError };
}

/**
 * Versions only rise: once the key is beyond the version a put asks for, no copy of the put can take
 * effect any more. At a lower version an earlier copy may still be on its way and may yet match.
 */
function isOvertaken(call: Call, versionSeen: number | null): boolean {
  return call.f === "put" && versionSeen !== null && versionSeen > call.version;
}

type Fields = {
  readonly error?: Json | undefined;
  readonly value?: Json | undefined;
  readonly version?: Json | undefined;
  readonly [name: string]: Json | undefined;
};

function fieldsOf(body: Json): Fields {
  const isObject = typeof body === "object" && body !== null && !Array.isArray(body);
  return isObject ? (body as Fields) : {};
}

function isVersion(value: Json | undefined): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

export const clerkRules: ClerkRules = {
  judgeCopy,
  conclude,
  doubtAfter,
  giveUp,
  sessionOf,
};
