import type { Budget } from "../checker.ts";
import type { Model } from "../model.ts";
import { type Operations, operationAt, outcomes } from "../operations.ts";
import { firmerCore } from "./firmer.ts";
import { Timeline } from "./fulfilled.ts";
import { stopSignal } from "./machine.ts";
import { Probe } from "./probe.ts";
import { lastReturn, returnOf, shrink } from "./shrink.ts";
import { smallerCore } from "./smallest.ts";

/**
 * Operations that cannot be ordered even when everything else is relaxed (see `relax`). Minimal when
 * none of them can be relaxed as well.
 */
export type Core = {
  /** In the order of calls; all of them have returned. */
  readonly rows: Int32Array;
  /** False when a limit was reached before that was shown. */
  readonly isMinimal: boolean;
  /** The history in which all else is relaxed, see `relax`. */
  relaxed(): Operations;
  /**
   * The states through which one order of the core without this row passes between its call and its
   * return. An observer is not possible in any of them. Empty when none is known.
   */
  statesAt(row: number): readonly unknown[];
};

/** Units of `Probe`: to make the core minimal, and to look for one that is smaller still. */
const minimalCostMax = 4_000_000;
const smallestCostMax = 100_000;
/** The same for a core that can be read as it is. */
const smallerCostMax = 3_000;
/** To look in the whole partition for a core that can be read: what comes later may contradict itself more plainly. */
const widerCostMax = 500_000;
const readableMax = 6;
/** To find acknowledged operations for those of a core that were not. */
const firmerCostMax = 500_000;

/**
 * A minimal core of a partition (`rows`, in the order of calls) that is known to have no order.
 *
 * `hint`: rows that contain a core, from a fast path; null when it is to be looked for: up to the first
 * return that no order passes (by bisection, prefixes of a history that has an order have one), from
 * there by Junker's QuickXplain (2004), the operations nearest to that return kept with preference, as
 * what can be relaxed is monotone. Then smaller ones are looked for among the operations that
 * had returned by then, and for a core that nobody can read among all; and what was refused or ended as a maybe
 * gives way to what was acknowledged, where that does as well. `passed`: so many returns leave an order for certain.
 * Told to stop, it gives the least that it found, or null for nothing.
 */
export function minimalCore(
  model: Model,
  operations: Operations,
  rows: Int32Array,
  hint: Int32Array | null,
  passed: number,
  budget: Budget,
): Core | null {
  try {
    if (hint !== null) {
      const end = hint.reduce((last, row) => Math.max(last, operations.return[row] ?? 0), 0);
      const before = rows.filter((row) => (operations.call[row] ?? 0) < end);
      const probe = new Probe(model, operations, before, budget, minimalCostMax);
      const places = withOutcome(probe).filter((place) => hint.includes(before[place] ?? -1));
      if (probe.ask(places).isInvalid) return finish(probe, places);
    }
    const probe = new Probe(model, operations, rows, budget, minimalCostMax);
    return finish(probe, firstWithoutOrder(probe, withOutcome(probe), passed));
  } catch (signal) {
    if (signal !== stopSignal) throw signal;
    return null;
  }
}

function finish(probe: Probe, start: readonly number[]): Core {
  const all = withOutcome(probe);
  let core = shrink(probe, start);
  const end = lastReturn(probe, core);
  const universe = all.filter((place) => returnOf(probe, place) <= end);
  const limit = probe.cost + (core.length > readableMax ? smallestCostMax : smallerCostMax);
  core = smallerCore(probe, universe, core, () => probe.isSpent || probe.cost > limit) ?? core;
  if (core.length > readableMax) {
    const end = probe.cost + widerCostMax;
    core = smallerCore(probe, all, core, () => probe.isSpent || probe.cost > end) ?? core;
  }
  return describe(probe, firmerCore(probe, all, core, firmerCostMax));
}

/** Places of operations for which being relaxed makes a difference, by return. */
function withOutcome(probe: Probe): number[] {
  const { outcome, count } = probe.relaxation.operations;
  const places = Array.from({ length: count }, (_, place) => place);
  return places
    .filter((place) => outcome[place] !== outcomes.open)
    .sort((a, b) => returnOf(probe, a) - returnOf(probe, b));
}

/** The shortest prefix by return that leaves no order, as far as the budget allows. */
function firstWithoutOrder(probe: Probe, all: readonly number[], passed: number): number[] {
  let low = Math.min(passed, all.length - 1);
  let high = all.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    const probed = probe.ask(all.slice(0, middle + 1));
    if (probed.isInvalid) high = middle;
    else if (probed.order !== null) low = middle + 1;
    else break;
  }
  return all.slice(0, high + 1);
}

function describe(probe: Probe, core: readonly number[]): Core {
  const { relaxation, model } = probe;
  const { rows } = relaxation;
  const without = (place: number): readonly number[] => core.filter((other) => other !== place);
  const isMinimal =
    probe.ask(core).isInvalid && core.every((place) => probe.ask(without(place)).order !== null);
  const statesAt = (row: number): readonly unknown[] => {
    const place = core.find((one) => rows[one] === row);
    const { order } = place === undefined ? { order: null } : probe.ask(without(place));
    if (place === undefined || order === null) return [];
    const operation = operationAt(relaxation.operations, place);
    return new Timeline(model, relaxation, order()).between(operation);
  };
  return {
    rows: Int32Array.from(core, (place) => rows[place] ?? 0),
    isMinimal,
    relaxed: () => relaxation.keep(core).operations,
    statesAt,
  };
}
