import type { Link } from "../control.ts";
import type { NodeName } from "../env/env.ts";

/** Links by the node at one of their ends. */
export function grouped(links: readonly Link[], end: keyof Link): Map<NodeName, Link[]> {
  const groups = new Map<NodeName, Link[]>();
  for (const link of links) groups.set(link[end], [...(groups.get(link[end]) ?? []), link]);
  return groups;
}

export function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}
