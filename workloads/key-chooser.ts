import assert from "node:assert/strict";
import type { Rng } from "../cluster/env/rng.ts";
import type { KeyChoice } from "./workload.ts";

/** Draws one of `count` slots, from 0. Integer arithmetic only, so a seed means the same anywhere. */
export function createSlotChooser(choice: KeyChoice, count: number, rng: Rng): () => number {
  assert(count >= 1, "a workload has at least one key");
  switch (choice) {
    case "uniform":
      return () => rng.int(0, count - 1);
    case "sequential": {
      let turn = -1;
      return () => {
        turn = (turn + 1) % count;
        return turn;
      };
    }
    case "zipf":
      return createZipfChooser(count, rng);
  }
}

/** Slot `i` is drawn in proportion to 1 / (i + 1). */
function createZipfChooser(count: number, rng: Rng): () => number {
  let total = 0;
  const cumulative = Array.from({ length: count }, (_, slot) => {
    total += Math.floor(1_000_000_000 / (slot + 1));
    return total;
  });
  return () => {
    const draw = rng.int(1, total);
    let low = 0;
    let high = count - 1;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if ((cumulative[middle] ?? 0) < draw) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}
