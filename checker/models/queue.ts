import { canonicalJson } from "../json.ts";
import type { Explanation, LookAhead, Model, Operation } from "../model.ts";
import { times } from "../plural.ts";
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
  explain,
  reason: reasonOfQueue,
  lookAhead,
};

function explain(operations: readonly Operation[], culprit: Operation): Explanation {
  const observed = describeOperation(culprit);
  const before = operations.filter(({ call }) => call < culprit.return);
  const known = before.filter(({ outcome }) => outcome !== "open");
  const enqueuesOf = (element: string): readonly Operation[] =>
    before.filter(
      ({ f, outcome, input }) =>
        f === "enqueue" && outcome !== "refused" && canonicalJson(input) === element,
    );
  if (culprit.f === "dequeue" && culprit.outcome === "ok") {
    const element = canonicalJson(culprit.output);
    const takers = known.filter(
      ({ f, outcome, output }) =>
        f === "dequeue" && outcome === "ok" && canonicalJson(output) === element,
    );
    const enqueued = enqueuesOf(element).length;
    if (enqueued === 0) {
      const expected = `nothing had enqueued ${element} before that`;
      return { kind: "phantom", related: [], expected, observed };
    }
    if (takers.length > enqueued) {
      const expected = `${element} ${times(enqueued)}, as often as enqueued`;
      const related = takers.filter((taker) => taker !== culprit);
      return { kind: "duplicate", related, expected, observed };
    }
  }
  const enqueue = known.find(({ f, outcome, return: end }) => {
    return f === "enqueue" && outcome === "ok" && end < culprit.call;
  });
  if (culprit.outcome === "refused" && enqueue !== undefined) {
    const expected = `an element: ${canonicalJson(enqueue.input)} was enqueued before`;
    return { kind: "lost-write", related: [enqueue], expected, observed };
  }
  const expected = "an outcome that some order of the operations around it allows";
  return { kind: "unordered", related: [], expected, observed };
}

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
