import { canonicalJson } from "../json.ts";
import type { Operation } from "../model.ts";
import { times } from "../plural.ts";
import { at, isBefore, isDone, orderOf, pairs, pairsInTime, whom } from "./wording.ts";

/** Why a core of enqueues and dequeues has no order; `undefined` where it is of no kind known here. */
export function reasonOfQueue(
  core: readonly Operation[],
  relaxed: readonly Operation[],
): string | undefined {
  return (
    reasonOfSupply(core, relaxed) ?? reasonOfEmpty(core, relaxed) ?? reasonOfTurn(core, relaxed)
  );
}

/** The element that a dequeue took for certain. */
function taken({ f, outcome, output }: Operation): string | undefined {
  return f === "dequeue" && outcome === "ok" ? canonicalJson(output) : undefined;
}

function mayEnqueue({ f, outcome, input }: Operation, element: string): boolean {
  return f === "enqueue" && outcome !== "refused" && canonicalJson(input) === element;
}

/** Whether it takes the element, or may have: one without a result took whatever was the oldest. */
function mayTake({ f, outcome, output }: Operation, element: string): boolean {
  if (f !== "dequeue" || outcome === "refused") return false;
  return (outcome !== "ok" && output === undefined) || canonicalJson(output) === element;
}

/** An element is taken more often than it was put in. */
function reasonOfSupply(
  core: readonly Operation[],
  relaxed: readonly Operation[],
): string | undefined {
  const end = Math.max(...core.map((operation) => operation.return));
  for (const dequeue of core) {
    const element = taken(dequeue);
    if (element === undefined) continue;
    const takers = core.filter((other) => taken(other) === element);
    const enqueues = relaxed.filter((other) => mayEnqueue(other, element) && other.call < end);
    if (enqueues.length >= takers.length) continue;
    if (enqueues.length === 0) {
      return `${at(dequeue)} took ${element}, but nobody had called an enqueue of it by then`;
    }
    const indexes = takers.map(({ index }) => index).sort((a, b) => a - b);
    return (
      `${element} was taken ${takers.length} times (indexes ${indexes.join(", ")}), but it had been enqueued ` +
      `${times(enqueues.length)} at most`
    );
  }
  return undefined;
}

/** The queue was found empty while it had an element that nobody can have taken. */
function reasonOfEmpty(
  core: readonly Operation[],
  relaxed: readonly Operation[],
): string | undefined {
  for (const [enqueue, empty] of pairsInTime(core)) {
    if (empty.outcome !== "refused" || empty.error !== "empty") continue;
    if (enqueue.f !== "enqueue" || !isDone(enqueue)) continue;
    const element = canonicalJson(enqueue.input);
    if (relaxed.some((other) => mayTake(other, element) && other.call < empty.return)) continue;
    return (
      `${at(empty)} found the queue empty, but ${element} had been enqueued by ${whom(enqueue)} before ` +
      `(${orderOf(enqueue, empty)}), and no dequeue that takes it had been called by then`
    );
  }
  return undefined;
}

/** The younger of two elements was taken while the older one was there. */
function reasonOfTurn(
  core: readonly Operation[],
  relaxed: readonly Operation[],
): string | undefined {
  for (const [older, taker] of pairs(core).flatMap(([a, b]) => [
    [a, b] as const,
    [b, a] as const,
  ])) {
    const second = taken(taker);
    if (older.f !== "enqueue" || !isDone(older) || second === undefined) continue;
    const first = canonicalJson(older.input);
    const enqueues = relaxed.filter((other) => mayEnqueue(other, second));
    if (first === second || !enqueues.every((younger) => isBefore(older, younger))) continue;
    const takers = relaxed.filter((other) => mayTake(other, first) && other.call < taker.return);
    const isLate = takers.every((other) => core.includes(other) && isBefore(taker, other));
    const [younger] = enqueues;
    if (!isLate || younger === undefined) continue;
    return (
      `${at(taker)} took ${second}, but ${first} had been enqueued before it (${orderOf(older, younger)}), and ` +
      `no dequeue that takes ${first} had been called by then`
    );
  }
  return undefined;
}
