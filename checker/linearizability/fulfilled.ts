import type { Model, Operation } from "../model.ts";
import { operationAt } from "../operations.ts";
import type { Relaxation } from "./relax.ts";

/** An order of a relaxed history with the earliest moments at which its operations can take effect. */
export class Timeline {
  readonly #model: Model;
  /** `states[i]` holds from `times[i]` to `times[i + 1]`; the first from the beginning. */
  readonly #states: unknown[];
  readonly #times: number[];
  readonly #stepOf = new Map<number, number>();

  constructor(model: Model, { operations }: Relaxation, order: Iterable<number>) {
    this.#model = model;
    this.#states = [model.init()];
    this.#times = [-Infinity];
    for (const place of order) {
      const operation = operationAt(operations, place);
      const state = this.#states.at(-1);
      // What was relaxed in this order is legal as it was, or as one that did nothing.
      let next = model.step(state, operation);
      if (next === undefined) next = model.step(state, relaxed(operation));
      this.#stepOf.set(place, this.#states.length);
      this.#states.push(next);
      this.#times.push(Math.max(this.#times.at(-1) ?? 0, operation.call));
    }
  }

  /** Whether the operation can have its own outcome in this order, every other one left where it is. */
  fulfils(operation: Operation, place: number, isObserver: boolean): boolean {
    if (isObserver) return this.between(operation).some((state) => this.#allows(state, operation));
    const step = this.#stepOf.get(place);
    if (step === undefined) {
      return operation.outcome === "maybe" && this.#model.maybeIsEvaluated !== true;
    }
    if ((this.#times[step] ?? Infinity) > operation.return) return false;
    const before = this.#states[step - 1];
    const next = this.#model.step(before, operation);
    return next !== undefined && this.#model.key(next) === this.#model.key(this.#states[step]);
  }

  /** The states that the order passes through between call and return. */
  between({ call, return: end }: Operation): unknown[] {
    let low = 0;
    let high = this.#times.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#times[middle] ?? 0) < call) low = middle;
      else high = middle - 1;
    }
    let last = low;
    while ((this.#times[last + 1] ?? Infinity) <= end) last++;
    return this.#states.slice(low, last + 1);
  }

  #allows(state: unknown, operation: Operation): boolean {
    return this.#model.step(state, operation) !== undefined;
  }
}

function relaxed({ error: _, ...operation }: Operation): Operation {
  return { ...operation, outcome: "open", return: Infinity };
}
