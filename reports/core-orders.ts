import type { Anomaly, DeadEnd } from "porcupine-ts";
import { seenBy } from "./anomaly/facts.ts";
import { asVersioned, formatValue, isRead, plural } from "./describe.ts";
import type { PairedOperation } from "./operations.ts";

/** One possible order of the core, and where it dies. */
export type StruckOrder = {
  /** Letters of the operations, in this order; the last one is not possible. */
  readonly letters: readonly string[];
  /** False where the whole order stands and dies of something else. */
  readonly diesAtLast: boolean;
  readonly why: string;
  /** How many whole orders begin or end so. */
  readonly orders: number;
};

export type StruckOrders = {
  readonly orders: number;
  readonly struck: readonly StruckOrder[];
  readonly more: number;
};

/** `A`, `B`, ... for the operations of a core, in the order of their calls. */
export function letterOf(place: number): string {
  return String.fromCharCode(65 + (place % 26));
}

/** The orders of a core in the page's words; null where the checker did not tell them. */
export function struckOrders(
  { orders }: Pick<Anomaly, "orders">,
  core: readonly PairedOperation[],
): StruckOrders | null {
  if (orders === undefined) return null;
  const letters = new Map(core.map(({ index }, place) => [index, letterOf(place)]));
  const byIndex = new Map(core.map((operation) => [operation.index, operation]));
  const struck = orders.deadEnds.flatMap((deadEnd) => {
    if (!deadEnd.order.every((index) => letters.has(index))) return [];
    return [
      {
        letters: deadEnd.order.map((index) => letters.get(index) ?? ""),
        diesAtLast: deadEnd.kind === "impossible",
        why: whyOf(deadEnd, letters, byIndex),
        orders: deadEnd.orders,
      },
    ];
  });
  return { orders: orders.orders, struck, more: orders.more };
}

function whyOf(
  { kind, order, states, moreStates }: DeadEnd,
  letters: ReadonlyMap<number, string>,
  byIndex: ReadonlyMap<number, PairedOperation>,
): string {
  if (kind === "twice") return "a write outside of the core would have to take effect twice";
  const index = order.at(-1) ?? -1;
  const before = order.at(-2);
  const operation = byIndex.get(index);
  const needs = operation === undefined ? "is not possible" : needOf(operation);
  const some = states.map(inWords).join(" or ");
  const more = moreStates === 0 ? "" : ` or ${plural(moreStates, "other state")}`;
  const when = before === undefined ? "at the beginning" : `after ${letters.get(before)}`;
  return `${letters.get(index)} ${needs}, but ${when} the state is ${some}${more}`;
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
