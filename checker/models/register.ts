import { canonicalJson, isSameJson } from "../json.ts";
import { fastPath } from "../linearizability/fast/register.ts";
import type { Model, Operation } from "../model.ts";
import { reasonOfRegister } from "../reasons/register.ts";
import { registerRules } from "../register-rules.ts";
import { explainRegister, lookAheadInRegister, type RegisterWords } from "../registers.ts";

const words: RegisterWords = { describe: describeOperation, valueSet, valueSeen };

/**
 * A register: `read` answers the value written last (null before the first write), `write` sets it.
 * A read refused with `ErrNoKey` saw that nothing had been written.
 */
export const model: Model<unknown> = {
  name: "register",
  summary: "read and write of single values",
  functions: ["read", "write"],
  partitionByKey: true,
  init: () => null,
  step: (state, { f, outcome, input, output }) => {
    if (f === "write") return outcome === "refused" ? state : (input ?? null);
    if (outcome === "refused") return state === null ? state : undefined;
    return outcome !== "ok" || isSameJson(output, state) ? state : undefined;
  },
  key: canonicalJson,
  isObserver: ({ f, outcome }) => f === "read" || outcome === "refused",
  describeState: (state) => JSON.stringify(state),
  describeOperation,
  fastPath,
  rules: registerRules,
  lookAhead: (operations) => lookAheadInRegister(operations, words),
  explain: (operations, culprit) => explainRegister(operations, culprit, words),
  reason: (core, relaxed) => reasonOfRegister(core, relaxed, words),
};

function valueSet({ f, outcome, input }: Operation): unknown {
  return f === "write" && outcome !== "refused" ? (input ?? null) : undefined;
}

function valueSeen({ f, outcome, output }: Operation): unknown {
  if (f !== "read" || (outcome !== "ok" && outcome !== "refused")) return undefined;
  return outcome === "ok" ? (output ?? null) : null;
}

function describeOperation({ process, f, outcome, input, output, error }: Operation): string {
  const does = f === "write" ? `write ${JSON.stringify(input ?? null)}` : "read";
  const seen = f === "read" && outcome === "ok" ? JSON.stringify(output ?? null) : outcome;
  return `process ${process}: ${does} -> ${error ?? seen}`;
}
