import type { Budget } from "../checker.ts";
import type { Model } from "../model.ts";
import type { Operations } from "../operations.ts";
import { decide } from "./decide.ts";
import { Relaxation } from "./relax.ts";

/** Steps that one probe may take: a hard one is given up, and counts as no proof. */
const probeStepsMax = 20_000;

/** What is known of a set of places that is kept. */
export type Probed = {
  /** No order of the relaxed history exists: the set contains a core. */
  readonly isInvalid: boolean;
  /** Gives the places in an order that exists; null when none does, or the probe was given up. */
  readonly order: (() => Int32Array) | null;
};

/**
 * Asks of sets of places whether the history stays without an order when only they are kept. Costs are
 * counted, not timed: a unit is an operation copied or a step of the search.
 */
export class Probe {
  readonly model: Model;
  readonly relaxation: Relaxation;
  cost = 0;
  /** The fewest places that were asked of and have no order. */
  smallest: readonly number[] | null = null;
  readonly #budget: Budget;
  readonly #known = new Map<string, Probed>();
  readonly #costMax: number;

  constructor(
    model: Model,
    operations: Operations,
    rows: Int32Array,
    budget: Budget,
    costMax: number,
  ) {
    this.model = model;
    this.relaxation = new Relaxation(model, operations, rows, budget.shouldStop);
    this.#budget = budget;
    this.#costMax = costMax;
  }

  /** Nothing more is found out: what is asked from now on is "not proven". */
  get isSpent(): boolean {
    return this.cost > this.#costMax || this.#budget.shouldStop();
  }

  ask(kept: readonly number[]): Probed {
    const name = [...kept].sort((a, b) => a - b).join();
    let probed = this.#known.get(name);
    if (probed === undefined) {
      if (this.isSpent) return { isInvalid: false, order: null };
      probed = this.#ask(kept);
      this.#known.set(name, probed);
    }
    return probed;
  }

  #ask(kept: readonly number[]): Probed {
    const { operations, places } = this.relaxation.keep(kept);
    const { shouldStop, configurationsMax, stepsMax } = this.#budget;
    const decision = decide(this.model, operations, {
      stepsMax: Math.min(probeStepsMax, stepsMax),
      configurationsMax,
      shouldStop,
    });
    this.cost += places.length + decision.steps + 1;
    const isInvalid = decision.verdict === "invalid";
    if (isInvalid && kept.length < (this.smallest?.length ?? Infinity)) this.smallest = kept;
    if (decision.verdict !== "valid") {
      return { isInvalid, order: null };
    }
    const order = (): Int32Array => {
      this.cost += places.length;
      const list = Array.from(decision.witnesses(), (rows) => [...rows]).flat();
      return Int32Array.from(list, (row) => places[row] ?? 0);
    };
    return { isInvalid: false, order };
  }
}
