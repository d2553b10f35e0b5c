import { refuseForeign } from "../foreign.ts";
import { model } from "../models/versioned-kv.ts";
import { never } from "../operations.ts";
import type { KeyMachine, StreamFinding } from "./key-machine.ts";
import {
  beforeAll,
  nullToken,
  type StreamOperation,
  type Token,
  toOperation,
} from "./stream-operation.ts";
import { create, leastOf, noLinks, type Version } from "./version.ts";
import { explain, type VersionFailure } from "./version-failure.ts";

/**
 * Decides one key of `versioned-kv` in the order of events, exactly.
 *
 * Let t_i be the moment at which version i comes to be. What is observed bounds the t_i from below and
 * above; the constraints are closed under minimum, so there is a least solution, and an order exists iff that
 * solution keeps the upper bounds. Lower bounds only rise and upper bounds only fall, so it is kept up to
 * date in amortized constant time. Of a version it is kept who may have written it, its value, and
 * refusals that are not decided yet.
 *
 * The upper bound of t_i is the first return that knew of version i or more. Once that is before every
 * call that is under way, nobody can come to see an earlier version, or to have written it:
 * the versions before are forgotten, and lost puts that expected them too. What stays are the versions
 * from the oldest operation under way on, and lost puts that expected a version still to come.
 */
export class VersionedKvMachine implements KeyMachine {
  /** From the oldest version that matters to the first that nobody knows of, without gaps. */
  readonly #window: Version[] = [create(0, beforeAll), create(1, never)];
  /** The first version of the window, and the highest that is known to have existed. */
  #base = 0;
  #top = 0;
  /** Versions beyond the window for which somebody is waiting. */
  readonly #ahead = new Map<number, Version>();
  #failure: VersionFailure | null = null;
  /** Nothing is under way, and the version is known with its value: `#window` has it and the next. */
  #isQuiet = true;
  /** The one operation that was called since; `call` has not looked at it. */
  #alone: StreamOperation | null = null;

  constructor() {
    const [absent] = this.#window;
    if (absent === undefined) return;
    absent.bound = beforeAll;
    absent.value = nullToken;
  }

  call(operation: StreamOperation): void {
    if (operation.inputVersion < 0 && operation.f === "put") {
      refuseForeign(model, toOperation(operation));
    }
    if (this.#isQuiet) {
      if (this.#alone === null) {
        this.#alone = operation;
        return;
      }
      this.#call(this.#alone);
      this.#alone = null;
      this.#isQuiet = false;
    }
    this.#call(operation);
  }

  #call(operation: StreamOperation): void {
    if (operation.f !== "put") return;
    const number = operation.inputVersion + 1;
    // Who is called after it is known that the version exists has not made it.
    if (number <= this.#top) return;
    const version = this.#find(number) ?? this.#createAhead(number);
    version.writers.push(operation);
    if (version.least === never)
      version.least = operation.call > version.low ? operation.call : version.low;
  }

  end(operation: StreamOperation, oldest: number): StreamFinding | null {
    if (this.#isQuiet) {
      this.#alone = null;
      if (this.#endAlone(operation)) return null;
      this.#isQuiet = false;
      this.#call(operation);
    }
    if (operation.f === "get") this.#endGet(operation);
    else this.#endPut(operation);
    if (this.#failure !== null) return explain(operation, this.#failure);
    this.#forget(oldest);
    if (oldest === operation.return) this.#isQuiet = this.#isSettled();
    return null;
  }

  probe(): null {
    return null;
  }

  finish(): null {
    return null;
  }

  get size(): number {
    let size = this.#window.length + this.#ahead.size + (this.#alone === null ? 0 : 1);
    for (const { writers, links } of this.#window) size += writers.length + links.length;
    for (const { writers, links } of this.#ahead.values()) size += writers.length + links.length;
    return size;
  }

  /**
   * Does an operation that nothing overlapped, if it had its outcome for certain. Else it changes nothing,
   * and the rest of the machine has to say what follows.
   */
  #endAlone(operation: StreamOperation): boolean {
    const current = this.#window[0] as Version;
    const { outcome, inputVersion } = operation;
    if (operation.f === "get") {
      if (outcome === "refused") return current.number === 0;
      if (outcome !== "ok") return true;
      const value = operation.output ?? nullToken;
      return operation.outputVersion === current.number && value === current.value;
    }
    if (outcome === "leftOut") return true;
    if (outcome === "refused") {
      const isAbsent = current.number === 0;
      return inputVersion !== current.number && isAbsent === (operation.error === "ErrNoKey");
    }
    if (outcome !== "ok" || inputVersion !== current.number) return false;
    this.#advance(current, operation);
    return true;
  }

  /** The put has made the next version. Nobody can see the current one any more, so its object is used again. */
  #advance(current: Version, put: StreamOperation): void {
    const window = this.#window;
    const next = window[1] as Version;
    next.least = put.call;
    next.bound = put.return;
    next.boundFrom = put;
    next.value = put.input ?? nullToken;
    next.isWritten = true;
    // Both arrays are used again: the one of the next version is empty.
    const { writers } = current;
    current.writers = next.writers;
    if (writers.length === 1) writers[0] = put;
    next.writers = writers.length === 1 ? writers : [put];
    current.number = next.number + 1;
    current.least = never;
    current.low = put.call;
    current.lowFrom = null;
    current.bound = never;
    current.boundFrom = null;
    current.value = undefined;
    current.isWritten = false;
    window[0] = next;
    window[1] = current;
    this.#base = next.number;
    this.#top = next.number;
  }

  /** Of a moment at which nothing is under way: whether nothing that is lost can take effect later either. */
  #isSettled(): boolean {
    const [current, next] = this.#window;
    if (current === undefined || next === undefined || this.#window.length !== 2) return false;
    if (this.#ahead.size > 0 || next.writers.length > 0 || next.links.length > 0) return false;
    return current.value !== undefined && current.links.length === 0;
  }

  #endGet(get: StreamOperation): void {
    if (get.outcome === "ok" && get.outputVersion < 0) refuseForeign(model, toOperation(get));
    if (get.outcome === "refused") this.#see(get, 0, nullToken);
    else if (get.outcome === "ok") this.#see(get, get.outputVersion, get.output ?? nullToken);
  }

  #endPut(put: StreamOperation): void {
    const expected = put.inputVersion;
    switch (put.outcome) {
      case "ok":
        this.#write(put, expected + 1);
        return;
      case "maybe":
        // Its interval is closed from now on.
        this.#update(this.#find(expected + 1));
        this.#refuse(put, expected);
        return;
      case "refused":
        this.#withdraw(put, expected + 1);
        if (put.error === "ErrNoKey") {
          if (expected === 0) this.#fail(this.#window[0], "order");
          else this.#see(put, 0, nullToken);
        } else if (expected <= 1) {
          // It was there, and not at its first version.
          this.#know(put, expected + 1);
        } else {
          this.#know(put, 1);
          this.#refuse(put, expected);
        }
        return;
      case "leftOut":
        this.#withdraw(put, expected + 1);
        return;
      case "open":
        return;
    }
  }

  #find(number: number): Version | undefined {
    const place = number - this.#base;
    if (place < 0) return undefined;
    return place < this.#window.length ? this.#window[place] : this.#ahead.get(number);
  }

  #createAhead(number: number): Version {
    const version = create(number, never);
    this.#ahead.set(number, version);
    return version;
  }

  /** Somebody saw the version with this value between his call and his return. */
  #see(operation: StreamOperation, number: number, value: Token): void {
    this.#know(operation, number);
    const version = this.#find(number);
    // Forgotten: a later version was there before this call.
    if (version === undefined) this.#fail(this.#window[0], "order");
    else this.#settleValue(version, value);
    if (number >= this.#base - 1) this.#raise(this.#find(number + 1), operation.call, operation);
  }

  /** Somebody was told that he wrote the version. */
  #write(put: StreamOperation, number: number): void {
    this.#know(put, number);
    const version = this.#find(number);
    if (version === undefined) {
      this.#fail(this.#window[0], "order");
      return;
    }
    if (version.isWritten) {
      this.#fail(version, "writer");
      return;
    }
    const value = put.input ?? nullToken;
    if (version.value !== undefined && version.value !== value) {
      this.#fail(version, "value");
      return;
    }
    version.isWritten = true;
    version.value = value;
    if (version.writers.length !== 1 || version.writers[0] !== put) version.writers = [put];
    this.#update(version);
  }

  #settleValue(version: Version, value: Token): void {
    if (version.value === value) return;
    if (version.value !== undefined) {
      this.#fail(version, "value");
      return;
    }
    version.value = value;
    version.writers = version.writers.filter((put) => (put.input ?? nullToken) === value);
    if (version.writers.length === 0) {
      this.#fail(version, "value");
      return;
    }
    this.#update(version);
  }

  /** Nothing came of this put. */
  #withdraw(put: StreamOperation, number: number): void {
    const version = this.#find(number);
    const place = version?.writers.indexOf(put) ?? -1;
    if (version === undefined || place < 0) return;
    version.writers.splice(place, 1);
    this.#update(version);
    if (version.writers.length === 0) this.#ahead.delete(number);
  }

  /** Version `number` existed before the return of the operation. */
  #know(operation: StreamOperation, number: number): void {
    if (number <= this.#top) return;
    while (this.#failure === null && this.#top < number) {
      const version = this.#window.at(-1) as Version;
      version.bound = operation.return;
      version.boundFrom = operation;
      if (version.least > version.bound) this.#fail(version, "writer");
      const following = version.number + 1;
      const next = this.#ahead.get(following) ?? create(following, never);
      this.#ahead.delete(following);
      this.#window.push(next);
      this.#top = following - 1;
      this.#raise(next, version.least, version.lowFrom);
    }
  }

  /** At some moment between call and return the version was not `number`, though it may be before and after. */
  #refuse(put: StreamOperation, number: number): void {
    if (number < this.#base) return;
    const version = this.#find(number);
    if (version === undefined || version.least >= put.call) return;
    // Already there at the call, so it was gone by the return.
    if (version.bound < put.call) {
      this.#know(put, number + 1);
      return;
    }
    const next = this.#find(number + 1);
    if (next === undefined || next.least > put.return) this.#raise(version, put.call, put);
    else if (next.bound > put.return) next.links = [...next.links, put];
  }

  #raise(version: Version | undefined, low: number, from: StreamOperation | null): void {
    if (version === undefined || low <= version.low) return;
    version.low = low;
    version.lowFrom = from;
    this.#update(version);
  }

  /** Finds the least moment anew, and carries its rise to the versions around. */
  #update(version: Version | undefined): void {
    if (version === undefined || this.#failure !== null) return;
    const least = leastOf(version);
    if (least === version.least) return;
    version.least = least;
    if (least > version.bound) {
      this.#fail(version, "order");
      return;
    }
    if (version.links.length > 0 && version.links.some((put) => put.return < least)) {
      const broken = version.links.filter((put) => put.return < least);
      version.links = version.links.filter((put) => put.return >= least);
      for (const put of broken) this.#raise(this.#find(version.number - 1), put.call, put);
    }
    // Later versions that nobody knows of need not exist either.
    if (least < never) this.#raise(this.#find(version.number + 1), least, version.lowFrom);
  }

  #fail(version: Version | undefined, kind: VersionFailure["kind"]): void {
    if (version !== undefined) this.#failure ??= { version, kind };
  }

  /** Drops the versions that nobody can come to see or to have made. */
  #forget(oldest: number): void {
    const window = this.#window;
    let cut = 0;
    for (let place = 1; place < window.length - 1; place++) {
      const version = window[place] as Version;
      if (version.bound >= oldest) break;
      if (version.links.length > 0) {
        // They still matter while this version may come to be moved up.
        const isFrozen = version.value !== undefined && window[place + 1]?.links.length === 0;
        if (!isFrozen) continue;
        version.links = noLinks;
      }
      cut = place;
    }
    if (cut === 0) return;
    if (cut === 1) window.shift();
    else window.splice(0, cut);
    this.#base += cut;
  }
}
