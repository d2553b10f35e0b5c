import { explainRegister } from "../explain-register.ts";
import { canonicalJson, isSameJson } from "../json.ts";
import type { Model, Operation } from "../model.ts";

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
  explain: (operations, culprit) =>
    explainRegister(operations, culprit, {
      describe: describeOperation,
      valueSet: ({ f, input }) => (f === "write" ? (input ?? null) : undefined),
      valueSeen: ({ f, outcome, output }) =>
        f === "read" && outcome === "ok" ? (output ?? null) : undefined,
    }),
};

function describeOperation({ process, f, outcome, input, output, error }: Operation): string {
  const does = f === "write" ? `write ${JSON.stringify(input ?? null)}` : "read";
  const seen = f === "read" && outcome === "ok" ? JSON.stringify(output ?? null) : outcome;
  return `process ${process}: ${does} -> ${error ?? seen}`;
}
