import type { Link } from "../cluster/control.ts";
import type { NodeName } from "../cluster/env/env.ts";

/**
 * Shapes of partitions, as lists of cut links. Pure functions of the order of the nodes: whoever
 * wants another node in the middle, or another half, shuffles first.
 */

/** More than half of `count` nodes. */
export function majoritySize(count: number): number {
  return Math.floor(count / 2) + 1;
}

/** Cuts one node off from all others, both ways. */
export function isolate(nodes: readonly NodeName[], victim: NodeName): Link[] {
  return between(
    [victim],
    nodes.filter((node) => node !== victim),
  );
}

/** The first half, the smaller one if they differ, and the rest do not hear each other. */
export function halves(nodes: readonly NodeName[]): Link[] {
  const middle = Math.floor(nodes.length / 2);
  return between(nodes.slice(0, middle), nodes.slice(middle));
}

/** Two halves that do not hear each other, and one node between them that hears both. */
export function bridge(nodes: readonly NodeName[]): Link[] {
  const middle = Math.floor(nodes.length / 2);
  return between(nodes.slice(0, middle), nodes.slice(middle + 1));
}

/**
 * Every node hears a majority, itself included, and no two hear the same one: its nearest
 * neighbours on a ring, one more of those behind it where the size of a majority is even. Takes
 * three nodes or more.
 */
export function majoritiesRing(nodes: readonly NodeName[]): Link[] {
  const heard = majoritySize(nodes.length) - 1;
  const ahead = Math.floor(heard / 2);
  const behind = heard - ahead;
  return nodes.flatMap((to, at) =>
    nodes.flatMap((from, other) => {
      const stepsAhead = (other - at + nodes.length) % nodes.length;
      const stepsBehind = (at - other + nodes.length) % nodes.length;
      return stepsAhead <= ahead || stepsBehind <= behind ? [] : [{ from, to }];
    }),
  );
}

/** What the victim can still do when a partition goes one way only. */
export type OneWay = "only-hears" | "only-sends";

/** Cuts one direction of every link of the victim. */
export function oneWay(nodes: readonly NodeName[], victim: NodeName, left: OneWay): Link[] {
  return nodes
    .filter((node) => node !== victim)
    .map((node) =>
      left === "only-hears" ? { from: victim, to: node } : { from: node, to: victim },
    );
}

function between(some: readonly NodeName[], others: readonly NodeName[]): Link[] {
  return some.flatMap((one) =>
    others.flatMap((other) => [
      { from: one, to: other },
      { from: other, to: one },
    ]),
  );
}

/** Identity of a link, for sets. */
export function linkKey({ from, to }: Link): string {
  return `${from}>${to}`;
}
