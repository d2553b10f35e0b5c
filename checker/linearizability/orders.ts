import type { CoreOrders, DeadEnd } from "../checker.ts";
import type { Model, Operation } from "../model.ts";

/** Above that there are too many orders to look at. */
const coreMax = 6;
const deadEndsMax = 12;
const statesMax = 500;
const statesShownMax = 3;
/** Calls of `step` in all. */
const stepsMax = 400_000;
/** Of them between two questions whether to stop: they may be slow. */
const stepsUnasked = 64;

/**
 * Every order of a core that keeps to real time, followed until it dies: the dead ends, grouped by the two
 * operations between which there is no way, those that end most orders first.
 *
 * The relaxed operations may come in between, each as often as it likes, which only leaves more orders alive:
 * a dead end is one for certain. An order that lives on in spite of it is impossible because some mutation
 * would have to take effect twice (`kind: "twice"`), given that the core has no order. `relaxed`: the
 * relaxed history, the core among it. Null for a large core, for operations of it that may never have
 * happened, beyond a bound of steps, and when told to stop.
 */
export function ordersOf(
  model: Model,
  core: readonly Operation[],
  relaxed: readonly Operation[],
  shouldStop: () => boolean = () => false,
): CoreOrders | null {
  const mayBeMissing = ({ outcome }: Operation): boolean =>
    outcome === "open" || (outcome === "maybe" && model.maybeIsEvaluated !== true);
  if (core.length === 0 || core.length > coreMax || core.some(mayBeMissing)) return null;
  const indexes = new Set(core.map(({ index }) => index));
  const others = relaxed.filter(
    (operation) => !indexes.has(operation.index) && !model.isObserver(operation),
  );
  return new Walk(model, others, shouldStop).walk(core);
}

class Walk {
  readonly #model: Model;
  readonly #others: readonly Operation[];
  readonly #deadEnds = new Map<string, { -readonly [field in keyof DeadEnd]: DeadEnd[field] }>();
  #orders = 0;
  #steps = 0;
  readonly #shouldStop: () => boolean;
  #isBlind: (operation: Operation) => boolean = () => false;

  constructor(model: Model, others: readonly Operation[], shouldStop: () => boolean) {
    this.#shouldStop = shouldStop;
    this.#model = model;
    this.#others = others;
  }

  walk(core: readonly Operation[]): CoreOrders | null {
    const ahead = this.#model.lookAhead?.([...core, ...this.#others]);
    if (ahead !== undefined) {
      this.#isBlind = (operation) => !this.#model.isObserver(operation) && ahead.isBlind(operation);
    }
    if (!this.#visit(core, [], [this.#model.init()])) return null;
    const all = [...this.#deadEnds.values()].sort((a, b) => b.orders - a.orders);
    const shown = all.slice(0, deadEndsMax);
    return { orders: this.#orders, deadEnds: shown, more: all.length - shown.length };
  }

  /** False when it was given up. */
  #visit(
    left: readonly Operation[],
    placed: readonly Operation[],
    states: readonly unknown[],
  ): boolean {
    if (left.length === 0) {
      this.#die(placed, "twice", states, 1);
      return true;
    }
    const end = Math.min(...left.map((operation) => operation.return));
    return left
      .filter(({ call }) => call < end)
      .every((next) => {
        const rest = left.filter((other) => other !== next);
        const reached = this.#reach(states, next, end);
        if (reached === null) return false;
        const after = this.#after(reached, next);
        if (after.length > 0) return this.#visit(rest, [...placed, next], after);
        this.#die([...placed, next], "impossible", states, countOrders(rest));
        return true;
      });
  }

  /** The states that the others lead to and that may yet lead to `next`; null beyond a bound. */
  #reach(from: readonly unknown[], next: Operation, end: number): readonly unknown[] | null {
    // Possible in each and the same after each.
    if (this.#isBlind(next)) return from;
    const operations = this.#others.filter(({ call }) => call < end);
    const ahead = this.#model.lookAhead?.([next, ...operations]);
    const isOnTheWay = (state: unknown): boolean =>
      ahead === undefined || (ahead.admits(state) && ahead.progress(state) <= ahead.limit(next));
    const known = new Set(from.map((state) => this.#model.key(state)));
    const reached = [...from];
    // What is possible in every state and does the same in each needs to be tried in one of them only.
    const blind = operations.filter(this.#isBlind);
    const seeing = operations.filter((operation) => !this.#isBlind(operation));
    for (const [at, state] of reached.entries()) {
      for (const operation of at === 0 ? [...blind, ...seeing] : seeing) {
        if (this.#steps++ > stepsMax) return null;
        if (this.#steps % stepsUnasked === 0 && this.#shouldStop()) return null;
        const after = this.#model.step(state, operation);
        if (after === undefined || known.has(this.#model.key(after))) continue;
        known.add(this.#model.key(after));
        if (!isOnTheWay(after)) continue;
        if (reached.length === statesMax) return null;
        reached.push(after);
      }
    }
    return reached;
  }

  #after(states: readonly unknown[], next: Operation): unknown[] {
    const after = new Map<string | number, unknown>();
    for (const state of states) {
      this.#steps++;
      const stepped = this.#model.step(state, next);
      if (stepped !== undefined) after.set(this.#model.key(stepped), stepped);
    }
    return [...after.values()];
  }

  #die(
    order: readonly Operation[],
    kind: DeadEnd["kind"],
    states: readonly unknown[],
    orders: number,
  ): void {
    this.#orders += orders;
    const last = order.slice(kind === "impossible" ? -2 : -1).map(({ index }) => index);
    const keys = states.map((state) => this.#model.key(state)).sort();
    const name = JSON.stringify([kind, last, keys]);
    const known = this.#deadEnds.get(name);
    if (known !== undefined) {
      known.orders += orders;
      return;
    }
    const shown = states.slice(0, statesShownMax).map((state) => this.#model.describeState(state));
    this.#deadEnds.set(name, {
      kind,
      order: order.map(({ index }) => index),
      states: shown,
      moreStates: states.length - shown.length,
      orders,
    });
  }
}

/** In how many orders that keep to real time the operations can go on. */
function countOrders(left: readonly Operation[]): number {
  if (left.length === 0) return 1;
  const end = Math.min(...left.map((operation) => operation.return));
  let count = 0;
  for (const next of left) {
    if (next.call < end) count += countOrders(left.filter((other) => other !== next));
  }
  return count;
}
