import type { Link } from "../cluster/control.ts";
import type { NodeName } from "../cluster/env/env.ts";
import type { Rng } from "../cluster/env/rng.ts";
import type { ClusterView, Observation } from "./fault.ts";
import { drawSelector, drawWord, nodesSchema, selectNodes, wordsSchema } from "./select.ts";

/** What faults of links have in common: whose links, and in which direction. */

const directions = ["both", "from", "to"] as const;

export const linkParameters: Readonly<Record<string, object>> = {
  nodes: nodesSchema,
  direction: wordsSchema(directions),
};

export type DrawnLinks = {
  readonly targets: readonly NodeName[];
  readonly direction: (typeof directions)[number];
  /** Not empty. */
  readonly links: readonly Link[];
};

/** Draws nodes and a direction: the links that they have that way with any other node. */
export function drawLinks(
  view: ClusterView,
  parameters: Observation,
  rng: Rng,
): DrawnLinks | string {
  const selector = drawSelector(parameters["nodes"], "random", rng);
  const direction = drawWord(parameters["direction"], directions, rng);
  const targets = selectNodes(selector, view, rng, () => null);
  if (typeof targets === "string") return targets;
  const links = linksOf(view.nodes, targets, direction);
  return links.length === 0 ? "a single node has no links" : { targets, direction, links };
}

function linksOf(
  nodes: readonly NodeName[],
  targets: readonly NodeName[],
  direction: DrawnLinks["direction"],
): Link[] {
  const links: Link[] = [];
  for (const from of nodes) {
    const isFrom = direction !== "to" && targets.includes(from);
    for (const to of nodes) {
      const isMeant = isFrom || (direction !== "from" && targets.includes(to));
      if (from !== to && isMeant) links.push({ from, to });
    }
  }
  return links;
}
