import { model } from "../models/register.ts";
import { never } from "../operations.ts";
import { invalid, type KeyMachine, type StreamFinding } from "./key-machine.ts";
import {
  beforeAll,
  nullToken,
  type StreamOperation,
  type Token,
  toOperation,
} from "./stream-operation.ts";

/** A write and the reads of its value. */
type Cluster = {
  readonly value: Token;
  readonly write: StreamOperation | null;
  /** The first return of one that certainly took part; `never` while nobody did. */
  first: number;
  firstFrom: StreamOperation | null;
  /** The latest call. */
  last: number;
  lastFrom: StreamOperation | null;
  /** Return of a write that took effect before it or never (ErrMaybe). */
  maybeUntil: number;
};

/** How another machine goes on, which can judge values that were written twice. */
export type Restart = {
  /** The values of which one was current where the history is to be taken up again. */
  readonly values: readonly Token[];
  /** Writes of before that may still take effect. */
  readonly open: readonly StreamOperation[];
  /** Each operation since at its call, and again at its end. */
  readonly events: readonly StreamOperation[];
};

/** Events that are kept at most, and that there must be before older ones are dropped. */
const replayMax = 2048;
const settleAfter = 32;
const firstSweep = 4;

/**
 * Decides one key of `register` by zones in the order of events, exactly while no value is written again
 * that could still be read (Gibbons & Korach 1997).
 *
 * A cluster must come before another iff its first return is before the other's last call; an order
 * exists iff no two must come before each other. A cluster that must come before one with a return
 * before every call under way cannot be read any more: it is forgotten but for the latest call of all such. What
 * stays are the clusters that may be current, and writes of unknown outcome whose value nobody has read.
 */
export class RegisterMachine implements KeyMachine {
  readonly #live = new Map<Token, Cluster>();
  /** The live clusters that have a return, or would have one if they were read. */
  #returned: Cluster[] = [];
  #forgotten: Cluster | null = null;
  #sweepAt = firstSweep;
  #underWay = 0;
  #oldest = beforeAll;
  #lastCall = beforeAll;
  #isRepeated = false;
  /** The latest moment when nothing was under way: what was possible then, and all that came since. */
  #settled: { values: Token[]; lastCall: number; open: StreamOperation[] } | null;
  #events: StreamOperation[] = [];

  constructor() {
    const initial = createCluster(nullToken, null, beforeAll);
    initial.first = beforeAll;
    this.#live.set(nullToken, initial);
    this.#returned.push(initial);
    this.#settled = { values: [nullToken], lastCall: beforeAll, open: [] };
  }

  /** True once a value was written again: from then on nothing that the machine says counts. */
  get isRepeated(): boolean {
    return this.#isRepeated;
  }

  /** From where another machine can go on; null when that is too long ago. */
  get restart(): Restart | null {
    if (this.#settled === null) return null;
    const { values, lastCall, open } = this.#settled;
    const all = [...open];
    for (const { write } of this.#live.values()) if (isOpenSince(write, lastCall)) all.push(write);
    return { values, open: all.sort((a, b) => a.call - b.call), events: this.#events };
  }

  get size(): number {
    return this.#live.size;
  }

  call(operation: StreamOperation): void {
    this.#underWay++;
    this.#lastCall = operation.call;
    this.#remember(operation);
    if (operation.f !== "write") return;
    const value = operation.input ?? nullToken;
    if (this.#live.has(value)) {
      this.#sweep(this.#oldest);
      if (this.#live.has(value)) {
        this.#isRepeated = true;
        return;
      }
    }
    this.#live.set(value, createCluster(value, operation, operation.call));
  }

  end(operation: StreamOperation, oldest: number): StreamFinding | null {
    this.#underWay--;
    this.#oldest = oldest;
    this.#remember(operation);
    if (this.#isRepeated) return null;
    const finding = operation.f === "write" ? this.#endWrite(operation) : this.#endRead(operation);
    if (finding !== null) return finding;
    if (this.#returned.length > this.#sweepAt) this.#sweep(oldest);
    if (this.#underWay === 0) this.#settle(oldest);
    return null;
  }

  probe(): null {
    return null;
  }

  finish(): null {
    return null;
  }

  #endRead(read: StreamOperation): StreamFinding | null {
    if (read.outcome !== "ok" && read.outcome !== "refused") return null;
    const value = read.outcome === "ok" ? (read.output ?? nullToken) : nullToken;
    const cluster = this.#live.get(value);
    if (cluster !== undefined) return this.#take(cluster, read);
    const last = this.#returned.at(-1);
    const expected = "a value that was written and not yet overwritten for certain";
    return explain(read, "stale-read", [last?.write, this.#forgotten?.lastFrom], expected);
  }

  #endWrite(write: StreamOperation): StreamFinding | null {
    const cluster = this.#live.get(write.input ?? nullToken);
    if (cluster === undefined || cluster.write !== write) return null;
    switch (write.outcome) {
      case "ok":
        return this.#take(cluster, write);
      case "maybe":
        if (cluster.first === never) this.#returned.push(cluster);
        cluster.maybeUntil = write.return;
        return null;
      case "open":
        return null;
      default: {
        this.#live.delete(cluster.value);
        if (cluster.first === never) return null;
        const expected = "no effect of a write that failed: its value was read";
        return explain(write, "phantom", [cluster.firstFrom], expected);
      }
    }
  }

  /** The operation certainly took effect, in this cluster. */
  #take(cluster: Cluster, operation: StreamOperation): StreamFinding | null {
    if (cluster.first === never) {
      if (cluster.maybeUntil === never) this.#returned.push(cluster);
      const isEarlier = cluster.maybeUntil < operation.return;
      cluster.first = isEarlier ? cluster.maybeUntil : operation.return;
      cluster.firstFrom = isEarlier ? cluster.write : operation;
    }
    if (operation.call > cluster.last) {
      cluster.last = operation.call;
      cluster.lastFrom = operation;
    }
    const { first, last } = cluster;
    // What is forgotten returned before this call.
    let rival = this.#forgotten !== null && this.#forgotten.last > first ? this.#forgotten : null;
    for (const other of this.#returned) {
      if (other.last > first && other.first < last && other !== cluster) rival = other;
    }
    if (rival === null) return null;
    const related = [
      cluster.write,
      cluster.firstFrom,
      rival.write,
      rival.firstFrom,
      rival.lastFrom,
    ];
    const isRead = operation.f === "read";
    const expected = "another value: this one was there before and after it";
    return explain(operation, isRead ? "stale-read" : "unordered", related, expected);
  }

  /** Forgets what nobody can read any more. */
  #sweep(oldest: number): void {
    let highest = this.#forgotten;
    let second: Cluster | null = null;
    for (const cluster of this.#returned) {
      if (cluster.first >= oldest) continue;
      if (highest === null || cluster.last > highest.last) {
        second = highest;
        highest = cluster;
      } else if (second === null || cluster.last > second.last) second = cluster;
    }
    const kept: Cluster[] = [];
    for (const cluster of this.#returned) {
      const next = cluster === highest ? second : highest;
      const { first, maybeUntil, value } = cluster;
      const wasPast = first < oldest || first === never;
      if (next === null || next.last <= Math.min(first, maybeUntil) || !wasPast) {
        kept.push(cluster);
        continue;
      }
      this.#live.delete(value);
      if (first === never) continue;
      const { write } = cluster;
      if (isOpenSince(write, this.#settled?.lastCall)) this.#settled?.open.push(write);
      if (this.#forgotten === null || cluster.last > this.#forgotten.last)
        this.#forgotten = cluster;
    }
    this.#returned = kept;
    this.#sweepAt = Math.max(firstSweep, 2 * kept.length);
  }

  #remember(operation: StreamOperation): void {
    if (this.#settled === null) return;
    if (this.#events.push(operation) <= replayMax) return;
    this.#settled = null;
    this.#events = [];
  }

  /** Nothing is under way, so one of the live values is current: another machine could begin here. */
  #settle(oldest: number): void {
    if (this.#settled !== null && this.#events.length < settleAfter) return;
    this.#sweep(oldest);
    const values = this.#returned.map(({ value }) => value);
    this.#settled = { values, lastCall: this.#lastCall, open: [] };
    this.#events = [];
  }
}

/** An unknown outcome of an operation that was called by then. */
function isOpenSince(
  write: StreamOperation | null,
  lastCall: number | undefined,
): write is StreamOperation {
  if (write === null || lastCall === undefined) return false;
  return write.call <= lastCall && write.outcome === "open";
}

function createCluster(value: Token, write: StreamOperation | null, call: number): Cluster {
  return {
    value,
    write,
    first: never,
    firstFrom: null,
    last: call,
    lastFrom: write,
    maybeUntil: never,
  };
}

function explain(
  operation: StreamOperation,
  kind: "stale-read" | "phantom" | "unordered",
  related: readonly (StreamOperation | null | undefined)[],
  expected: string,
): StreamFinding {
  const observed = model.describeOperation(toOperation(operation));
  const indexes = related.map((other) => other?.index);
  return invalid(operation, kind, indexes, { expected, observed });
}
