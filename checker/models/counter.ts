import { fastPath } from "../linearizability/fast/counter.ts";
import type { LookAhead, Model, Operation } from "../model.ts";
import { type Operations, outcomes, valueAt } from "../operations.ts";
import { reasonOfCounter } from "../reasons/counter.ts";
import { type SumRule, sumKinds } from "../sums.ts";

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
  fastPath,
  reason: reasonOfCounter,
  lookAhead,
  sums: { prepare },
};

/** `step` as rules over sums. */
function prepare({
  functions,
  f,
  outcome,
  error,
  errors,
  input,
  output,
  values,
}: Operations): (row: number, rule: SumRule) => void {
  const add = functions.indexOf("add");
  const noKey = errors.indexOf("ErrNoKey");
  return (row, rule) => {
    const end = outcome[row];
    const isAdd = f[row] === add;
    const sees =
      end === outcomes.ok || (end === outcomes.refused && noKey !== -1 && error[row] === noKey);
    rule.kind = sumKinds.stay;
    if (isAdd && end !== outcomes.refused) rule.kind = sumKinds.add;
    else if (!isAdd && sees) rule.kind = sumKinds.see;
    const isSeen = !isAdd && end === outcomes.ok;
    rule.amount = isAdd || isSeen ? Number(valueAt(values, isAdd ? input : output, row) ?? 0) : 0;
  };
}

/**
 * A sum that only grows, or only falls, never comes back: a read of another one has to come before or after.
 * Of amounts of both signs nothing is known.
 */
function lookAhead(operations: readonly Operation[]): LookAhead<number> {
  const amounts = operations.flatMap(({ f, outcome, input }) =>
    f === "add" && outcome !== "refused" ? [Number(input ?? 0)] : [],
  );
  const sign = amounts.every((amount) => amount >= 0) ? 1 : -1;
  const isSteady = amounts.every((amount) => amount * sign >= 0);
  const needed = new Map<number, number>();
  for (const operation of isSteady ? operations : []) {
    const sum = seenBy(operation);
    if (sum !== undefined) needed.set(sum, Math.max(needed.get(sum) ?? 0, operation.call));
  }
  return {
    admits: () => true,
    progress: (sum) => (isSteady ? sum * sign : 0),
    limit: (operation) => {
      const sum = isSteady ? seenBy(operation) : undefined;
      return sum === undefined ? Infinity : sum * sign;
    },
    neededUntil: (sum) => needed.get(sum) ?? -Infinity,
    isUnique: () => isSteady,
    isBlind: () => false,
  };
}

/** What a read must have found for certain. */
function seenBy({ f, outcome, error, output }: Operation): number | undefined {
  if (f !== "read" || outcome === "maybe" || outcome === "open") return undefined;
  if (outcome === "ok") return Number(output ?? 0);
  return error === "ErrNoKey" ? 0 : undefined;
}

function describeOperation({ process, f, outcome, input, output, error }: Operation): string {
  const does = f === "add" ? `add ${input ?? 0}` : "read";
  const seen = f === "read" && outcome === "ok" ? String(output ?? 0) : outcome;
  return `process ${process}: ${does} -> ${error ?? seen}`;
}
