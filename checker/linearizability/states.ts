import { canonicalJson } from "../json.ts";
import type { LookAhead, Model, Operation } from "../model.ts";
import { enablesAny, listChoices } from "./choices.ts";
import {
  type ChoiceList,
  type Configuration,
  impossible,
  type Machine,
  stopSignal,
} from "./machine.ts";
import type { Partition } from "./partition.ts";
import { TransitionMemo, unknownTransition } from "./transition-memo.ts";
import { atLeast } from "./tuple-set.ts";
import { watched } from "./watched.ts";

const stride = 1 << 12;
/** Calls of `step` between two questions whether to stop: it may be slow. */
const callsUnasked = 4;
const noStop = (): boolean => false;

/** The operation of a row as the model wants it. */
export type OperationOf = (row: number) => Operation;

/**
 * A model of TypeScript functions: states are interned by the model's `key`, `step` is called once for each
 * state and operation.
 *
 * A model that does not say which operations are observers has them found: the completed operations of one
 * `f` and outcome are taken for observers until one of them changes a state; then the search begins again
 * without the mistake. No verdict rests on one: if an order has such an operation o at a place where it
 * changes the state s, the search, which may have ordered o before, comes to s by the same other steps,
 * all of them called before o returned; and in every configuration it tries all that could go there.
 */
export class StateMachine implements Machine {
  readonly first: number = 0;
  shouldStop: () => boolean = noStop;
  hasLimits: boolean = false;
  hasBlind: boolean = false;
  isMistaken: boolean = false;
  readonly #model: Model;
  readonly #operationOf: OperationOf;
  readonly findsObservers: boolean;
  /** `f` and outcome of operations that were seen to change a state. */
  readonly #mutations = new Set<string>();
  /** Whether `step` looked at who called an operation or when: then no two are alike. */
  #seesCaller = false;
  readonly #memo = new TransitionMemo();
  #partition: Partition | null = null;
  #list: Operation[] = [];
  #twin = new Int32Array(64);
  /** The latest call of a required operation that is no observer and returned before return e; -1 for none. */
  #latestCall = new Int32Array(64);
  #calls = 0;
  #lookAhead: LookAhead<unknown> | undefined;
  #ids = new Map<string | number, number>();
  #states: unknown[] = [];
  #neededUntil: number[] = [];
  #wanted: boolean[] = [];

  constructor(model: Model, operationOf: OperationOf) {
    this.#model = model;
    this.#operationOf = operationOf;
    this.findsObservers = model.findsObservers === true;
  }

  /** States of a model take what they take; this is a guess of 64 bytes each. */
  get bytes(): number {
    return this.#memo.bytes + 64 * this.#states.length + 128 * this.#list.length;
  }

  load(partition: Partition, rows: Int32Array, shouldStop: () => boolean): boolean {
    this.#partition = partition;
    this.#list.length = 0;
    const isLax = this.#model.maybeIsEvaluated !== true;
    for (let id = 0; id < partition.count; id++) {
      const operation = this.#watch(this.#operationOf(rows[partition.places[id] ?? 0] ?? 0));
      const { outcome } = operation;
      this.#list.push(operation);
      const isOptional = outcome === "open" || (outcome === "maybe" && isLax);
      partition.isOptional[id] = isOptional ? 1 : 0;
      const isObserver = this.#isObserver(operation);
      partition.isObserver[id] = isObserver ? 1 : 0;
      if (isObserver && outcome === "open") partition.isSlotless[id] = 1;
      if (id % stride === stride - 1 && shouldStop()) return false;
    }
    this.#findTwins(partition);
    if (this.findsObservers) this.#findLatestCalls(partition);
    this.#lookAhead = this.#model.lookAhead?.(this.#list);
    this.hasLimits = this.#lookAhead !== undefined;
    this.hasBlind = this.#lookAhead !== undefined;
    this.#forget();
    return !shouldStop();
  }

  next(state: number, id: number): number {
    let next = this.#memo.get(state, id);
    if (next === unknownTransition) {
      next = this.#step(state, id);
      this.#memo.set(state, id, next);
    }
    return next;
  }

  isAdmitted(state: number): boolean {
    return this.#lookAhead === undefined || this.#lookAhead.admits(this.#states[state]);
  }

  progress(state: number): number {
    return this.#lookAhead === undefined ? 0 : this.#lookAhead.progress(this.#states[state]);
  }

  limit(id: number): number {
    const operation = this.#list[id];
    if (this.#lookAhead === undefined || operation === undefined) return Infinity;
    return this.#partition?.isOptional[id] === 1 ? Infinity : this.#lookAhead.limit(operation);
  }

  neededUntil(state: number): number {
    if (this.#lookAhead === undefined) return -Infinity;
    let until = this.#neededUntil[state];
    if (until === undefined) {
      until = this.#lookAhead.neededUntil(this.#states[state]);
      this.#neededUntil[state] = until;
    }
    return until;
  }

  isUnique(state: number): boolean {
    return this.#lookAhead?.isUnique(this.#states[state]) === true;
  }

  isBlind(id: number): boolean {
    const operation = this.#list[id];
    if (this.#lookAhead === undefined || operation === undefined) return false;
    return this.#partition?.isOptional[id] === 0 && this.#lookAhead.isBlind(operation);
  }

  choices(configuration: Configuration, out: ChoiceList): number {
    return listChoices(this, this.#partition as Partition, configuration, out);
  }

  checkObservers(configuration: Configuration): void {
    this.#checkObserversIn(configuration.state, configuration);
  }

  #checkObserversIn(state: number, configuration: Configuration): void {
    const { e } = configuration;
    const {
      from,
      underWay,
      isObserver,
      isOptional,
      call,
      return: ends,
    } = this.#partition as Partition;
    const end = from[e + 1] ?? 0;
    let latestCall = this.#latestCall[e] ?? 0;
    for (let i = from[e] ?? 0; i < end; i++) {
      const id = underWay[i] ?? 0;
      if (isObserver[id] === 1) this.next(state, id);
      else if (isOptional[id] === 0 && configuration.isSettled(id)) {
        latestCall = Math.max(latestCall, call[id] ?? 0);
      }
    }
    for (let id = e - 1; id >= 0 && (ends[id] ?? 0) > latestCall; id--) {
      if (isObserver[id] === 1) this.next(state, id);
    }
  }

  describe(order: Int32Array): string {
    this.shouldStop = noStop;
    let state = this.first;
    for (const id of order) state = this.next(state, id);
    return this.#model.describeState(this.#states[state]);
  }

  isUseful(configuration: Configuration, id: number, next: number): boolean {
    const { state } = configuration;
    if (next === state || !this.isAdmitted(next) || !this.#isWanted(next)) return false;
    for (let other = this.#twin[id] ?? -1; other !== -1; other = this.#twin[other] ?? -1) {
      if (!configuration.isSettled(other) && this.next(state, other) === next) return false;
    }
    // Also those that were ordered: what is no observer after all may need this one.
    if (this.findsObservers) this.#checkObserversIn(next, configuration);
    return enablesAny(this, this.#partition as Partition, configuration, { id, next });
  }

  #isWanted(state: number): boolean {
    let isWanted = this.#wanted[state];
    if (isWanted === undefined) {
      isWanted = this.#lookAhead?.isWanted?.(this.#states[state]) ?? true;
      this.#wanted[state] = isWanted;
    }
    return isWanted;
  }

  #isObserver(operation: Operation): boolean {
    if (!this.findsObservers) return this.#model.isObserver(operation);
    return operation.outcome !== "open" && !this.#mutations.has(kindOf(operation));
  }

  #step(state: number, id: number): number {
    const operation = this.#list[id];
    if (operation === undefined) return impossible;
    if (this.#calls++ % callsUnasked === 0 && this.shouldStop()) throw stopSignal;
    const result = this.#model.step(this.#states[state], operation);
    const next = result === undefined ? impossible : this.#intern(result);
    if (this.findsObservers && next !== impossible && next !== state)
      this.#checkObserver(id, operation);
    return next;
  }

  /** So that twins are given up when the model looks at more than what twins have in common. */
  #watch(operation: Operation): Operation {
    if (!this.findsObservers || this.#seesCaller || operation.outcome !== "open") return operation;
    return watched(operation, () => {
      this.#seesCaller = true;
      this.isMistaken = true;
    });
  }

  #checkObserver(id: number, operation: Operation): void {
    if (this.#partition?.isObserver[id] !== 1) return;
    this.#mutations.add(kindOf(operation));
    this.isMistaken = true;
  }

  #intern(state: unknown): number {
    const key = this.#model.key(state);
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    const id = this.#states.length;
    this.#ids.set(key, id);
    this.#states.push(state);
    return id;
  }

  #forget(): void {
    this.isMistaken = false;
    this.#memo.clear();
    this.#ids.clear();
    this.#states.length = 0;
    this.#neededUntil.length = 0;
    this.#wanted.length = 0;
    this.#intern(this.#model.init());
  }

  #findLatestCalls({ completed, call, isObserver, isOptional }: Partition): void {
    this.#latestCall = atLeast(this.#latestCall, completed + 1);
    let latest = -1;
    for (let e = 0; e <= completed; e++) {
      this.#latestCall[e] = latest;
      const isMutation = isObserver[e] === 0 && isOptional[e] === 0;
      if (isMutation) latest = Math.max(latest, call[e] ?? 0);
    }
  }

  /** Links each open operation to the previous one that does the same: a relaxed one has a result besides. */
  #findTwins({ completed, count }: Partition): void {
    this.#twin = atLeast(this.#twin, count);
    this.#twin.fill(-1, 0, count);
    if (this.#seesCaller) return;
    const last = new Map<string, number>();
    for (let id = completed; id < count; id++) {
      const { f, key, input, output } = this.#list[id] as Operation;
      const name = canonicalJson([f, key, input, ...(output === undefined ? [] : [output])]);
      this.#twin[id] = last.get(name) ?? -1;
      last.set(name, id);
    }
  }
}

function kindOf({ f, outcome, error }: Operation): string {
  return `${outcome} ${error ?? ""} ${f}`;
}
