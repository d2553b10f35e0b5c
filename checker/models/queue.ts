import { canonicalJson } from "../json.ts";
import type { LookAhead, Model, Operation } from "../model.ts";
import { reasonOfQueue } from "../reasons/queue.ts";

/** What is in it, as canonical JSON, the oldest first. */
type State = readonly string[];

/**
 * A first-in first-out queue: `enqueue` of an element, `dequeue` of the oldest; refused as `empty` it found
 * nothing. A dequeue of unknown outcome may have taken the oldest, one with a result that one. A `drain` is many dequeues and no
 * operation of this model: checker `queue` knows it.
 */
export const model: Model<State> = {
  name: "queue",
  summary: "enqueue, and dequeue of the oldest",
  functions: ["enqueue", "dequeue"],
  partitionByKey: true,
  init: () => [],
  step: (elements, { f, outcome, input, output, error }) => {
    if (f === "enqueue") {
      return outcome === "refused" ? elements : [...elements, canonicalJson(input)];
    }
    if (outcome === "refused") {
      return error === "empty" && elements.length > 0 ? undefined : elements;
    }
    const [oldest] = elements;
    const isTold = outcome === "ok" || output !== undefined;
    if (isTold && oldest !== canonicalJson(output)) return undefined;
    return elements.slice(1);
  },
  key: (elements) => elements.join(),
  isObserver: ({ outcome }) => outcome === "refused",
  describeState: (elements) => `[${elements.join(", ")}]`,
  describeOperation,
  reason: reasonOfQueue,
  lookAhead,
};

/** How far gone a queue is: see `lookAhead`. */
const clear = 0;
const neverEmpty = 1;
const blocked = 2;

/**
 * What is taken more often than it is enqueued cannot be, whatever is tried. An element that no dequeue can
 * take stays for ever: from then on the queue is never empty, and once it is the oldest, nothing is taken.
 */
function lookAhead(operations: readonly Operation[]): LookAhead<State> {
  /** What some dequeue takes or may have taken; null when one may have taken anything. */
  const takeable = elementsTaken(operations);
  const isStuck = (element: string): boolean => takeable !== null && !takeable.has(element);
  /** How often each may be enqueued, less how often it is taken. */
  const balance = new Map<string, number>();
  const count = (element: string, by: number): void => {
    balance.set(element, (balance.get(element) ?? 0) + by);
  };
  const isTaken = ({ f, outcome }: Operation): boolean => f === "dequeue" && outcome === "ok";
  for (const operation of operations) {
    const { f, outcome, input, output } = operation;
    if (f === "enqueue" && outcome !== "refused") count(canonicalJson(input), 1);
    else if (isTaken(operation)) count(canonicalJson(output), -1);
  }
  return {
    admits: () => true,
    progress: (elements) => {
      if (elements.length > 0 && isStuck(elements[0] ?? "")) return blocked;
      return elements.some(isStuck) ? neverEmpty : clear;
    },
    limit: (operation) => {
      if (isTaken(operation)) {
        return (balance.get(canonicalJson(operation.output)) ?? 0) < 0 ? -1 : neverEmpty;
      }
      return operation.outcome === "refused" && operation.error === "empty" ? clear : Infinity;
    },
    neededUntil: () => -Infinity,
    isUnique: () => false,
    isBlind: () => false,
  };
}

function elementsTaken(operations: readonly Operation[]): ReadonlySet<string> | null {
  const taken = new Set<string>();
  for (const { f, outcome, output } of operations) {
    if (f !== "dequeue" || outcome === "refused") continue;
    if (outcome !== "ok" && output === undefined) return null;
    taken.add(canonicalJson(output));
  }
  return taken;
}

function describeOperation({ process, f, outcome, input, output, error }: Operation): string {
  const does = f === "enqueue" ? `enqueue ${JSON.stringify(input ?? null)}` : "dequeue";
  const seen = f === "dequeue" && outcome === "ok" ? JSON.stringify(output ?? null) : outcome;
  return `process ${process}: ${does} -> ${error ?? seen}`;
}
