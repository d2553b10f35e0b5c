import type { Rng } from "../env/rng.ts";
import type { Hostility } from "./hostility.ts";

/**
 * What a world does wrong by itself in one run of a sweep: from a good network on good disks to a
 * bad one, each part drawn by itself. Bad is still good enough to serve: the worst are faults.
 */
export function drawHostility(rng: Rng): Hostility {
  const delayMinUs = rng.pick([50, 200, 500, 1000, 2000]);
  return {
    network: {
      delayMinUs,
      delayMaxUs: delayMinUs * rng.pick([1, 2, 4, 8]),
      ...drawSlow(rng),
      lossPermille: rng.pick([0, 0, 0, 1, 5, 20]),
      duplicatePermille: rng.pick([0, 0, 0, 1, 5, 20]),
    },
    clients: { delayMinUs: rng.pick([100, 500, 2000]), delayMaxUs: rng.pick([2000, 5000, 10_000]) },
    disk: {
      delayMinUs: rng.pick([50, 200, 1000]),
      delayMaxUs: rng.pick([1000, 2000, 5000, 10_000]),
      ...drawSlow(rng),
    },
    clock: { driftPpmMax: rng.pick([0, 0, 20, 100]) },
  };
}

function drawSlow(rng: Rng): { readonly slowPermille: number; readonly slowMaxUs: number } {
  const slowPermille = rng.pick([0, 0, 1, 10, 50]);
  return { slowPermille, slowMaxUs: slowPermille === 0 ? 0 : rng.pick([5000, 20_000, 80_000]) };
}
