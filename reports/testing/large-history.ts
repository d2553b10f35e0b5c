import type { Anomaly, Op } from "porcupine-ts";
import { createRng, type Rng } from "../../cluster/env/rng.ts";

const nodes = ["n1", "n2", "n3", "n4", "n5"];
const clientCount = 20;
const keyCount = 6;
const rotateAfter = 300;
const millisecond = 1e6;

type Put = { readonly value: string | null; readonly version: number; readonly index: number };
type Key = { readonly now: Put; readonly before: Put };
type Client = {
  readonly thread: number;
  process: number;
  /** When it acts next. */
  at: number;
  /** The completion of what it has called, but for its index. */
  answer: Omit<Op, "index"> | null;
};

/**
 * The lines of a made-up history of a versioned store, in journal order, one at a time: twenty clients
 * in closed loop, about 2,000 operations a second, keys that rotate. Linearizable by construction but
 * for one read, of which `anomaly` tells after the last line.
 */
export class LargeHistory {
  readonly counts: { ok: number; fail: number; info: number } = { ok: 0, fail: 0, info: 0 };
  anomaly: Anomaly | null = null;
  endNs = 0;
  readonly #operations: number;
  readonly #rng: Rng;
  readonly #store = new Map<string, Key>();
  readonly #clients: Client[];
  #processes = clientCount;
  #index = 0;

  constructor(operations: number, seed = 7) {
    this.#operations = operations;
    this.#rng = createRng(seed);
    this.#clients = Array.from({ length: clientCount }, (_, thread) => {
      return { thread, process: thread, at: this.#rng.int(0, 10 * millisecond), answer: null };
    });
  }

  *lines(): Generator<Op> {
    for (let called = 0; called < this.#operations || this.#isAnyOpen(); ) {
      const isLast = called === this.#operations;
      const client = this.#next(isLast);
      this.endNs = client.at;
      const { answer } = client;
      if (answer === null) {
        yield this.#call(client, called++);
        continue;
      }
      yield inOrder(this.#index++, answer);
      if (answer.type !== "invoke") this.counts[answer.type]++;
      if (answer.type === "info") client.process = this.#processes++;
      client.answer = null;
      client.at += this.#rng.int(2 * millisecond, 10 * millisecond);
    }
  }

  #isAnyOpen(): boolean {
    return this.#clients.some(({ answer }) => answer !== null);
  }

  #next(onlyOpen: boolean): Client {
    const able = onlyOpen ? this.#clients.filter(({ answer }) => answer !== null) : this.#clients;
    return able.reduce((first, other) => (other.at < first.at ? other : first));
  }

  /** What takes effect does so at the call: the order of calls is a linearization. */
  #call(client: Client, called: number): Op {
    const rng = this.#rng;
    const node = nodes[client.thread % nodes.length] ?? "n1";
    const key = `k${Math.floor(called / rotateAfter) * keyCount + rng.int(1, keyCount)}`;
    const nothing = { value: null, version: 0, index: -1 };
    const known = this.#store.get(key) ?? { now: nothing, before: nothing };
    const index = this.#index++;
    const time = client.at;
    const { process } = client;
    const isLost = rng.chance(1, 200);
    const tookNs = isLost ? 1e9 : this.#latencyNs();
    client.at += tookNs;
    const end = { process, key, node, time: client.at, ...(isLost ? { error: "timeout" } : {}) };
    if (rng.chance(4, 10)) {
      const seen = this.#seen(known, key, index, called);
      const value = { value: seen.value, version: seen.version };
      client.answer = isLost
        ? { ...end, type: "info", f: "get" }
        : { ...end, type: "ok", f: "get", value, ...this.#redirects() };
      return { index, time, process, type: "invoke", f: "get", key };
    }
    const { version } = rng.chance(1, 8) ? known.before : known.now;
    const isDone = version === known.now.version;
    const value = { value: `v${called}`, version };
    if (isDone) {
      const now = { value: value.value, version: version + 1, index };
      this.#store.set(key, { now, before: known.now });
    }
    if (isLost) client.answer = { ...end, type: "info", f: "put" };
    else if (isDone) client.answer = { ...end, type: "ok", f: "put" };
    else client.answer = { ...end, type: "fail", f: "put", error: "ErrVersion" };
    return { index, time, process, type: "invoke", f: "put", key, value };
  }

  /** Once, in the middle, what was there before instead of what is there. */
  #seen({ now, before }: Key, key: string, operation: number, called: number): Put {
    const isTime = called > this.#operations * 0.4 && before.version > 0;
    if (this.anomaly !== null || !isTime) return now;
    this.anomaly = {
      kind: "stale-read",
      key,
      operation,
      related: [before.index, now.index],
      expected: `${now.value} (version ${now.version}) or newer`,
      observed: `${before.value} (version ${before.version})`,
    };
    return before;
  }

  /** Every tenth was sent to another node first: a field that the page has no column for. */
  #redirects(): { readonly wire?: readonly unknown[] } {
    if (!this.#rng.chance(1, 10)) return {};
    return { wire: [{ status: 421, error: "not-leader" }, { status: 200 }] };
  }

  /** One to eight milliseconds, and now and then up to a hundred. */
  #latencyNs(): number {
    const longMs = this.#rng.chance(1, 50) ? 100 : 8;
    return this.#rng.int(millisecond, longMs * millisecond);
  }
}

/** Fields in the order in which a recorder writes them: readers are fast for that one. */
function inOrder(index: number, op: Omit<Op, "index">): Op {
  const { time, process, type, f, ...rest } = op;
  return { index, time, process, type, f, ...rest };
}
