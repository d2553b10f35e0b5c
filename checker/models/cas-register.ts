import { canonicalJson, isSameJson } from "../json.ts";
import { fastPath } from "../linearizability/fast/register.ts";
import type { Model, Operation } from "../model.ts";
import { forms } from "../operations.ts";
import { reasonOfRegister } from "../reasons/register.ts";
import { registerRules } from "../register-rules.ts";
import { explainRegister, lookAheadInRegister, type RegisterWords } from "../registers.ts";

const words: RegisterWords = { describe: describeOperation, valueSet, valueSeen };

/**
 * A register with compare-and-set: `cas` carries `[from, to]` and sets `to` iff the value is `from`.
 *
 * An acknowledged cas matched; one refused with `ErrVersion` saw another value. A `maybe` or `open`
 * cas sets `to` if the value is `from` when it is evaluated. Null before the first write.
 */
export const model: Model<unknown> = {
  name: "cas-register",
  summary: "read, write and compare-and-set of single values",
  functions: ["read", "write", "cas"],
  partitionByKey: true,
  malformed: ({ f, input }) =>
    f !== "cas" || (Array.isArray(input) && input.length === 2)
      ? undefined
      : `expected [from, to] as the value of a cas, got ${JSON.stringify(input) ?? "none"}`,
  readable: ({ functions, f, input }) => {
    const cas = functions.indexOf("cas");
    return (row) => f[row] !== cas || input.form[row] === forms.pair;
  },
  init: () => null,
  step: (state, operation) => {
    const { f, outcome, input, output } = operation;
    if (f === "cas") return stepCas(state, operation);
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

function stepCas(state: unknown, { outcome, input, error }: Operation): unknown {
  const { from, to } = casInput(input);
  const isMatch = isSameJson(from, state);
  if (outcome === "refused") {
    const isExpected = error === "ErrNoKey" ? state === null : !isMatch;
    return isExpected ? state : undefined;
  }
  if (isMatch) return to;
  return outcome === "ok" ? undefined : state;
}

function casInput(input: unknown): { readonly from: unknown; readonly to: unknown } {
  const [from = null, to = null] = Array.isArray(input) ? input : [];
  return { from, to };
}

function valueSet({ f, outcome, input }: Operation): unknown {
  if (f === "read" || outcome === "refused") return undefined;
  return f === "cas" ? casInput(input).to : (input ?? null);
}

function valueSeen({ f, outcome, input, output }: Operation): unknown {
  if (f === "read" && outcome === "refused") return null;
  if (f === "write" || outcome !== "ok") return undefined;
  return f === "cas" ? casInput(input).from : (output ?? null);
}

function describeOperation({ process, f, outcome, input, output, error }: Operation): string {
  const seen = f === "read" && outcome === "ok" ? JSON.stringify(output ?? null) : outcome;
  return `process ${process}: ${describeCall(f, input)} -> ${error ?? seen}`;
}

function describeCall(f: string, input: unknown): string {
  if (f === "read") return "read";
  if (f === "write") return `write ${JSON.stringify(input ?? null)}`;
  const { from, to } = casInput(input);
  return `cas ${JSON.stringify(from)} to ${JSON.stringify(to)}`;
}
