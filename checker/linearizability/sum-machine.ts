import type { Model } from "../model.ts";
import { type Operations, outcomes } from "../operations.ts";
import { type SumForm, type SumRule, sumKinds } from "../sums.ts";
import {
  type ChoiceList,
  type Configuration,
  impossible,
  type Machine,
  neverHappened,
} from "./machine.ts";
import { OpenAmounts, type Run } from "./open-amounts.ts";
import type { Partition } from "./partition.ts";

const stride = 1 << 12;

/**
 * A model whose state is a sum. Adds commute and are always possible, so more can be left out than of other
 * models; it is enough to find one of the orders with the fewest open adds:
 *
 * - An open add can be moved behind an add that follows it. So all of them are in *runs* that end with a
 *   read, and within a run their order is free, see `OpenAmounts`. A run is a state of its own: nothing but
 *   open adds, and a read of its sum, which ends it, goes there.
 * - Of two equal adds under way the one that returns first goes first if it must happen, or if neither must:
 *   they can change places. So an open add waits for equal ones that are under way.
 * - When a read is due, all that was called and is left must be able to make up the difference.
 *
 * What comes nearest to the sum that is due is tried first, open adds after the others.
 */
export class SumMachine implements Machine {
  readonly first: number = 0;
  /** The sum only grows, or only falls. */
  hasLimits: boolean = false;
  readonly hasBlind: boolean = false;
  shouldStop: () => boolean = () => false;
  readonly findsObservers: boolean = false;
  readonly isMistaken: boolean = false;
  readonly #model: Model;
  readonly #form: SumForm;
  readonly #isLax: boolean;
  #operations: Operations;
  #ruleOf: ReturnType<SumForm["prepare"]>;
  readonly #rule: SumRule = { kind: sumKinds.stay, amount: 0 };
  #partition: Partition | null = null;
  #sign = 1;
  // By id.
  #kinds = new Uint8Array(64);
  #amounts = new Float64Array(64);
  readonly #open = new OpenAmounts();
  /** Of the sums, and of those within a run. */
  readonly #plain = new Map<number, number>();
  readonly #within = new Map<Run, Map<number, number>>();
  // By state.
  readonly #sums: number[] = [];
  readonly #runs: (Run | null)[] = [];
  /** By sum: the latest call of a read of it. */
  readonly #needed = new Map<number, number>();
  readonly #around = new Around();
  readonly #found: { readonly id: number; readonly distance: number }[] = [];

  constructor(model: Model, form: SumForm, operations: Operations) {
    this.#model = model;
    this.#form = form;
    this.#isLax = model.maybeIsEvaluated !== true;
    this.#operations = operations;
    this.#ruleOf = form.prepare(operations);
  }

  /** Goes over to another history. */
  turnTo(operations: Operations): void {
    this.#operations = operations;
    this.#ruleOf = this.#form.prepare(operations);
  }

  get bytes(): number {
    return 9 * this.#kinds.length + 64 * this.#sums.length + this.#open.bytes;
  }

  load(partition: Partition, rows: Int32Array, shouldStop: () => boolean): boolean {
    this.#partition = partition;
    const { count } = partition;
    if (count > this.#kinds.length) {
      this.#kinds = new Uint8Array(2 * count);
      this.#amounts = new Float64Array(2 * count);
    }
    for (const each of [this.#plain, this.#within, this.#needed]) each.clear();
    this.#sums.length = 0;
    this.#runs.length = 0;
    this.#intern(0, null);
    let [least, most] = [0, 0];
    for (let id = 0; id < count; id++) {
      this.#loadRule(partition, id, rows[partition.places[id] ?? 0] ?? 0);
      const added = this.#added(id);
      least = Math.min(least, added);
      most = Math.max(most, added);
      if (id % stride === stride - 1 && shouldStop()) return false;
    }
    this.hasLimits = least === 0 || most === 0;
    this.#sign = least < 0 ? -1 : 1;
    this.#open.load(partition, (id) => this.#added(id));
    return !shouldStop();
  }

  next(state: number, id: number): number {
    const sum = this.#sums[state] ?? 0;
    const run = this.#runs[state] ?? null;
    const amount = this.#amounts[id] ?? 0;
    if (this.#kinds[id] === sumKinds.stay) return state;
    if (this.#kinds[id] === sumKinds.see) {
      if (sum !== amount) return impossible;
      return run === null ? state : this.#intern(sum, null);
    }
    const group = this.#open.groupOf(id);
    if (group === -1) return run === null ? this.#intern(sum + amount, null) : impossible;
    const longer = this.#open.longer(run, group);
    return longer === null ? impossible : this.#intern(sum + amount, longer);
  }

  isAdmitted(): boolean {
    return true;
  }

  progress(state: number): number {
    return this.hasLimits ? (this.#sums[state] ?? 0) * this.#sign : 0;
  }

  limit(id: number): number {
    return this.#kinds[id] === sumKinds.see ? (this.#amounts[id] ?? 0) * this.#sign : Infinity;
  }

  neededUntil(state: number): number {
    if (!this.hasLimits || this.#runs[state] !== null) return -Infinity;
    return this.#needed.get(this.#sums[state] ?? 0) ?? -Infinity;
  }

  isUnique(): boolean {
    return this.hasLimits;
  }

  isBlind(): boolean {
    return false;
  }

  checkObservers(): void {}

  describe(order: Int32Array): string {
    return this.#model.describeState(order.reduce((sum, id) => sum + this.#added(id), 0));
  }

  choices(configuration: Configuration, out: ChoiceList): number {
    const { e, state } = configuration;
    const partition = this.#partition as Partition;
    const sum = this.#sums[state] ?? 0;
    const run = this.#runs[state] ?? null;
    const around = this.#around;
    around.look(partition, configuration, this.#kinds, this.#amounts);
    const reader = run === null ? -1 : around.readerOf(sum);
    if (reader !== -1) {
      if (reader !== e) out.push(reader);
      return around.looks;
    }
    if (run === null && partition.isOptional[e] === 1) out.push(neverHappened);
    const first = run?.last ?? 0;
    this.#open.lookAt(partition, configuration, first);
    const missing = around.due === null ? 0 : around.due - sum;
    const least = this.#open.leastFrom(first) + (run === null ? around.least : 0);
    const most = this.#open.mostFrom(first) + (run === null ? around.most : 0);
    const looks = around.looks + this.#open.count;
    if (run === null && (missing < least || missing > most)) return looks;
    for (const id of run === null ? around.adds : []) this.#find(id, sum);
    this.#write(out);
    for (let group = first; group < this.#open.count; group++) this.#tryGroup(group, sum, run);
    this.#write(out);
    return looks;
  }

  #find(id: number, sum: number): void {
    const distance = this.#around.distance(sum + (this.#amounts[id] ?? 0));
    this.#found.push({ id, distance });
  }

  #write(out: ChoiceList): void {
    this.#found.sort((a, b) => a.distance - b.distance);
    for (const { id } of this.#found) out.push(id);
    this.#found.length = 0;
  }

  /** The next one of a group goes if a read under way can still come at the end of the run. */
  #tryGroup(group: number, sum: number, run: Run | null): void {
    const id = this.#open.nextOf(group);
    const amount = this.#open.amountOf(group);
    if (id === -1 || this.#around.isUnderWay(amount)) return;
    const least = this.#open.leastFrom(group) - Math.min(0, amount);
    const most = this.#open.mostFrom(group) - Math.max(0, amount);
    const next = sum + amount;
    const isOf = (wanted: number): boolean => wanted - next >= least && wanted - next <= most;
    if (!this.#around.wanted.some(isOf) || this.#open.longer(run, group) === null) return;
    this.#find(id, sum);
  }

  #added(id: number): number {
    return this.#kinds[id] === sumKinds.add ? (this.#amounts[id] ?? 0) : 0;
  }

  #intern(sum: number, run: Run | null): number {
    let ids = run === null ? this.#plain : this.#within.get(run);
    if (ids === undefined) {
      ids = new Map();
      if (run !== null) this.#within.set(run, ids);
    }
    let id = ids.get(sum);
    if (id === undefined) {
      id = this.#sums.length;
      ids.set(sum, id);
      this.#sums.push(sum);
      this.#runs.push(run);
    }
    return id;
  }

  #loadRule(partition: Partition, id: number, row: number): void {
    const rule = this.#rule;
    this.#ruleOf(row, rule);
    const { kind, amount } = rule;
    const outcome = this.#operations.outcome[row];
    const isOpen = outcome === outcomes.open;
    // To add nothing is to do nothing.
    const isObserver = kind !== sumKinds.add || amount === 0;
    this.#kinds[id] = kind === sumKinds.add && amount === 0 ? sumKinds.stay : kind;
    this.#amounts[id] = amount;
    partition.isOptional[id] = isOpen || (outcome === outcomes.maybe && this.#isLax) ? 1 : 0;
    partition.isObserver[id] = isObserver ? 1 : 0;
    if (isOpen && isObserver) partition.isSlotless[id] = 1;
    if (kind !== sumKinds.see) return;
    const call = partition.call[id] ?? 0;
    this.#needed.set(amount, Math.max(this.#needed.get(amount) ?? 0, call));
  }
}

/** What is under way and not settled in a configuration. */
class Around {
  looks = 0;
  /** What the due operation, a read, saw; null for another one. */
  due: number | null = null;
  /** What reads saw. */
  readonly wanted: number[] = [];
  /** Adds that may go now, the due one left out: of equal ones only the first. */
  readonly adds: number[] = [];
  /** What all adds come to at least, and at most. */
  least = 0;
  most = 0;
  readonly #readers: number[] = [];
  readonly #required = new Set<number>();
  readonly #optional = new Set<number>();

  look(
    { from, underWay, isOptional }: Partition,
    configuration: Configuration,
    kinds: Uint8Array,
    amounts: Float64Array,
  ): void {
    const { e } = configuration;
    const [start = 0, end = 0] = [from[e], from[e + 1]];
    for (const list of [this.wanted, this.adds, this.#readers]) list.length = 0;
    for (const set of [this.#required, this.#optional]) set.clear();
    [this.least, this.most, this.looks, this.due] = [0, 0, end - start, null];
    for (let i = start; i < end; i++) {
      const id = underWay[i] ?? 0;
      if (configuration.isSettled(id)) continue;
      const amount = amounts[id] ?? 0;
      if (kinds[id] === sumKinds.see) {
        this.#readers.push(id);
        this.wanted.push(amount);
        if (id === e) this.due = amount;
      } else if (kinds[id] === sumKinds.add) {
        this.least += Math.min(0, amount);
        this.most += Math.max(0, amount);
        const equal = isOptional[id] === 1 ? this.#optional : this.#required;
        const isLater = this.#required.has(amount) || equal.has(amount);
        if (id !== e && !isLater) this.adds.push(id);
        equal.add(amount);
      }
    }
  }

  /** A read of this sum, or -1. */
  readerOf(sum: number): number {
    return this.#readers[this.wanted.indexOf(sum)] ?? -1;
  }

  isUnderWay(amount: number): boolean {
    return this.#required.has(amount) || this.#optional.has(amount);
  }

  /** How far a sum is from the one that is due, or from the nearest one that is wanted. */
  distance(sum: number): number {
    if (this.due !== null) return Math.abs(this.due - sum);
    return this.wanted.reduce((least, wanted) => Math.min(least, Math.abs(wanted - sum)), Infinity);
  }
}
