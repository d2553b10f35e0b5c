import type { PairedOperation } from "./operations.ts";
import type { CheckerResult } from "./result.ts";

/** An order of a core as far as it goes. */
export type PartialOrder = {
  /** Those that can follow each other, in this order. */
  readonly held: readonly PairedOperation[];
  /** The next of the order, which has no place there. */
  readonly dies: PairedOperation;
  /** It would be possible if a write that was asked for once took effect twice. */
  readonly isTwice: boolean;
  /** The states that are possible there, in the checker's words: at most three, and how many more. */
  readonly states: readonly string[];
  readonly moreStates: number;
  /** How many whole orders begin so. */
  readonly orders: number;
};

export type PartialOrders = {
  /** The longest first. */
  readonly partial: readonly PartialOrder[];
  /** How many operations each whole order has. */
  readonly of: number;
  /** Of `all` orders that real time allows, those that are not listed. */
  readonly unlisted: number;
  readonly all: number;
};

const listedMax = 8;

/**
 * How far the orders of the operations that contradict each other get on a key, and where each dies; null where
 * the checker did not tell them. `operations`: those of the key.
 */
export function partialOrders(
  checks: readonly CheckerResult[],
  key: string,
  operations: readonly PairedOperation[],
): PartialOrders | null {
  const anomaly = checks
    .flatMap(({ anomalies }) => anomalies)
    .find((one) => one.key === key && one.orders !== undefined);
  if (anomaly?.orders === undefined) return null;
  const byIndex = new Map(operations.map((operation) => [operation.index, operation]));
  const partial = anomaly.orders.deadEnds.flatMap(({ kind, order, states, moreStates, orders }) => {
    const found = order.flatMap((index) => byIndex.get(index) ?? []);
    const dies = found.at(-1);
    if (dies === undefined || found.length !== order.length) return [];
    const end = { dies, isTwice: kind === "twice", states, moreStates };
    return [{ held: found.slice(0, -1), ...end, orders }];
  });
  const listed = partial.sort((a, b) => b.held.length - a.held.length).slice(0, listedMax);
  if (listed.length === 0) return null;
  const told = listed.reduce((sum, { orders }) => sum + orders, 0);
  const all = anomaly.orders.orders;
  return { partial: listed, of: anomaly.core?.length ?? 0, unlisted: Math.max(0, all - told), all };
}
