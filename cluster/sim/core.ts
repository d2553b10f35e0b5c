import { forEach } from "../../nemesis/each.ts";
import type { Control, Done } from "../control.ts";
import type { NodeName } from "../env/env.ts";
import type { Rng } from "../env/rng.ts";

/** The nodes that must serve in the end, and those that stay away while they show it. */
export type CorePlan = { readonly core: readonly NodeName[]; readonly away: readonly NodeName[] };

/**
 * Draws a core: in every second run all nodes that can be asked, else a majority or more of the
 * cluster. `lost`: nodes that have lost their data and must never take part again.
 */
export function drawCore(
  nodes: readonly NodeName[],
  lost: ReadonlySet<NodeName>,
  rng: Rng,
): CorePlan {
  const able = nodes.filter((node) => !lost.has(node));
  const majority = Math.floor(nodes.length / 2) + 1;
  const isSmall = able.length > majority && rng.chance(1, 2);
  const size = isSmall ? rng.int(majority, able.length - 1) : able.length;
  const drawn = new Set(rng.shuffle(able).slice(0, size));
  const core = nodes.filter((node) => drawn.has(node));
  return { core, away: nodes.filter((node) => !drawn.has(node)) };
}

/** Stops who stays away, and starts the core: a node that had given up is not given up. */
export function isolateCore({ core, away }: CorePlan, control: Control, done: Done): void {
  forEach(away, control.kill, (error) => {
    if (error === null) forEach(core, control.start, done);
    else done(error);
  });
}
