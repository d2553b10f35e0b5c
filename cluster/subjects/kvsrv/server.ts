import type { Clock, Json, Request, Response } from "../../env/env.ts";

export type Entry = { readonly value: string; readonly version: number };

/** What becomes of a conditional put. */
export type PutDecision = "store" | "ErrVersion" | "ErrNoKey";

/** Everything the server decides: a planted bug replaces one entry. */
export type KvsrvRules = {
  /** Absent keys are created by version 0; present ones take exactly their own version. */
  decidePut(entry: Entry | undefined, version: number): PutDecision;
  /** The version of a key after a put that was taken: how many there have been. */
  nextVersion(entry: Entry | undefined): number;
  /** What a get sees, value and version of one write. */
  readEntry(
    entries: ReadonlyMap<string, Entry>,
    key: string,
    clock: Clock,
    done: (entry: Entry | undefined) => void,
  ): void;
  /** Stores what a put was found to be allowed: nothing else happens between check and act. */
  storeChecked(store: () => void, clock: Clock): void;
};

export const rules: KvsrvRules = {
  decidePut: (entry, version) => {
    if (entry === undefined) return version === 0 ? "store" : "ErrNoKey";
    return entry.version === version ? "store" : "ErrVersion";
  },
  nextVersion: (entry) => (entry?.version ?? 0) + 1,
  readEntry: (entries, key, _clock, done) => done(entries.get(key)),
  storeChecked: (store) => store(),
};

type Respond = (response: Response) => void;

export type KvServer = {
  /** Total: whatever the request, there is an answer, and before this returns. */
  answer(request: Request, respond: Respond): void;
  /** Puts that were taken since the start. */
  putCount(): number;
};

/**
 * A map of versioned values. A put that was taken raises its key's version, so a second copy of it
 * is refused: at-most-once needs no memory of clients, and memory is O(keys).
 */
export function createServer(rules: KvsrvRules, clock: Clock): KvServer {
  const entries = new Map<string, Entry>();
  let putCount = 0;

  function get(key: string, respond: Respond): void {
    rules.readEntry(entries, key, clock, (entry) => {
      if (entry === undefined) return respond({ status: 404, body: { error: "ErrNoKey" } });
      respond({ status: 200, body: { value: entry.value, version: entry.version } });
    });
  }

  function put(key: string, { value, version }: Entry, respond: Respond): void {
    const entry = entries.get(key);
    const decision = rules.decidePut(entry, version);
    switch (decision) {
      case "ErrNoKey":
        respond({ status: 404, body: { error: decision } });
        return;
      case "ErrVersion":
        // The version tells a clerk whether an earlier copy of its put can still take effect.
        respond({ status: 409, body: { error: decision, version: entry?.version } });
        return;
      case "store": {
        const next = rules.nextVersion(entry);
        rules.storeChecked(() => {
          entries.set(key, { value, version: next });
          putCount += 1;
          respond({ status: 200, body: { version: next } });
        }, clock);
      }
    }
  }

  return {
    answer: (request, respond) => {
      const key = parseKey(request.path);
      if (key === null) return respond(badRequest("expected the path /kv/KEY, percent-encoded"));
      if (request.method === "GET") return get(key, respond);
      if (request.method !== "PUT") return respond(badRequest("expected GET or PUT"));
      const entry = parsePut(request.body);
      if (entry === null) {
        const expected = 'expected {"value": a string, "version": an integer from 0}';
        return respond(badRequest(expected));
      }
      put(key, entry, respond);
    },
    putCount: () => putCount,
  };
}

function badRequest(message: string): Response {
  return { status: 400, body: { error: "bad-request", message } };
}

/** Null when the path names no key. */
function parseKey(path: string): string | null {
  const encoded = /^\/kv\/([^/]+)$/.exec(path)?.[1];
  if (encoded === undefined) return null;
  try {
    return decodeURIComponent(encoded);
  } catch {
    return null; // not the percent-encoding of any text
  }
}

/** A put carries the version that it expects; null when it is malformed. */
function parsePut(body: Json | undefined): Entry | null {
  if (typeof body !== "object" || body === null) return null;
  const { value, version } = body as Partial<Entry>;
  if (typeof value !== "string") return null;
  if (!Number.isSafeInteger(version) || version === undefined || version < 0) return null;
  return { value, version };
}
