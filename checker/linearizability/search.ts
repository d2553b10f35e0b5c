import type { Model, Operation } from "../model.ts";
import { layOut, type Partition } from "./partition.ts";
import { impossible, States } from "./states.ts";
import { grown, TupleSet } from "./tuple-set.ts";

/**
 * Decides whether one partition of a history is linearizable.
 *
 * Depth-first search over configurations (Wing & Gong 1993) with a memo of those met (Lowe 2017). The
 * memo's key is not the set of all ordered operations but its compact form, see `Partition`. Exact
 * reductions:
 *
 * - An *observer* that is legal is ordered at once: moving an operation that changes nothing to an
 *   earlier place keeps every later step legal.
 * - An *optional* operation (open, or lax `maybe`) is used only right before one that it enables: one
 *   that is legal after it and ends in another state than without it. Take an order with the fewest
 *   optional operations: one whose successor does not care can be dropped or moved behind it. Only
 *   a lax `maybe` cannot be moved behind its return, so there both cases are tried.
 * - A *blind* operation goes at once when neither the state before nor the one after it is needed by an
 *   operation to come: taken out of its later place it is missed there by nobody.
 * - Of equal open operations the earliest goes first.
 * - States that the model's look-ahead rules out are not entered.
 *
 * Worst case exponential in the concurrency, as the problem is NP-complete: hence the budget. Does not
 * give a smallest counterexample.
 */
export type SearchResult = "valid" | "invalid" | "exhausted" | "full";

/** Integers of a frame: return e, state, length of the witness, cursor, then the mask. */
const headLength = 4;
const eAt = 0;
const stateAt = 1;
const witnessAt = 2;
const cursorAt = 3;

export class Search {
  readonly partition: Partition;
  /** Choices looked at. */
  steps = 0;
  readonly #states: States;
  readonly #memo: TupleSet;
  readonly #stride: number;
  /** Highest progress at which each operation can still be ordered. */
  readonly #limits: Float64Array;
  /** 1 for a required operation that never asks for the state, see `LookAhead.isBlind`. */
  readonly #isBlind: Uint8Array;
  /** The least limit of the operations called after return e. */
  readonly #limitsLater: Float64Array;
  #frames: Int32Array;
  #depth = 0;
  /** The configuration being made; memo keys are its first two fields and the mask. */
  readonly #draft: Int32Array;
  readonly #key: Int32Array;
  #witness = new Int32Array(64);
  #furthest = -1;
  #furthestState = 0;

  constructor(model: Model, operations: readonly Operation[]) {
    this.partition = layOut(model, operations);
    const { words, operations: all, isOptional } = this.partition;
    this.#states = new States(model, all);
    this.#stride = headLength + words;
    this.#memo = new TupleSet(2 + words);
    this.#frames = new Int32Array(16 * this.#stride);
    this.#draft = new Int32Array(this.#stride);
    this.#key = new Int32Array(2 + words);
    this.#limits = Float64Array.from(all, (operation, id) =>
      isOptional[id] === 1 ? Infinity : this.#states.limit(operation),
    );
    this.#isBlind = Uint8Array.from(all, (operation, id) =>
      isOptional[id] === 0 && this.#states.isBlind(operation) ? 1 : 0,
    );
    this.#limitsLater = limitsLater(this.partition, this.#limits);
    this.#enter();
  }

  /** Configurations remembered. */
  get size(): number {
    return this.#memo.size;
  }

  /** The order found, after `valid`, as places in the list given: without those that never happened. */
  get witness(): Int32Array {
    const { places } = this.partition;
    const length = this.#draft[witnessAt] ?? 0;
    return this.#witness.subarray(0, length).map((id) => places[id] ?? 0);
  }

  /** How many completed operations were ordered at most, and the state there. */
  get progress(): { readonly ordered: number; readonly of: number; readonly state: string } {
    const state = this.#states.describe(this.#furthestState);
    return { ordered: this.#furthest, of: this.partition.completed, state };
  }

  /** Goes on for about `stepsMax` more steps. `full`: more than `sizeMax` configurations. */
  advance(stepsMax: number, sizeMax: number): SearchResult {
    const end = this.steps + stepsMax;
    while (this.steps < end) {
      if (this.#furthest === this.partition.completed) return "valid";
      if (this.#depth === 0) return "invalid";
      if (this.#memo.size > sizeMax) return "full";
      if (!this.#tryNext()) this.#depth--;
    }
    return this.#furthest === this.partition.completed ? "valid" : "exhausted";
  }

  /** Tries choices of the top frame until one leads somewhere; false when there is none left. */
  #tryNext(): boolean {
    const base = (this.#depth - 1) * this.#stride;
    const frames = this.#frames;
    const e = frames[base + eAt] ?? 0;
    const { from, openBefore } = this.partition;
    const done = (from[e + 1] ?? 0) - (from[e] ?? 0);
    const candidates = done + (openBefore[e] ?? 0);
    // First the due operation, then what enables it, then "it never happened", then everything else.
    const choices = 1 + candidates + 1 + (done - 1) + candidates;
    for (;;) {
      const cursor = frames[base + cursorAt] ?? 0;
      if (cursor >= choices) return false;
      frames[base + cursorAt] = cursor + 1;
      this.steps++;
      if (this.#choose(base, e, cursor, done, candidates) && this.#enter()) return true;
    }
  }

  /** Makes the draft of the cursor's choice; false when that is not allowed. */
  #choose(base: number, e: number, cursor: number, done: number, candidates: number): boolean {
    const { isOptional } = this.partition;
    if (cursor === 0) return this.#order(base, e);
    if (cursor <= candidates) {
      return isOptional[e] === 0 && this.#enable(base, this.#candidateAt(e, cursor - 1, done), e);
    }
    if (cursor === candidates + 1) return isOptional[e] === 1 && this.#draftOf(base, e, false);
    const other = cursor - candidates - 2;
    if (other < done - 1) {
      const id = this.#underWayAt(e, other + 1);
      return isOptional[id] === 0 && this.#order(base, id);
    }
    return this.#useOptional(base, e, this.#candidateAt(e, other - (done - 1), done));
  }

  #underWayAt(e: number, i: number): number {
    return this.partition.underWay[(this.partition.from[e] ?? 0) + i] ?? 0;
  }

  #candidateAt(e: number, i: number, done: number): number {
    return i < done ? this.#underWayAt(e, i) : this.partition.completed + i - done;
  }

  #isOrdered(base: number, id: number): boolean {
    const slot = this.partition.slots[id] ?? 0;
    return (((this.#frames[base + headLength + (slot >>> 5)] ?? 0) >>> (slot & 31)) & 1) === 1;
  }

  #order(base: number, id: number): boolean {
    if (this.#isOrdered(base, id)) return false;
    const state = this.#frames[base + stateAt] ?? 0;
    const next = this.#states.next(state, id);
    if (next === impossible || (next !== state && this.#isStillNeeded(base, state))) return false;
    this.#draftOf(base, id, true);
    this.#draft[stateAt] = next;
    return true;
  }

  /** Orders what makes the due operation possible: seldom wrong, and the rest is tried later. */
  #enable(base: number, id: number, due: number): boolean {
    if (id === due || this.#isOrdered(base, id)) return false;
    const state = this.#frames[base + stateAt] ?? 0;
    if (this.#states.next(state, due) !== impossible) return false;
    const next = this.#states.next(state, id);
    if (next === impossible || next === state) return false;
    if (this.#states.next(next, due) === impossible) return false;
    if (this.partition.isOptional[id] === 1 && this.#hasFreeTwin(base, id, state, next)) {
      return false;
    }
    return this.#order(base, id);
  }

  /** Orders the optional operation if it enables one that can go next. */
  #useOptional(base: number, e: number, id: number): boolean {
    if (this.partition.isOptional[id] === 0 || this.#isOrdered(base, id)) return false;
    const state = this.#frames[base + stateAt] ?? 0;
    const next = this.#states.next(state, id);
    if (next === impossible || next === state || !this.#states.isAdmitted(next)) return false;
    if (this.#hasFreeTwin(base, id, state, next)) return false;
    return this.#enablesAny(base, e, id, state, next) && this.#order(base, id);
  }

  #hasFreeTwin(base: number, id: number, state: number, next: number): boolean {
    const { twin } = this.partition;
    for (let other = twin[id] ?? -1; other !== -1; other = twin[other] ?? -1) {
      if (!this.#isOrdered(base, other) && this.#states.next(state, other) === next) return true;
    }
    return false;
  }

  #enablesAny(base: number, e: number, id: number, state: number, next: number): boolean {
    const { from, openBefore, isOptional } = this.partition;
    const done = (from[e + 1] ?? 0) - (from[e] ?? 0);
    const count = done + (openBefore[e] ?? 0);
    for (let i = 0; i < count; i++) {
      const other = this.#candidateAt(e, i, done);
      if (other === id || this.#isOrdered(base, other)) continue;
      this.steps++;
      const after = this.#states.next(next, other);
      if (after === impossible || (isOptional[other] === 1 && after === next)) continue;
      if (after !== this.#states.next(state, other)) return true;
    }
    return false;
  }

  /** Whether an operation that is not called yet needs this state, which never comes back. */
  #isStillNeeded(base: number, state: number): boolean {
    const { operations } = this.partition;
    const end = operations[this.#frames[base + eAt] ?? 0]?.return ?? Infinity;
    return this.#states.neededUntil(state) > end && this.#states.isUnique(state);
  }

  /** Copies the frame and marks the operation as settled; `happened` adds it to the witness. */
  #draftOf(base: number, id: number, happened: boolean): true {
    for (let i = 0; i < this.#stride; i++) this.#draft[i] = this.#frames[base + i] ?? 0;
    this.#settle(id, happened);
    return true;
  }

  #settle(id: number, happened: boolean): void {
    const draft = this.#draft;
    const slot = this.partition.slots[id] ?? 0;
    const word = headLength + (slot >>> 5);
    draft[word] = (draft[word] ?? 0) | (1 << (slot & 31));
    if (!happened) return;
    const length = draft[witnessAt] ?? 0;
    if (length === this.#witness.length) this.#witness = grown(this.#witness);
    this.#witness[length] = id;
    draft[witnessAt] = length + 1;
  }

  /** Pushes the draft as a frame; false when it was met before or leads nowhere. */
  #enter(): boolean {
    const draft = this.#draft;
    this.#passReturns();
    const e = draft[eAt] ?? 0;
    const state = draft[stateAt] ?? 0;
    if (e > this.#furthest) {
      this.#furthest = e;
      this.#furthestState = state;
    }
    if (e === this.partition.completed) return true;
    if (!this.#states.isAdmitted(state) || !this.#isInTime(e, state)) return false;
    this.#key[0] = e;
    this.#key[1] = state;
    for (let i = headLength; i < this.#stride; i++) this.#key[i - headLength + 2] = draft[i] ?? 0;
    if (!this.#memo.add(this.#key, 0)) return false;

    if ((this.#depth + 1) * this.#stride > this.#frames.length) this.#frames = grown(this.#frames);
    draft[cursorAt] = 0;
    const base = this.#depth * this.#stride;
    for (let i = 0; i < this.#stride; i++) this.#frames[base + i] = draft[i] ?? 0;
    this.#depth++;
    return true;
  }

  /** Orders what can go without a choice, and goes on to the first return that is not settled. */
  #passReturns(): void {
    const { completed, slots } = this.partition;
    const draft = this.#draft;
    for (let e = draft[eAt] ?? 0; e < completed; e++) {
      draft[eAt] = e;
      do this.#orderObservers(e);
      while (this.#orderBlind(e));
      if (!this.#isSettled(e)) return;
      const slot = slots[e] ?? 0;
      const word = headLength + (slot >>> 5);
      draft[word] = (draft[word] ?? 0) & ~(1 << (slot & 31));
    }
    draft[eAt] = completed;
  }

  #orderObservers(e: number): void {
    const { from, underWay, isObserver } = this.partition;
    const state = this.#draft[stateAt] ?? 0;
    const end = from[e + 1] ?? 0;
    for (let i = from[e] ?? 0; i < end; i++) {
      const id = underWay[i] ?? 0;
      if (isObserver[id] === 0 || this.#isSettled(id)) continue;
      if (this.#states.next(state, id) === state) this.#settle(id, true);
    }
  }

  /** Orders one blind operation that nobody can tell from having gone later; false if there is none. */
  #orderBlind(e: number): boolean {
    const { from, underWay, operations } = this.partition;
    const state = this.#draft[stateAt] ?? 0;
    const now = operations[e]?.return ?? Infinity;
    if (this.#states.neededUntil(state) > now) return false;
    const end = from[e + 1] ?? 0;
    for (let i = from[e] ?? 0; i < end; i++) {
      const id = underWay[i] ?? 0;
      if (this.#isBlind[id] === 0 || this.#isSettled(id)) continue;
      const next = this.#states.next(state, id);
      if (this.#states.neededUntil(next) > now) continue;
      this.#settle(id, true);
      this.#draft[stateAt] = next;
      return true;
    }
    return false;
  }

  #isSettled(id: number): boolean {
    const slot = this.partition.slots[id] ?? 0;
    return (((this.#draft[headLength + (slot >>> 5)] ?? 0) >>> (slot & 31)) & 1) === 1;
  }

  /** Whether the state has not moved past an operation that is still to be ordered. */
  #isInTime(e: number, state: number): boolean {
    const progress = this.#states.progress(state);
    if (progress > (this.#limitsLater[e] ?? Infinity)) return false;
    const { from, underWay } = this.partition;
    const end = from[e + 1] ?? 0;
    for (let i = from[e] ?? 0; i < end; i++) {
      const id = underWay[i] ?? 0;
      if (progress > (this.#limits[id] ?? Infinity) && !this.#isSettled(id)) return false;
    }
    return true;
  }
}

function limitsLater({ operations, completed }: Partition, limits: Float64Array): Float64Array {
  const byCall = operations.map((_, id) => id).filter((id) => id < completed);
  byCall.sort((a, b) => (operations[a]?.call ?? 0) - (operations[b]?.call ?? 0));
  const later = new Float64Array(completed).fill(Infinity);
  let least = Infinity;
  let next = byCall.length - 1;
  for (let e = completed - 1; e >= 0; e--) {
    const end = operations[e]?.return ?? 0;
    for (; next >= 0; next--) {
      const id = byCall[next] ?? 0;
      if ((operations[id]?.call ?? 0) < end) break;
      least = Math.min(least, limits[id] ?? Infinity);
    }
    later[e] = least;
  }
  return later;
}
