import type { Json } from "../cluster/env/env.ts";
import type { Rng } from "../cluster/env/rng.ts";
import type { FaultSpec, NemesisSpec, Range } from "../workloads/workload.ts";

/**
 * Swarm testing (Groce et al. 2012): every run leaves out some of what a schedule offers and leans
 * on the rest, so that a sweep meets mixtures that no single schedule has. Pure, integers only.
 */

/** An entry is left out in so many of a thousand runs: each kind is still in more than nine of ten. */
const leftOutPermille = 40;
/** Quarters: what the time between instances is multiplied by, for the whole run and each entry. */
const runPaces = [2, 3, 4, 4, 5, 6, 8, 10] as const;
const entryPaces = [3, 4, 4, 5, 6] as const;
/** Quarters: what the length of an entry's instances is multiplied by. */
const lengths = [2, 3, 4, 4] as const;

/** One run's own schedule. One that is no swarm stays what it is. */
export function drawSwarm(spec: NemesisSpec, rng: Rng): NemesisSpec {
  const { swarm = false, ...plain } = spec;
  if (!swarm) return plain;
  const runPace = rng.pick(runPaces);
  const faults = spec.faults.flatMap((entry, at) => {
    const own = rng.fork(`entry-${at}`);
    return own.chance(leftOutPermille, 1000) ? [] : [drawEntry(entry, runPace, own)];
  });
  return { ...plain, faults };
}

function drawEntry(entry: FaultSpec, runPace: number, rng: Rng): FaultSpec {
  const pace = runPace * rng.pick(entryPaces);
  const { everyMs } = entry;
  return {
    ...entry,
    ...(everyMs !== undefined && { everyMs: scaled(everyMs, pace, 16) }),
    forMs: scaled(entry.forMs, rng.pick(lengths), 4),
    parameters: Object.fromEntries(
      Object.entries(entry.parameters).map(([name, value]) => [
        name,
        narrowed(value, rng.fork(name)),
      ]),
    ),
  };
}

function scaled({ from, to }: Range, numerator: number, denominator: number): Range {
  const scale = (ms: number): number => Math.floor((ms * numerator) / denominator);
  return { from: scale(from), to: scale(to) };
}

/** Some of a list, a part of a range; anything else as it is. */
function narrowed(value: Json, rng: Rng): Json {
  if (Array.isArray(value)) {
    const certain = rng.int(0, Math.max(0, value.length - 1));
    return value.filter((_, at) => at === certain || rng.chance(1, 2));
  }
  if (typeof value !== "object" || value === null) return value;
  const { from, to } = value as { readonly from?: Json; readonly to?: Json };
  if (typeof from !== "number" || typeof to !== "number") return value;
  // A factor such as 0.5..2 has no whole numbers in between.
  if (!Number.isInteger(from) || !Number.isInteger(to) || from > to) return value;
  const bounds = [rng.int(from, to), rng.int(from, to)];
  return { from: Math.min(...bounds), to: Math.max(...bounds) };
}
