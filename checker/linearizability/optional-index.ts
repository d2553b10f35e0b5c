import { tests } from "../rules.ts";
import { ChoiceList, type Configuration } from "./machine.ts";
import type { Partition } from "./partition.ts";
import { atLeast, TupleSet } from "./tuple-set.ts";

/** Rules of a partition by id, and the anchor (see `RuleMachine`) by state. */
export type LoadedRules = {
  readonly test: Uint8Array;
  readonly when: Int32Array;
  readonly hit: Int32Array;
  readonly miss: Int32Array;
  readonly anchor: Int32Array;
};

type Next = {
  next(state: number, id: number): number;
  isHit(state: number, id: number): boolean;
  isAdmitted(state: number): boolean;
};

const impossible = -1;

/**
 * The optional operations of a partition, by the state that they set, so that a configuration looks only
 * at those on the way to something that a required operation asks for.
 *
 * Why no other is needed: take an order with the fewest optional operations, and in it a run of optional
 * ones before a required one, r, which is open at return e since e is still to come. One whose successor
 * does the same without it can be dropped, so each one in the run sets what the next one tests for, and the
 * last one what r does. So going backwards from the tests of the open required operations meets all of
 * them. If r asks for *another* state than the present one, any that changes the state may serve. An r that
 * is called after return e can be what a run leads to only if the run contains e, an optional operation
 * that returned: so its test is asked for as well. Of operations with the same rule that never return the
 * earliest goes first.
 */
export class OptionalIndex {
  readonly #classes = new TupleSet(5);
  readonly #key = new Int32Array(5);
  #rules: LoadedRules | null = null;
  #count = 0;
  #findAnchor: (second: number) => number = () => -1;
  // By id.
  #classOf = new Int32Array(64);
  #nextMember = new Int32Array(64);
  // By class.
  #firstMember = new Int32Array(64);
  #lastMember = new Int32Array(64);
  #nextBySet = new Int32Array(64);
  #nextByAnchor = new Int32Array(64);
  #isRelevant = new Uint8Array(64);
  #isTaken = new Int32Array(64);
  // By state.
  #bySet = new Int32Array(64);
  #byAnchor = new Int32Array(64);
  #stateAsked = new Int32Array(64);
  #anchorAsked = new Int32Array(64);
  #stamp = 0;
  #anyMayServe = false;
  /** States asked for as they are, anchors as -1 - anchor. */
  readonly #asked = new ChoiceList();
  readonly #found = new ChoiceList();

  /** How many states and second fields the last call of `candidates` went back to. */
  get looked(): number {
    return this.#count === 0 ? 0 : this.#asked.length;
  }

  get bytes(): number {
    return 4 * (8 * this.#classOf.length + 4 * this.#bySet.length) + this.#classes.bytes;
  }

  load(
    partition: Partition,
    rules: LoadedRules,
    states: number,
    findAnchor: (second: number) => number,
  ): void {
    this.#rules = rules;
    this.#findAnchor = findAnchor;
    this.#classes.clear();
    this.#resize(partition.count, states);
    this.#bySet.fill(-1, 0, states);
    this.#byAnchor.fill(-1, 0, states);
    this.#stateAsked.fill(0, 0, states);
    this.#anchorAsked.fill(0, 0, states);
    this.#stamp = 0;
    const { completed, count, isOptional, isObserver } = partition;
    for (let id = 0; id < count; id++) {
      this.#classOf[id] = -1;
      if (isOptional[id] === 1 && isObserver[id] === 0) this.#add(id, id < completed ? id + 1 : 0);
    }
    this.#count = this.#classes.size;
    if (this.#count > 0) this.#findRelevant(partition);
  }

  /** False for an open operation that no required one can ever want. */
  isRelevant(id: number): boolean {
    const own = this.#classOf[id] ?? -1;
    return own !== -1 && this.#isRelevant[own] === 1;
  }

  /** Optional operations that may go next. The list is used again at the next call. */
  candidates(machine: Next, partition: Partition, configuration: Configuration): ChoiceList {
    const found = this.#found;
    found.length = 0;
    if (this.#count === 0) return found;
    const { e, state } = configuration;
    const { from, underWay, isOptional } = partition;
    const { test, when, hit, miss } = this.#rules as LoadedRules;
    this.#begin();
    const end = from[e + 1] ?? 0;
    for (let i = from[e] ?? 0; i < end; i++) {
      const id = underWay[i] ?? 0;
      if (test[id] === tests.none || (id !== e && isOptional[id] === 1)) continue;
      if (configuration.isSettled(id)) continue;
      if (isOptional[id] === 1) {
        if (!machine.isHit(state, id)) this.#ask(test[id] ?? 0, when[id] ?? 0);
        continue;
      }
      const isHit = machine.isHit(state, id);
      const wantsOther = hit[id] === impossible || (hit[id] ?? 0) >= 0;
      if (miss[id] !== impossible && wantsOther && isHit) {
        this.#takeAll(machine, partition, configuration);
        return found;
      }
      if (!isHit && hit[id] !== impossible) this.#ask(test[id] ?? 0, when[id] ?? 0);
    }
    for (let i = 0; i < this.#asked.length; i++) {
      const asked = this.#asked.ids[i] ?? 0;
      const chain = asked >= 0 ? this.#nextBySet : this.#nextByAnchor;
      let own = (asked >= 0 ? this.#bySet[asked] : this.#byAnchor[-1 - asked]) ?? -1;
      for (; own !== -1; own = chain[own] ?? -1) {
        const id = this.#earliest(own, partition, configuration);
        if (id === -1 || this.#take(own, id, machine, state)) continue;
        this.#ask(test[id] ?? 0, when[id] ?? 0);
      }
    }
    return found;
  }

  #begin(): void {
    this.#stamp++;
    this.#asked.length = 0;
  }

  #ask(test: number, when: number): void {
    if (test === tests.state) {
      if (this.#stateAsked[when] === this.#stamp) return;
      this.#stateAsked[when] = this.#stamp;
      this.#asked.push(when);
    } else if (test === tests.second) {
      const anchor = this.#findAnchor(when);
      if (anchor === -1 || this.#anchorAsked[anchor] === this.#stamp) return;
      this.#anchorAsked[anchor] = this.#stamp;
      this.#asked.push(-1 - anchor);
    }
  }

  /** False when it cannot go in this state, or changes nothing. */
  #take(own: number, id: number, machine: Next, state: number): boolean {
    const next = machine.next(state, id);
    if (next === impossible || next === state) return false;
    if (this.#isTaken[own] !== this.#stamp && machine.isAdmitted(next)) this.#found.push(id);
    this.#isTaken[own] = this.#stamp;
    return true;
  }

  #takeAll(machine: Next, partition: Partition, configuration: Configuration): void {
    for (let own = 0; own < this.#count; own++) {
      const id = this.#earliest(own, partition, configuration);
      if (id !== -1) this.#take(own, id, machine, configuration.state);
    }
  }

  /** The first of a class that was called and is not ordered yet, or -1. */
  #earliest(own: number, partition: Partition, configuration: Configuration): number {
    const { completed, openBefore, call } = partition;
    const { e } = configuration;
    const openEnd = completed + (openBefore[e] ?? 0);
    for (let id = this.#firstMember[own] ?? -1; id !== -1; id = this.#nextMember[id] ?? -1) {
      if (id >= openEnd) return -1;
      if (id < completed && (id < e || (call[id] ?? 0) > (partition.return[e] ?? 0))) return -1;
      if (!configuration.isSettled(id)) return id;
    }
    return -1;
  }

  #add(id: number, alone: number): void {
    const { test, when, hit, miss, anchor } = this.#rules as LoadedRules;
    this.#key[0] = test[id] ?? 0;
    this.#key[1] = when[id] ?? 0;
    this.#key[2] = hit[id] ?? 0;
    this.#key[3] = miss[id] ?? 0;
    this.#key[4] = alone;
    const before = this.#classes.size;
    const own = this.#classes.intern(this.#key, 0);
    this.#classOf[id] = own;
    this.#nextMember[id] = -1;
    if (own < before) {
      this.#nextMember[this.#lastMember[own] ?? 0] = id;
      this.#lastMember[own] = id;
      return;
    }
    this.#firstMember[own] = id;
    this.#lastMember[own] = id;
    this.#isRelevant[own] = 0;
    this.#isTaken[own] = 0;
    const set = Math.max(hit[id] ?? 0, miss[id] ?? 0);
    this.#nextBySet[own] = this.#bySet[set] ?? -1;
    this.#bySet[set] = own;
    const group = anchor[set] ?? 0;
    this.#nextByAnchor[own] = this.#byAnchor[group] ?? -1;
    this.#byAnchor[group] = own;
  }

  /** Goes backwards from what all required operations together ask for. */
  #findRelevant(partition: Partition): void {
    const { test, when, hit, miss } = this.#rules as LoadedRules;
    this.#begin();
    this.#anyMayServe = false;
    for (let id = 0; id < partition.completed; id++) {
      if (partition.isOptional[id] === 1 || test[id] === tests.none) continue;
      const wantsOther = hit[id] === impossible || (hit[id] ?? 0) >= 0;
      if (miss[id] !== impossible && wantsOther) this.#anyMayServe = true;
      this.#ask(test[id] ?? 0, when[id] ?? 0);
    }
    if (this.#anyMayServe) {
      this.#isRelevant.fill(1, 0, this.#count);
      return;
    }
    for (let i = 0; i < this.#asked.length; i++) {
      const asked = this.#asked.ids[i] ?? 0;
      const chain = asked >= 0 ? this.#nextBySet : this.#nextByAnchor;
      let own = (asked >= 0 ? this.#bySet[asked] : this.#byAnchor[-1 - asked]) ?? -1;
      for (; own !== -1; own = chain[own] ?? -1) {
        this.#isRelevant[own] = 1;
        const id = this.#firstMember[own] ?? 0;
        this.#ask(test[id] ?? 0, when[id] ?? 0);
      }
    }
  }

  #resize(operations: number, states: number): void {
    this.#classOf = atLeast(this.#classOf, operations);
    this.#nextMember = atLeast(this.#nextMember, operations);
    this.#firstMember = atLeast(this.#firstMember, operations);
    this.#lastMember = atLeast(this.#lastMember, operations);
    this.#nextBySet = atLeast(this.#nextBySet, operations);
    this.#nextByAnchor = atLeast(this.#nextByAnchor, operations);
    this.#isTaken = atLeast(this.#isTaken, operations);
    if (operations > this.#isRelevant.length) this.#isRelevant = new Uint8Array(2 * operations);
    this.#bySet = atLeast(this.#bySet, states);
    this.#byAnchor = atLeast(this.#byAnchor, states);
    this.#stateAsked = atLeast(this.#stateAsked, states);
    this.#anchorAsked = atLeast(this.#anchorAsked, states);
  }
}
