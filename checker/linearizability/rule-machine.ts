import type { Model } from "../model.ts";
import { type Operations, outcomes } from "../operations.ts";
import { effects, emptyRule, type Rule, type RuleForm, tests } from "../rules.ts";
import {
  type ChoiceList,
  type Configuration,
  impossible,
  type Machine,
  neverHappened,
} from "./machine.ts";
import { OptionalIndex } from "./optional-index.ts";
import type { Partition } from "./partition.ts";
import { atLeast, TupleSet } from "./tuple-set.ts";

/** In `#hit` and `#miss`: the state stays what it is. */
const stay = -2;
/** In `#when`: no state passes the test. */
const noState = -3;
/** First field of "a state of which nothing but the second field is ever asked". */
const anyA = -0x8000_0000;
const stride = 1 << 12;

/**
 * A model in the form of rules. Only states that some operation of the partition asks for are told apart;
 * all others with the same second field are one state. That is exact: no operation can tell them apart,
 * neither now nor after the same operations were ordered on both.
 */
export class RuleMachine implements Machine {
  readonly hasLimits: boolean;
  shouldStop: () => boolean = () => false;
  readonly findsObservers: boolean = false;
  readonly isMistaken: boolean = false;
  first: number = 0;
  hasBlind: boolean = false;
  readonly #form: RuleForm;
  #operations: Operations;
  #ruleOf: RuleOf;
  readonly #isLax: boolean;
  readonly #rule: Rule = emptyRule();
  readonly #pair = new Int32Array(2);
  readonly #states = new TupleSet(2);
  #partition: Partition | null = null;
  #rows: Int32Array = new Int32Array(0);
  readonly #index = new OptionalIndex();
  // By id.
  #test = new Uint8Array(64);
  #when = new Int32Array(64);
  #hit = new Int32Array(64);
  #miss = new Int32Array(64);
  // By state.
  #second = new Int32Array(64);
  #setters = new Int32Array(64);
  #needed = new Float64Array(64);
  /** Of the anchor of a second field: the one state with that field which there can be, or -1. */
  #fixed = new Int32Array(64);
  #anchor = new Int32Array(64);

  constructor(form: RuleForm, operations: Operations, ruleOf: RuleOf, isLax: boolean) {
    this.#form = form;
    this.#operations = operations;
    this.#ruleOf = ruleOf;
    this.#isLax = isLax;
    this.hasLimits = form.rises;
  }

  /** Goes over to another history. */
  turnTo(operations: Operations, ruleOf: RuleOf): void {
    this.#operations = operations;
    this.#ruleOf = ruleOf;
  }

  get bytes(): number {
    return (
      21 * this.#when.length + 24 * this.#second.length + this.#states.bytes + this.#index.bytes
    );
  }

  load(partition: Partition, rows: Int32Array, shouldStop: () => boolean): boolean {
    this.#partition = partition;
    this.#rows = rows;
    const { count } = partition;
    if (count > this.#when.length) this.#resize(Math.max(count, 2 * this.#when.length));
    this.#states.clear();
    for (let id = 0; id < count; id++) {
      this.#loadTest(partition, id);
      if (id % stride === stride - 1 && shouldStop()) return false;
    }
    this.first = this.#stateOf(0, 0);
    for (let id = 0; id < count; id++) {
      this.#loadEffect(id);
      if (id % stride === stride - 1 && shouldStop()) return false;
    }
    this.#loadStates(partition);
    if (shouldStop()) return false;
    this.#indexOptional(partition);
    return true;
  }

  next(state: number, id: number): number {
    const next = (this.isHit(state, id) ? this.#hit[id] : this.#miss[id]) ?? 0;
    return next === stay ? state : next;
  }

  /** Whether the state passes the operation's test. */
  isHit(state: number, id: number): boolean {
    const when = this.#when[id];
    const test = this.#test[id];
    if (test === tests.state) return state === when;
    const second = this.#second[state] ?? 0;
    return second === when || (second === 0 && test === tests.secondOrZero);
  }

  isAdmitted(state: number): boolean {
    if (!this.hasLimits) return true;
    const fixed = this.#fixed[this.#anchor[state] ?? 0] ?? -1;
    return fixed === -1 || fixed === state;
  }

  progress(state: number): number {
    return this.#second[state] ?? 0;
  }

  limit(id: number): number {
    const isPickier = this.#miss[id] === impossible && this.#test[id] !== tests.secondOrZero;
    if (!isPickier || this.#partition?.isOptional[id] === 1) return Infinity;
    const when = this.#when[id] ?? 0;
    return this.#test[id] === tests.state ? (this.#second[when] ?? 0) : when;
  }

  neededUntil(state: number): number {
    return this.#needed[state] ?? -Infinity;
  }

  isUnique(state: number): boolean {
    return (this.#setters[state] ?? 0) <= 1;
  }

  isBlind(id: number): boolean {
    return (
      this.hasBlind &&
      this.#test[id] === tests.none &&
      (this.#miss[id] ?? 0) >= 0 &&
      this.#partition?.isOptional[id] === 0
    );
  }

  /**
   * Of the optional operations only those on the way to what a required one asks for, see `OptionalIndex`.
   */
  choices(configuration: Configuration, out: ChoiceList): number {
    const partition = this.#partition as Partition;
    const { e, state } = configuration;
    const { from, underWay, isOptional } = partition;
    const start = out.length;
    const isStuck = isOptional[e] === 0 && this.next(state, e) === impossible;
    const end = from[e + 1] ?? 0;
    if (isStuck) {
      for (let i = (from[e] ?? 0) + 1; i < end; i++) {
        const id = underWay[i] ?? 0;
        if (this.#isChoice(configuration, id) && this.#enables(state, id, e)) out.push(id);
      }
    }
    const optional = this.#index.candidates(this, partition, configuration);
    if (isStuck) {
      for (let i = 0; i < optional.length; i++) {
        const id = optional.ids[i] ?? 0;
        if (this.#enables(state, id, e)) out.push(id);
      }
    } else if (isOptional[e] === 1) out.push(neverHappened);
    const enablersEnd = out.length;
    for (let i = (from[e] ?? 0) + 1; i < end; i++) {
      const id = underWay[i] ?? 0;
      if (this.#isChoice(configuration, id) && !isAmong(out, start, enablersEnd, id)) out.push(id);
    }
    for (let i = 0; i < optional.length; i++) {
      const id = optional.ids[i] ?? 0;
      if (id !== e && !isAmong(out, start, enablersEnd, id)) out.push(id);
    }
    return end - (from[e] ?? 0) + this.#index.looked;
  }

  checkObservers(): void {}

  describe(order: Int32Array): string {
    const rule = this.#rule;
    let a = 0;
    let b = 0;
    for (const id of order) {
      this.#ruleOf(this.#rowOf(id), rule);
      const isHit =
        (rule.test === tests.state && rule.a === a && rule.b === b) ||
        (rule.test === tests.second && rule.b === b) ||
        (rule.test === tests.secondOrZero && (rule.b === b || b === 0));
      if ((isHit ? rule.onHit : rule.onMiss) !== effects.set) continue;
      a = rule.setA;
      b = rule.setB;
    }
    return this.#form.describe(this.#operations, a, b);
  }

  /** A required operation that can go now. */
  #isChoice(configuration: Configuration, id: number): boolean {
    return (
      this.#partition?.isOptional[id] === 0 &&
      this.next(configuration.state, id) !== impossible &&
      !configuration.isSettled(id)
    );
  }

  #enables(state: number, id: number, due: number): boolean {
    const next = this.next(state, id);
    return next !== state && this.next(next, due) !== impossible;
  }

  #rowOf(id: number): number {
    return this.#rows[this.#partition?.places[id] ?? 0] ?? 0;
  }

  #loadTest(partition: Partition, id: number): void {
    const rule = this.#rule;
    const row = this.#rowOf(id);
    this.#ruleOf(row, rule);
    const outcome = this.#operations.outcome[row];
    const isOptional =
      outcome === outcomes.open || (outcome === outcomes.maybe && this.#isLax) ? 1 : 0;
    const hasTest = rule.test !== tests.none;
    const mayHit = hasTest && rule.onHit === effects.set;
    partition.isOptional[id] = isOptional;
    partition.isObserver[id] = mayHit || rule.onMiss === effects.set ? 0 : 1;
    this.#test[id] = rule.test;
    if (!hasTest) this.#when[id] = noState;
    else if (rule.test === tests.state) this.#when[id] = this.#intern(rule.a, rule.b);
    else this.#when[id] = rule.b;
  }

  #loadEffect(id: number): void {
    const rule = this.#rule;
    this.#ruleOf(this.#rowOf(id), rule);
    const onHit = rule.test === tests.none ? rule.onMiss : rule.onHit;
    const isSet = onHit === effects.set || rule.onMiss === effects.set;
    const set = isSet ? this.#stateOf(rule.setA, rule.setB) : 0;
    this.#hit[id] = onHit === effects.set ? set : onHit === effects.stay ? stay : impossible;
    this.#miss[id] =
      rule.onMiss === effects.set ? set : rule.onMiss === effects.stay ? stay : impossible;
  }

  #intern(a: number, b: number): number {
    this.#pair[0] = a;
    this.#pair[1] = b;
    return this.#states.intern(this.#pair, 0);
  }

  /** The state itself if some test asks for it, else the one for all of which nobody does. */
  #stateOf(a: number, b: number): number {
    this.#pair[0] = a;
    this.#pair[1] = b;
    const known = this.#states.find(this.#pair, 0);
    return known === -1 ? this.#intern(anyA, b) : known;
  }

  /** What the operations together say of each state. */
  #loadStates(partition: Partition): void {
    if (this.hasLimits) {
      for (let state = 0; state < this.#states.size; state++) {
        this.#intern(anyA, this.#states.at(state, 1));
      }
    }
    const { size } = this.#states;
    if (size > this.#second.length) this.#resizeStates(2 * size);
    for (let state = 0; state < size; state++) {
      this.#second[state] = this.#states.at(state, 1);
      this.#setters[state] = 0;
      this.#needed[state] = -Infinity;
      this.#fixed[state] = -1;
      if (this.hasLimits) this.#anchor[state] = this.#intern(anyA, this.#second[state] ?? 0);
    }
    this.#setters[this.first] = 1;
    this.hasBlind = true;
    for (let id = 0; id < partition.count; id++) this.#loadDemands(partition, id);
  }

  #loadDemands(partition: Partition, id: number): void {
    const hit = this.#hit[id] ?? 0;
    const miss = this.#miss[id] ?? 0;
    const when = this.#when[id] ?? 0;
    const made = hit >= 0 ? hit : miss;
    if (made >= 0) this.#setters[made] = (this.#setters[made] ?? 0) + 1;
    // A test of an operation that changes the state, or for another state than one.
    if (when !== noState && (hit >= 0 || hit === impossible)) this.hasBlind = false;
    if (partition.isOptional[id] === 1 || miss !== impossible) return;
    if (this.#test[id] === tests.state && hit !== impossible) {
      this.#needed[when] = Math.max(this.#needed[when] ?? 0, partition.call[id] ?? 0);
      this.#fixed[this.#anchor[when] ?? 0] = when;
    }
    if (hit >= 0) this.#fixed[this.#anchor[hit] ?? 0] = hit;
  }

  #indexOptional(partition: Partition): void {
    const { isSlotless, completed, count } = partition;
    const [test, when, hit, miss] = [this.#test, this.#when, this.#hit, this.#miss];
    const rules = { test, when, hit, miss, anchor: this.#anchor };
    this.#index.load(partition, rules, this.#states.size, (second) => {
      this.#pair[0] = anyA;
      this.#pair[1] = second;
      return this.#states.find(this.#pair, 0);
    });
    for (let id = completed; id < count; id++) {
      // What rises takes effect once at most by itself.
      if (this.hasLimits || !this.#index.isRelevant(id)) isSlotless[id] = 1;
    }
  }

  #resize(length: number): void {
    this.#test = new Uint8Array(length);
    this.#when = atLeast(this.#when, length);
    this.#hit = atLeast(this.#hit, length);
    this.#miss = atLeast(this.#miss, length);
  }

  #resizeStates(length: number): void {
    this.#second = atLeast(this.#second, length);
    this.#setters = atLeast(this.#setters, length);
    this.#needed = new Float64Array(length);
    this.#fixed = atLeast(this.#fixed, length);
    this.#anchor = atLeast(this.#anchor, length);
  }
}

function isAmong(list: ChoiceList, start: number, end: number, id: number): boolean {
  for (let i = start; i < end; i++) if (list.ids[i] === id) return true;
  return false;
}

type RuleOf = NonNullable<ReturnType<RuleForm["prepare"]>>;

/** Of each history: that takes a look at every row, and a history may have thousands of partitions. */
const prepared = new WeakMap<Operations, Map<RuleForm, RuleOf | null>>();

/** The rules of a history; null when the model, or an operation of the history, has none. */
export function rulesOf({ rules }: Model, operations: Operations): RuleOf | null {
  if (rules === undefined) return null;
  let known = prepared.get(operations);
  if (known === undefined) {
    known = new Map();
    prepared.set(operations, known);
  }
  let ruleOf = known.get(rules);
  if (ruleOf === undefined) {
    ruleOf = rules.prepare(operations);
    known.set(rules, ruleOf);
  }
  return ruleOf;
}

export function machineOfRules(model: Model, operations: Operations): RuleMachine | null {
  const ruleOf = rulesOf(model, operations);
  if (ruleOf === null || model.rules === undefined) return null;
  return new RuleMachine(model.rules, operations, ruleOf, model.maybeIsEvaluated !== true);
}
