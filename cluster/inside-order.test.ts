import type { Anomaly, Op } from "porcupine-ts";
import t from "tap";
import type { CheckerResult } from "../reports/result.ts";
import { withOrder } from "./inside-order.ts";
import { invariantsChecker } from "./raft-invariants.ts";

const get = (index: number, process: number, at: number, type: "invoke" | "ok"): Op => {
  return { index, process, time: at * 1e9, type, f: "get", key: "k4" };
};
// Client 12 has the same answer as client 43, and earlier.
const ops = [
  get(0, 12, 7.1, "invoke"),
  get(1, 43, 6.886, "invoke"),
  get(2, 12, 7.534, "ok"),
  get(3, 43, 7.631, "ok"),
];

function check(checker: string, anomaly: Anomaly): CheckerResult {
  return { checker, verdict: "invalid", summary: "broken", anomalies: [anomaly], tookMs: 1 };
}

t.test("the order names the answer that the checks name, and no first one", async (t) => {
  const clients = check("linearizable", { kind: "unordered", operation: 1, related: [] });
  const said = (time: number) => {
    const inside = check(invariantsChecker, { kind: "broken-invariant", related: [], time });
    return withOrder(inside, [inside, clients], ops).summary;
  };
  t.equal(said(6e8), "broken; before the wrong answer that the checks name (client 43, 7.631 s)");
  t.equal(said(8e9), "broken; after the wrong answer that the checks name (client 43, 7.631 s)");
  const alone = check(invariantsChecker, { kind: "broken-invariant", related: [], time: 1 });
  t.equal(withOrder(alone, [alone], ops).summary, "broken; no client saw anything wrong");
});
