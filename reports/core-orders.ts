import type { Anomaly, DeadEnd } from "porcupine-ts";
import { isOverBefore, seenBy } from "./anomaly/facts.ts";
import { asVersioned, formatCount, formatValue, isRead } from "./describe.ts";
import type { PairedOperation } from "./operations.ts";

/** One possible order of the core, and where it dies. */
export type StruckOrder = {
  /** Letters of the operations, in this order; the last one is not possible. */
  readonly letters: readonly string[];
  /** Those that it does not come to, in the order of their calls. */
  readonly rest: readonly string[];
  readonly why: string;
  /** How many whole orders begin or end so. */
  readonly orders: number;
};

export type StruckOrders = {
  readonly orders: number;
  /** What real time says of the order, one sentence. */
  readonly realTime: string;
  readonly struck: readonly StruckOrder[];
  readonly more: number;
};

/** `A`, `B`, ... for the operations of a core, in the order of their calls. */
export function letterOf(place: number): string {
  return String.fromCharCode(65 + (place % 26));
}

/**
 * The orders of a core in the page's words; null where the checker did not tell them. `named`: the core and
 * what else is drawn with it, in the order of the letters.
 */
export function struckOrders(
  { orders }: Pick<Anomaly, "orders">,
  named: readonly PairedOperation[],
): StruckOrders | null {
  if (orders === undefined) return null;
  const letters = new Map(named.map(({ index }, place) => [index, letterOf(place)]));
  const byIndex = new Map(named.map((operation) => [operation.index, operation]));
  const struck = orders.deadEnds.flatMap((deadEnd) => {
    if (!deadEnd.order.every((index) => letters.has(index))) return [];
    const placed = withEarlier(deadEnd.order, named);
    const rest = named.filter(({ index }) => !placed.includes(index));
    return [
      {
        letters: placed.map((index) => letters.get(index) ?? ""),
        rest: rest.map(({ index }) => letters.get(index) ?? ""),
        why: whyOf(deadEnd, letters, byIndex, placed.length > deadEnd.order.length),
        orders: deadEnd.orders,
      },
    ];
  });
  return { orders: orders.orders, realTime: realTimeOf(named), struck, more: orders.more };
}

/** An order with what had ended before one of it began put before that one. */
function withEarlier(order: readonly number[], named: readonly PairedOperation[]): number[] {
  const placed: number[] = [];
  for (const index of order) {
    const operation = named.find((one) => one.index === index);
    const earlier = named.filter(
      (one) =>
        operation !== undefined &&
        isOverBefore(one, operation) &&
        !order.includes(one.index) &&
        !placed.includes(one.index),
    );
    placed.push(...earlier.map((one) => one.index), index);
  }
  return placed;
}

/** `A ended before B began, B before C.`: pairs with none between them. */
function realTimeOf(named: readonly PairedOperation[]): string {
  const pairs = named.flatMap((first, from) =>
    named.flatMap((second, to) => {
      const isCovered = named.some(
        (third) => isOverBefore(first, third) && isOverBefore(third, second),
      );
      return isOverBefore(first, second) && !isCovered ? [[letterOf(from), letterOf(to)]] : [];
    }),
  );
  if (named.length > 1 && pairs.length === 0) return "All of them overlap in time.";
  const told = pairs.map(([first, second], place) =>
    place === 0 ? `${first} ended before ${second} began` : `${first} before ${second}`,
  );
  return told.length === 0 ? "" : `${told.join(", ")}.`;
}

function whyOf(
  { kind, order, states, moreStates }: DeadEnd,
  letters: ReadonlyMap<number, string>,
  byIndex: ReadonlyMap<number, PairedOperation>,
  isPreceded: boolean,
): string {
  const index = order.at(-1) ?? -1;
  const letter = letters.get(index);
  if (kind === "twice") {
    return `${letter} is possible only if a write took effect twice, or one that is said to have failed`;
  }
  const before = order.at(-2);
  const operation = byIndex.get(index);
  const needs = operation === undefined ? "is not possible" : needOf(operation);
  if (before === undefined && isPreceded) return `${letter} ${needs}, which no order comes to`;
  const when = before === undefined ? "at the beginning" : `after ${letters.get(before)}`;
  const some = states.map(inWords);
  if (moreStates === 0) return `${letter} ${needs}, but ${when} it is ${some.join(" or ")}`;
  const all = formatCount(states.length + moreStates);
  return `${letter} ${needs}, but ${when} none of the ${all} states that are possible fits, such as ${some[0]}`;
}

/** What an operation asks of the state. */
function needOf(operation: PairedOperation): string {
  const { f, input, outcome, error } = operation;
  if (isRead(operation)) return outcome === "fail" ? "saw nothing" : `saw ${seenBy(operation)}`;
  const version = asVersioned(input)?.version;
  if (version !== undefined) {
    if (outcome === "ok") return `needs version ${version}`;
    return error === "ErrNoKey" ? "needs an absent key" : `needs another version than ${version}`;
  }
  if (f === "acquire") return outcome === "ok" ? "needs a free lock" : "needs a lock that is held";
  if (f === "release") return "needs to hold the lock";
  return outcome === "ok"
    ? `needs to be possible (${f} ${formatValue(input)})`
    : `was refused (${error})`;
}

/** A state in the checker's words, with clients for processes. */
function inWords(state: string): string {
  return state
    .replace(/\bprocess (\d+)/g, "client $1")
    .replace(/^"([\w.:/-]+)" at version (\d+)$/, "$1 (version $2)");
}
