import type { Model, Operation } from "../model.ts";
import { type Operations, operationAt } from "../operations.ts";
import { Furthest } from "./furthest.ts";
import { listOf } from "./list-of.ts";
import { ChoiceList, impossible, type Machine, neverHappened, stopSignal } from "./machine.ts";
import { createMachine, type SearchTuning, turnMachine } from "./machine-of.ts";
import { Partition } from "./partition.ts";
import { TimeLimits } from "./time-limits.ts";
import { grown, TupleSet } from "./tuple-set.ts";

/**
 * `exhausted`: the steps are used up. `full`: it would need more memory than allowed. `stopped`: it was told
 * to stop.
 */
export type SearchResult = "valid" | "invalid" | "exhausted" | "full" | "stopped";

export type SearchProgress = {
  /** How many completed operations were ordered at most, of how many. */
  readonly ordered: number;
  readonly of: number;
  /** The state there. */
  readonly state: string;
  /** Place of the first to return that was not; -1 when all were. */
  readonly due: number;
  /**
   * Places of the others that were under way at its return and not ordered, in the order of calls, those that
   * never returned last.
   */
  readonly open: Int32Array;
};

/** Integers of a frame: return e, state, length of the witness, its choices, then the mask. */
const headLength = 6;
const eAt = 0;
const stateAt = 1;
const witnessAt = 2;
/** The next choice, where they end, and where they begin. The due operation comes before them. */
const cursorAt = 3;
const choicesEndAt = 4;
const choicesAt = 5;
/** At `cursorAt` of a fresh frame: the due operation was not tried. */
const untried = -1;
/** At `cursorAt`: the due operation was tried, other choices were not looked for. */
const unlisted = -2;

/** Steps between two questions whether to stop. */
const sliceSteps = 4096;
/** Configurations between two looks at the memory. */
const sliceConfigurations = 256;
/** What `configurationsMax` of a budget counts. */
const configurationBytes = 64;
const noStop = (): boolean => false;

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
 * - States that the model's look-ahead rules out are not entered, nor those that are not told apart.
 *
 * Worst case exponential in the concurrency, as the problem is NP-complete: hence the budget. Does not
 * give a smallest counterexample. A search can be loaded with another partition when it is done.
 */
export class Search {
  /** Choices looked at, of all partitions loaded. */
  steps: number = 0;
  readonly #model: Model;
  #columns: Operations;
  /** Of a list: place in it by row. */
  readonly #places: Int32Array | null;
  readonly #partition = new Partition();
  readonly #machine: Machine;
  readonly #limits = new TimeLimits();
  readonly #memo = new TupleSet(3);
  readonly #choices = new ChoiceList();
  #rows: Int32Array = new Int32Array(0);
  #stride = headLength + 1;
  #frames = new Int32Array(256);
  #depth = 0;
  /** The configuration being made; memo keys are its first two fields and the mask. */
  #draft = new Int32Array(headLength + 1);
  #key = new Int32Array(3);
  #witness = new Int32Array(64);
  readonly #furthest = new Furthest();
  #isBroken = false;
  // The configuration whose choices are asked for.
  e: number = 0;
  state: number = 0;
  #base = 0;

  /**
   * Over operations in columns, to be loaded with the rows of a partition; or over a list, which is one
   * partition and loaded at once.
   */
  constructor(
    model: Model,
    operations: readonly Operation[] | Operations,
    tuning: SearchTuning = {},
  ) {
    this.#model = model;
    const list = "count" in operations ? null : listOf(operations);
    this.#places = list?.places ?? null;
    this.#columns = list?.operations ?? (operations as Operations);
    const operationOf = list?.operationOf ?? ((row) => operationAt(this.#columns, row));
    this.#machine = createMachine(model, this.#columns, operationOf, tuning);
    if (list !== null) this.load(list.rows);
  }

  /** Goes over to another history of the same model, to be loaded. False when that takes a new search. */
  turnTo(operations: Operations): boolean {
    if (this.#places !== null || !turnMachine(this.#machine, this.#model, operations)) return false;
    this.#columns = operations;
    return true;
  }

  /** Takes the rows of a partition, in the order of calls. False when it was told to stop. */
  load(rows: Int32Array, shouldStop: () => boolean = noStop): boolean {
    this.#rows = rows;
    this.#isBroken = false;
    this.#furthest.clear();
    this.#depth = 0;
    const partition = this.#partition;
    const isLoaded =
      partition.load(this.#columns, rows, shouldStop) &&
      this.#machine.load(partition, rows, shouldStop) &&
      partition.sweep(shouldStop);
    return isLoaded && this.#untilStopped(shouldStop, () => this.#begin()) !== null;
  }

  /** Memory in use, in configurations as a budget counts them (64 bytes). */
  get size(): number {
    const { length } = this.#frames;
    const frames = 4 * (length + this.#witness.length + this.#choices.ids.length);
    const bytes = this.#memo.bytes + frames + this.#partition.bytes + this.#machine.bytes;
    return Math.ceil(bytes / configurationBytes);
  }

  /** The order found, after `valid`, as places in the rows: without those that never happened. */
  get witness(): Int32Array {
    const length = this.#draft[witnessAt] ?? 0;
    return this.#witness.subarray(0, length).map((id) => this.#placeOf(id));
  }

  /** How many completed operations were ordered at most. */
  get ordered(): number {
    return Math.max(0, this.#furthest.e);
  }

  get progress(): SearchProgress {
    const { completed, from, underWay, openBefore } = this.#partition;
    const { frame } = this.#furthest;
    const e = this.ordered;
    const state = this.#machine.describe(this.#furthest.witness);
    const far = { ordered: e, of: completed, state };
    if (e === completed) return { ...far, due: -1, open: new Int32Array(0) };
    const isLeft = (id: number): boolean => id !== e && !this.#isMarked(frame, 0, id);
    const toReturn = underWay
      .subarray(from[e], from[e + 1])
      .filter(isLeft)
      .map(this.#placeOf);
    const lost: number[] = [];
    for (let id = completed; id < completed + (openBefore[e] ?? 0); id++) {
      if (isLeft(id)) lost.push(this.#placeOf(id));
    }
    const open = Int32Array.from([...toReturn.sort(), ...lost]);
    return { ...far, due: this.#placeOf(e), open };
  }

  /**
   * Goes on for about `stepsMax` more steps. `full`: it would need more than `sizeMax` configurations.
   * `shouldStop` is asked every few thousand steps, and every few calls of the model's functions.
   */
  advance(stepsMax: number, sizeMax: number, shouldStop: () => boolean = noStop): SearchResult {
    if (this.#isBroken) return "stopped";
    return (
      this.#untilStopped(shouldStop, () => this.#advance(stepsMax, sizeMax, shouldStop)) ??
      "stopped"
    );
  }

  /** What `act` gives, or null when it was told to stop in the middle of something. */
  #untilStopped<T>(shouldStop: () => boolean, act: () => T): T | null {
    this.#machine.shouldStop = shouldStop;
    try {
      return act();
    } catch (signal) {
      if (signal !== stopSignal) throw signal;
      this.#isBroken = true;
      return null;
    }
  }

  #advance(stepsMax: number, sizeMax: number, shouldStop: () => boolean): SearchResult {
    const end = this.steps + stepsMax;
    const { completed } = this.#partition;
    while (this.#furthest.e < completed) {
      if (this.steps >= end) return "exhausted";
      if (shouldStop()) return "stopped";
      if (this.#sizeSoon > sizeMax) return "full";
      const sliceEnd = Math.min(end, this.steps + sliceSteps);
      const memoEnd = this.#memo.size + sliceConfigurations;
      while (this.#furthest.e < completed && this.steps < sliceEnd) {
        if (this.#machine.isMistaken) this.#startAgain();
        if (this.#depth === 0) return "invalid";
        if (this.#memo.size > memoEnd) break;
        if (!this.#tryNext()) this.#pop();
      }
    }
    return "valid";
  }

  /** Whether an operation was ordered already, or settled as one that never happened. */
  isSettled(id: number): boolean {
    return this.#isMarked(this.#frames, this.#base, id);
  }

  get #sizeSoon(): number {
    return this.size + Math.ceil((this.#memo.bytesSoon - this.#memo.bytes) / configurationBytes);
  }

  #begin(): true {
    const { words } = this.#partition;
    this.#stride = headLength + words;
    if (words + headLength > this.#draft.length) {
      this.#draft = new Int32Array(this.#stride);
      this.#key = new Int32Array(this.#stride);
    }
    this.#draft.fill(0);
    this.#draft[stateAt] = this.#machine.first;
    this.#memo.clear(2 + words);
    this.#choices.length = 0;
    this.#depth = 0;
    this.#furthest.clear();
    if (this.#machine.hasLimits) this.#limits.load(this.#partition, this.#machine);
    this.#enter();
    return true;
  }

  /** After an operation that was taken for an observer changed a state. */
  #startAgain(): void {
    this.#machine.load(this.#partition, this.#rows, noStop);
    this.#partition.sweep(noStop);
    this.#begin();
  }

  #pop(): void {
    this.#depth--;
    this.#choices.length = this.#frames[this.#depth * this.#stride + choicesAt] ?? 0;
  }

  /** Tries choices of the top frame until one leads somewhere; false when there is none left. */
  #tryNext(): boolean {
    const base = (this.#depth - 1) * this.#stride;
    if (this.#frames[base + cursorAt] === untried) {
      this.#frames[base + cursorAt] = unlisted;
      this.steps++;
      if (this.#order(base, this.#frames[base + eAt] ?? 0) && this.#enter()) return true;
    }
    if (this.#frames[base + cursorAt] === unlisted) this.#list(base);
    const end = this.#frames[base + choicesEndAt] ?? 0;
    for (;;) {
      const cursor = this.#frames[base + cursorAt] ?? 0;
      if (cursor === end) return false;
      this.#frames[base + cursorAt] = cursor + 1;
      this.steps++;
      const id = this.#choices.ids[cursor] ?? 0;
      const isMade = id === neverHappened ? this.#dismiss(base) : this.#order(base, id);
      if (isMade && this.#enter()) return true;
    }
  }

  #list(base: number): void {
    const frames = this.#frames;
    this.#lookAt(base);
    frames[base + cursorAt] = this.#choices.length;
    this.steps += this.#machine.choices(this, this.#choices);
    frames[base + choicesEndAt] = this.#choices.length;
  }

  #lookAt(base: number): void {
    this.#base = base;
    this.e = this.#frames[base + eAt] ?? 0;
    this.state = this.#frames[base + stateAt] ?? 0;
  }

  #isMarked(masks: Int32Array, base: number, id: number): boolean {
    const slot = this.#partition.slots[id] ?? 0;
    if (slot === -1) return false;
    return (((masks[base + headLength + (slot >>> 5)] ?? 0) >>> (slot & 31)) & 1) === 1;
  }

  #order(base: number, id: number): boolean {
    const state = this.#frames[base + stateAt] ?? 0;
    const next = this.#machine.next(state, id);
    if (next === impossible || (next !== state && this.#isStillNeeded(base, state))) return false;
    this.#draftOf(base);
    this.#settle(id, true);
    this.#draft[stateAt] = next;
    return true;
  }

  #dismiss(base: number): true {
    this.#draftOf(base);
    this.#settle(this.#frames[base + eAt] ?? 0, false);
    return true;
  }

  /** Whether an operation that is not called yet needs this state, which never comes back. */
  #isStillNeeded(base: number, state: number): boolean {
    const end = this.#partition.return[this.#frames[base + eAt] ?? 0] ?? 0;
    return this.#machine.neededUntil(state) > end && this.#machine.isUnique(state);
  }

  #draftOf(base: number): void {
    for (let i = 0; i < this.#stride; i++) this.#draft[i] = this.#frames[base + i] ?? 0;
  }

  /** Marks the operation; `happened` adds it to the witness. */
  #settle(id: number, happened: boolean): void {
    const draft = this.#draft;
    const slot = this.#partition.slots[id] ?? 0;
    const word = headLength + (slot >>> 5);
    if (slot !== -1) draft[word] = (draft[word] ?? 0) | (1 << (slot & 31));
    if (!happened) return;
    const length = draft[witnessAt] ?? 0;
    if (length === this.#witness.length) this.#witness = grown(this.#witness);
    this.#witness[length] = id;
    this.#furthest.part(length);
    draft[witnessAt] = length + 1;
  }

  /** Pushes the draft as a frame; false when it was met before or leads nowhere. */
  #enter(): boolean {
    const draft = this.#draft;
    this.#passReturns();
    const e = draft[eAt] ?? 0;
    const state = draft[stateAt] ?? 0;
    if (e > this.#furthest.e) {
      this.#furthest.keep(e, draft, this.#witness, draft[witnessAt] ?? 0);
    }
    if (e === this.#partition.completed) return true;
    if (!this.#machine.isAdmitted(state)) return false;
    const base = this.#depth * this.#stride;
    if (base + this.#stride > this.#frames.length) this.#frames = grown(this.#frames);
    for (let i = 0; i < this.#stride; i++) this.#frames[base + i] = draft[i] ?? 0;
    this.#lookAt(base);
    if (this.#machine.findsObservers) this.#machine.checkObservers(this);
    if (this.#machine.hasLimits) {
      const progress = this.#machine.progress(state);
      if (!this.#limits.isInTime(this.#partition, this, progress)) return false;
    }
    this.#key[0] = e;
    this.#key[1] = state;
    for (let i = headLength; i < this.#stride; i++) this.#key[i - headLength + 2] = draft[i] ?? 0;
    if (!this.#memo.add(this.#key, 0)) return false;
    this.#frames[base + cursorAt] = untried;
    this.#frames[base + choicesAt] = this.#choices.length;
    this.#depth++;
    return true;
  }

  /** Orders what can go without a choice, and goes on to the first return that is not settled. */
  #passReturns(): void {
    const { completed, slots } = this.#partition;
    const draft = this.#draft;
    for (let e = draft[eAt] ?? 0; e < completed; e++) {
      draft[eAt] = e;
      do this.#orderObservers(e);
      while (this.#machine.hasBlind && this.#orderBlind(e));
      if (!this.#isMarked(draft, 0, e)) return;
      const slot = slots[e] ?? 0;
      const word = headLength + (slot >>> 5);
      draft[word] = (draft[word] ?? 0) & ~(1 << (slot & 31));
    }
    draft[eAt] = completed;
  }

  #orderObservers(e: number): void {
    const { from, underWay, isObserver } = this.#partition;
    const machine = this.#machine;
    const state = this.#draft[stateAt] ?? 0;
    const end = from[e + 1] ?? 0;
    for (let i = from[e] ?? 0; i < end; i++) {
      const id = underWay[i] ?? 0;
      if (isObserver[id] === 0) continue;
      if (this.#isMarked(this.#draft, 0, id)) continue;
      if (machine.next(state, id) === state) this.#settle(id, true);
    }
  }

  /** Orders one blind operation that nobody can tell from having gone later; false if there is none. */
  #orderBlind(e: number): boolean {
    const { from, underWay } = this.#partition;
    const machine = this.#machine;
    const state = this.#draft[stateAt] ?? 0;
    const now = this.#partition.return[e] ?? 0;
    if (machine.neededUntil(state) > now) return false;
    const end = from[e + 1] ?? 0;
    for (let i = from[e] ?? 0; i < end; i++) {
      const id = underWay[i] ?? 0;
      if (!machine.isBlind(id) || this.#isMarked(this.#draft, 0, id)) continue;
      const next = machine.next(state, id);
      if (machine.neededUntil(next) > now) continue;
      this.#settle(id, true);
      this.#draft[stateAt] = next;
      return true;
    }
    return false;
  }

  readonly #placeOf = (id: number): number => {
    const place = this.#partition.places[id] ?? 0;
    return this.#places === null ? place : (this.#places[place] ?? 0);
  };
}
