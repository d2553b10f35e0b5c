import { outcomes } from "../operations.ts";
import type { Probe } from "./probe.ts";
import { explain, lastReturn, returnOf, shrink } from "./shrink.ts";

/** Of those that could take a place, so many are looked at: the ones that returned last. */
const candidatesMax = 256;
/** Two a halving of those. */
const probesToFind = 2 * Math.log2(candidatesMax);
/** For each operation of a core: to shrink it, and to show that it is minimal. */
const probesToShow = 4;

/**
 * A minimal core with as few operations as `core`, or fewer, in which one that was refused gave way to one that was
 * acknowledged, and one that ended as a maybe to either, wherever that leaves no order. What was
 * acknowledged convinces; of a refusal a reader has to know what it says of the state. The operation that
 * no order passes stays. `core` itself when nothing firmer is found.
 *
 * Each takes one bisection (see `explain`) over the candidates and a few more probes, all of them together at most `costMax` units.
 */
export function firmerCore(
  probe: Probe,
  universe: readonly number[],
  core: readonly number[],
  costMax: number,
): number[] {
  const end = lastReturn(probe, core);
  const limit = probe.cost + costMax;
  const costEach = (probesToFind + probesToShow * core.length) * probe.relaxation.rows.length;
  let firmer = [...core];
  for (const place of core) {
    const isWeak = weaknessOf(probe, place) > outcomes.ok && returnOf(probe, place) < end;
    if (!isWeak || !firmer.includes(place)) continue;
    if (probe.isSpent || probe.cost + costEach > limit) break;
    firmer = without(probe, universe, firmer, place);
  }
  return firmer;
}

/** The codes rise: acknowledged, refused, maybe. */
function weaknessOf(probe: Probe, place: number): number {
  return probe.relaxation.operations.outcome[place] ?? outcomes.open;
}

/** The core with another operation in this place, or as it is. */
function without(
  probe: Probe,
  universe: readonly number[],
  core: readonly number[],
  place: number,
): number[] {
  const others = core.filter((other) => other !== place);
  const end = lastReturn(probe, core);
  const weakness = weaknessOf(probe, place);
  const candidates = universe
    .filter((one) => weaknessOf(probe, one) < weakness)
    .filter((one) => returnOf(probe, one) <= end && !core.includes(one))
    .sort((a, b) => returnOf(probe, b) - returnOf(probe, a))
    .slice(0, candidatesMax)
    .sort((a, b) => weaknessOf(probe, a) - weaknessOf(probe, b));
  if (!probe.ask([...others, ...candidates]).isInvalid) return [...core];
  const instead = explain(probe, others, false, candidates);
  if (instead.length > 1) return [...core];
  // With the new one an old one may be spared.
  const found = shrink(probe, [...others, ...instead]);
  return found.length <= core.length && isMinimalCore(probe, found) ? found : [...core];
}

function isMinimalCore(probe: Probe, core: readonly number[]): boolean {
  const spares = (place: number): boolean =>
    probe.ask(core.filter((other) => other !== place)).order !== null;
  return probe.ask(core).isInvalid && core.every(spares);
}
