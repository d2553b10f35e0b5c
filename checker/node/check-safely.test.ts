import t from "tap";
import type { CheckResult } from "../checker.ts";
import { checkSafely } from "./check-safely.ts";

const limits = { timeoutMs: 1000, configurationsMax: 1000 };
const invalid: CheckResult = {
  verdict: "invalid",
  summary: "no order explains the 2 operations",
  anomalies: [{ kind: "unordered", related: [], reason: "no order explains the 2 operations" }],
};

t.test("a check that throws has decided nothing, unless it was explaining", async (t) => {
  const { result } = checkSafely(() => {
    throw new Error("broken");
  }, limits);
  t.match(result, { verdict: "unknown", summary: "Error: broken" });

  const told: CheckResult[] = [];
  const explaining = checkSafely(
    ({ onInvalid }) => {
      onInvalid?.(invalid);
      onInvalid?.({ ...invalid, summary: "of a part" });
      throw new Error("broken");
    },
    { ...limits, onInvalid: (one) => told.push(one) },
  );
  const text = "no order explains the 2 operations; the explanation was cut short: Error: broken";
  t.match(explaining.result, { verdict: "invalid", summary: text, anomalies: [{ reason: text }] });
  t.equal(told[0], invalid);
});
