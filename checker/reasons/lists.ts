import { canonicalJson } from "../json.ts";
import type { Operation } from "../model.ts";
import { times } from "../plural.ts";

/** What was read, as canonical JSON of each element; `undefined` for anything but a read. */
export function seenBy({ f, outcome, output }: Operation): readonly string[] | undefined {
  if (f !== "read" || outcome === "open" || outcome === "maybe") return undefined;
  return Array.isArray(output) ? output.map(canonicalJson) : [];
}

/** How often each element is there. */
export function countsOf(elements: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const element of elements) counts.set(element, (counts.get(element) ?? 0) + 1);
  return counts;
}

/** `not at all`, `once`, `3 times`. */
export function timesOf(count: number): string {
  return count === 0 ? "not at all" : times(count);
}
