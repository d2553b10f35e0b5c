import type { Model, Operation } from "../model.ts";
import { reasonOfCounter } from "../reasons/counter.ts";

/** A counter from 0: `add` of an integer, negative ones too, and `read`. Null, or no value, is 0. */
export const model: Model<number> = {
  name: "counter",
  summary: "add of integers, read of their sum",
  functions: ["add", "read"],
  partitionByKey: true,
  malformed: ({ f, outcome, input, output }) => {
    if (f === "read" && outcome !== "ok") return undefined;
    const value = (f === "read" ? output : input) ?? 0;
    return Number.isSafeInteger(value)
      ? undefined
      : `expected an integer, got ${JSON.stringify(value)}`;
  },
  init: () => 0,
  step: (sum, { f, outcome, input, output, error }) => {
    if (f === "add") return outcome === "refused" ? sum : sum + Number(input ?? 0);
    if (outcome === "ok") return sum === (output ?? 0) ? sum : undefined;
    return outcome === "refused" && error === "ErrNoKey" && sum !== 0 ? undefined : sum;
  },
  key: (sum) => sum,
  isObserver: ({ f, outcome }) => f === "read" || outcome === "refused",
  describeState: String,
  describeOperation,
  reason: reasonOfCounter,
};

function describeOperation({ process, f, outcome, input, output, error }: Operation): string {
  const does = f === "add" ? `add ${input ?? 0}` : "read";
  const seen = f === "read" && outcome === "ok" ? String(output ?? 0) : outcome;
  return `process ${process}: ${does} -> ${error ?? seen}`;
}
