import { canonicalJson } from "../json.ts";
import type { Model, Operation } from "../model.ts";

/** What is in it, as canonical JSON, the oldest first. */
type State = readonly string[];

/**
 * A first-in first-out queue: `enqueue` of an element, `dequeue` of the oldest; refused as `empty` it found
 * nothing. A dequeue of unknown outcome may have taken the oldest. A `drain` is many dequeues and no
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
    if (outcome === "ok" && oldest !== canonicalJson(output)) return undefined;
    return elements.slice(1);
  },
  key: (elements) => elements.join(),
  isObserver: ({ outcome }) => outcome === "refused",
  describeState: (elements) => `[${elements.join(", ")}]`,
  describeOperation,
};

function describeOperation({ process, f, outcome, input, output, error }: Operation): string {
  const does = f === "enqueue" ? `enqueue ${JSON.stringify(input ?? null)}` : "dequeue";
  const seen = f === "dequeue" && outcome === "ok" ? JSON.stringify(output ?? null) : outcome;
  return `process ${process}: ${does} -> ${error ?? seen}`;
}
