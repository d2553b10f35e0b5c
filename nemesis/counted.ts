import type { Counter, Counters, Link } from "../cluster/control.ts";
import type { NodeName } from "../cluster/env/env.ts";
import { byName, collect } from "./each.ts";
import type { FaultContext, Observation } from "./fault.ts";

/** Between the two reads that tell whether anything still meets a fault. */
const readsApartMs = 100;
/** So many hits must be expected before it means something that there was none. */
const hitsExpectedMin = 20;

/** Which counters of the driver tell what came by a fault, and what it did to that. */
export type Counted = { readonly met: readonly Counter[]; readonly hit: readonly Counter[] };

/** One node's share of a look; the form of plain JSON. */
type Count = {
  /** Since the driver booted, at the end of the look. */
  readonly met: number;
  readonly hit: number;
  /** Met within this look. */
  readonly meeting: number;
};

const none: Count = { met: 0, hit: 0, meeting: 0 };

/** One look at counters, by node. Evidence for faults that only the driver can see. */
export function lookAtCounters(
  { control, clock }: Pick<FaultContext, "control" | "clock">,
  nodes: readonly NodeName[],
  { met, hit }: Counted,
  done: (error: Error | null, observation: Observation) => void,
): void {
  // Added up at once, for the driver may go on counting in what it hands over.
  const read = (node: NodeName, next: (error: Error | null, count: Count) => void): void =>
    control.counters(node, (error, counters) =>
      next(error, { met: sum(counters, met), hit: sum(counters, hit), meeting: 0 }),
    );
  collect<NodeName, Count>(nodes, read, (error, first) => {
    if (error !== null) {
      done(error, {});
      return;
    }
    clock.setTimer(readsApartMs, () =>
      collect<NodeName, Count>(nodes, read, (laterError, second) =>
        done(
          laterError,
          byName(nodes, (_, at) => {
            const { met: last, hit: hits } = second[at] ?? none;
            return { met: last, hit: hits, meeting: last - (first[at] ?? none).met };
          }),
        ),
      ),
    );
  });
}

function sum(counters: Counters, names: readonly Counter[]): number {
  let total = 0;
  for (const name of names) total += counters[name];
  return total;
}

type Looks = { readonly before: Observation; readonly during: Observation };

/**
 * True when there were hits since the look before, null when too little came by to tell: with this
 * chance (in thousandths) fewer than twenty hits were to be expected of it.
 */
export function wasHit(looks: Looks, chancePermille: number): boolean | null {
  const { met, hit } = sinceBefore(looks);
  if (hit > 0) return true;
  return met * chancePermille < hitsExpectedMin * 1000 ? null : false;
}

/** Looked at, and nothing meets the fault any more. */
export function isQuiet(look: Observation): boolean {
  const counts = Object.values(look) as Count[];
  return counts.length > 0 && counts.every(({ meeting }) => meeting === 0);
}

/** `12 of 340`, or `12` where all are hit: since the look before. */
export function describeHits(looks: Looks): string {
  const { met, hit } = sinceBefore(looks);
  return met === hit ? String(hit) : `${hit} of ${met}`;
}

/** Over the nodes that both looks saw. */
function sinceBefore({ before, during }: Looks): { readonly met: number; readonly hit: number } {
  let met = 0;
  let hit = 0;
  for (const [node, later] of Object.entries(during) as [string, Count][]) {
    const earlier = before[node] as Count | undefined;
    if (earlier === undefined) continue;
    met += later.met - earlier.met;
    hit += later.hit - earlier.hit;
  }
  return { met, hit };
}

/** Who sends over these links: the counters of a link are its sender's. */
export function sendersOf(links: readonly Link[]): readonly NodeName[] {
  return [...new Set(links.map(({ from }) => from))];
}
