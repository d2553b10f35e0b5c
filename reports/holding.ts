import type { Lookup } from "./anomaly/facts.ts";
import type { PairedOperation } from "./operations.ts";

/**
 * How long a client held a lock by an operation of the core. `to`: when it asked to give it up, null for
 * never; a release that was refused gave up nothing.
 */
export type Holding = {
  readonly from: number;
  readonly to: number | null;
  /** When a release was asked for that was refused, by then. */
  readonly refusedAt: number | null;
};

/** From the grant to where the same client first asks to release; null of what has no key or no answer. */
export function holdingOf(
  { key, process, return: from }: PairedOperation,
  lookup: Lookup,
): Holding | null {
  if (key === null || from === null) return null;
  const releases = lookup
    .onKey(key)
    .filter((other) => other.f === "release" && other.process === process && other.call >= from)
    .sort((a, b) => a.call - b.call);
  const to = releases.find(({ outcome }) => outcome !== "fail")?.call ?? null;
  const refused = releases.find(({ outcome }) => outcome === "fail")?.call ?? null;
  return { from, to, refusedAt: refused !== null && refused < (to ?? Infinity) ? refused : null };
}
