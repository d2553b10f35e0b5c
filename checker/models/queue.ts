import { canonicalJson } from "../json.ts";
import type { LookAhead, Model, Operation } from "../model.ts";

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
  lookAhead,
};

/** What is taken more often than it is enqueued cannot be, whatever is tried. */
function lookAhead(operations: readonly Operation[]): LookAhead<State> {
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
    progress: () => 0,
    limit: (operation) => {
      const left = isTaken(operation) ? (balance.get(canonicalJson(operation.output)) ?? 0) : 0;
      return left < 0 ? -1 : Infinity;
    },
    neededUntil: () => -Infinity,
    isUnique: () => false,
    isBlind: () => false,
  };
}

function describeOperation({ process, f, outcome, input, output, error }: Operation): string {
  const does = f === "enqueue" ? `enqueue ${JSON.stringify(input ?? null)}` : "dequeue";
  const seen = f === "dequeue" && outcome === "ok" ? JSON.stringify(output ?? null) : outcome;
  return `process ${process}: ${does} -> ${error ?? seen}`;
}
