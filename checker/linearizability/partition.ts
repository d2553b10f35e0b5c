import { never, type Operations } from "../operations.ts";
import { sortedByReturn } from "./sort-by-return.ts";
import { atLeast, grown } from "./tuple-set.ts";

/** How many operations are laid out between two questions whether to stop. */
const stride = 1 << 12;

/**
 * The operations of one partition, laid out for the search. Each has an *id*: completed operations by
 * return, then the open ones by call.
 *
 * A configuration of the search is "every operation whose return is before the e-th was ordered, and of
 * those under way at the e-th return, the ones in a mask". The mask has one bit a *slot*; operations that
 * are never under way together share a slot, so its size is the concurrency plus the number of open
 * operations that matter, whatever the length of the history.
 *
 * The arrays are used again for the next partition, so only their first `count` (or `completed`) fields
 * mean anything. Order of calls: `load`, then flags are written, then `sweep`.
 */
export class Partition {
  count: number = 0;
  /** How many of them are completed: ids from there on are open. */
  completed: number = 0;
  /** Place in the rows given, by id. */
  places: Int32Array<ArrayBuffer> = new Int32Array(64);
  call: Int32Array<ArrayBuffer> = new Int32Array(64);
  /** Ids in the order of calls. */
  idsByCall: Int32Array<ArrayBuffer> = new Int32Array(64);
  /** Of completed operations. */
  return: Int32Array<ArrayBuffer> = new Int32Array(64);
  /** 1 for an operation that may also never have happened. */
  isOptional: Uint8Array = new Uint8Array(64);
  isObserver: Uint8Array = new Uint8Array(64);
  /** 1 for one that takes no slot: it has no part in the search, or never needs to be remembered. */
  isSlotless: Uint8Array = new Uint8Array(64);
  /** -1 for none. */
  slots: Int32Array<ArrayBuffer> = new Int32Array(64);
  /** 32-bit words of a mask. */
  words: number = 1;
  /** Completed operations under way at return e: `underWay[from[e]]` to `underWay[from[e + 1]]`. */
  from: Int32Array<ArrayBuffer> = new Int32Array(64);
  underWay: Int32Array<ArrayBuffer> = new Int32Array(64);
  /** How many open operations were called before return e. */
  openBefore: Int32Array<ArrayBuffer> = new Int32Array(64);

  #active: Int32Array<ArrayBuffer> = new Int32Array(64);
  #free: Int32Array<ArrayBuffer> = new Int32Array(64);
  #freeCount = 0;
  #slotCount = 0;

  /** Bytes held. */
  get bytes(): number {
    return 4 * (9 * this.places.length + this.underWay.length);
  }

  /** Gives out ids to `rows`, which are in the order of calls. False when it was told to stop. */
  load(operations: Operations, rows: Int32Array, shouldStop: () => boolean): boolean {
    const count = rows.length;
    this.count = count;
    if (count > this.places.length) this.#resize(Math.max(count, 2 * this.places.length));
    const { places, call } = this;
    let open = count;
    let completed = 0;
    for (let place = count - 1; place >= 0; place--) {
      if (operations.return[rows[place] ?? 0] === never) places[--open] = place;
    }
    for (let place = 0; place < count; place++) {
      const end = operations.return[rows[place] ?? 0] ?? never;
      if (end === never) continue;
      places[completed] = place;
      this.return[completed++] = end;
    }
    this.completed = completed;
    if (shouldStop()) return false;
    sortedByReturn(this.return, places, completed);
    if (shouldStop()) return false;
    for (let id = 0; id < count; id++) call[id] = operations.call[rows[places[id] ?? 0] ?? 0] ?? 0;
    this.isSlotless.fill(0, 0, count);
    return true;
  }

  /**
   * Goes through the calls and returns in time order, giving out slots and noting what is under way.
   * False when it was told to stop.
   */
  sweep(shouldStop: () => boolean): boolean {
    const { count, completed, places, call, from, openBefore, slots } = this;
    const ids = this.idsByCall;
    const active = this.#active;
    for (let id = 0; id < count; id++) ids[places[id] ?? 0] = id;
    this.#freeCount = 0;
    this.#slotCount = 0;
    let called = 0;
    let openCount = 0;
    // Sorted by return, so the one that returns is always the first.
    let head = 0;
    let tail = 0;
    let end = 0;
    for (let e = 0; e < completed; e++) {
      const now = this.return[e] ?? 0;
      for (; called < count; called++) {
        const id = ids[called] ?? 0;
        if ((call[id] ?? 0) > now) break;
        this.#giveSlot(id);
        if (id >= completed) {
          openCount++;
          continue;
        }
        let at = tail++;
        for (; at > head && (active[at - 1] ?? 0) > id; at--) active[at] = active[at - 1] ?? 0;
        active[at] = id;
      }
      from[e] = end;
      const size = tail - head;
      if (end + size > this.underWay.length) this.underWay = grown(this.underWay, end + size);
      for (let i = 0; i < size; i++) this.underWay[end + i] = active[head + i] ?? 0;
      end += size;
      openBefore[e] = openCount;
      head++;
      this.#free[this.#freeCount++] = slots[e] ?? 0;
      if (e % stride === stride - 1 && shouldStop()) return false;
    }
    from[completed] = end;
    for (; called < count; called++) this.#giveSlot(ids[called] ?? 0);
    this.words = Math.max(1, Math.ceil(this.#slotCount / 32));
    return true;
  }

  #giveSlot(id: number): void {
    if (this.isSlotless[id] === 1) this.slots[id] = -1;
    else if (this.#freeCount > 0) this.slots[id] = this.#free[--this.#freeCount] ?? 0;
    else this.slots[id] = this.#slotCount++;
  }

  #resize(length: number): void {
    this.places = atLeast(this.places, length);
    this.call = atLeast(this.call, length);
    this.return = atLeast(this.return, length);
    this.slots = atLeast(this.slots, length);
    this.from = atLeast(this.from, length + 1);
    this.openBefore = atLeast(this.openBefore, length);
    this.isOptional = new Uint8Array(length);
    this.isObserver = new Uint8Array(length);
    this.isSlotless = new Uint8Array(length);
    this.idsByCall = atLeast(this.idsByCall, length);
    this.#active = atLeast(this.#active, length);
    this.#free = atLeast(this.#free, length);
  }
}
