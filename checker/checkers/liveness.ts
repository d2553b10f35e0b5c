import type { Anomaly, Checker, CheckOptions, CheckResult } from "../checker.ts";
import type { Op } from "../history.ts";
import { fieldsOf } from "../json.ts";
import { pairOperations } from "../pairing.ts";

/**
 * Once a core of the cluster is healed for good, it serves again within a bound.
 *
 * The nemesis line `liveness` of the last phase of a run tells, in milliseconds since the core was
 * whole, null for what did not happen: `writtenMs` when a mutation was acknowledged, `caughtUpMs` when
 * a leader led and every live node had applied what it had committed; `missing` says in words what
 * was waited for, and `others` how the nodes beyond the core stayed away meanwhile. `deposed` says in words how a leader that all of a core heard ceased to lead: nobody
 * who is cut off may do that (thesis §9.6). Without such a line the run did not come so far: `unknown`. A bound that was
 * missed while the machine stalled is `unknown` too.
 */
export const checker: Checker = {
  name: "liveness",
  summary: "a healed core leads, writes and catches up within a bound",
  options: {
    withinMs: {
      type: "number",
      exclusiveMinimum: 0,
      default: 10_000,
      description: "from the heal of the core until every live node has caught up",
    },
  },
  required: [],
  check,
};

function check(ops: readonly Op[], options: CheckOptions): CheckResult {
  pairOperations(ops);
  const withinMs = typeof options["withinMs"] === "number" ? options["withinMs"] : 10_000;
  const line = ops.filter(({ process, f }) => process === "nemesis" && f === "liveness").at(-1);
  if (line === undefined) {
    return {
      verdict: "unknown",
      summary: "the run ended before the core was healed",
      anomalies: [],
    };
  }
  const { core, others, writtenMs, caughtUpMs, missing, deposed } = fieldsOf(line.value);
  const away = typeof others === "string" ? ` while ${others}` : "";
  const aside = typeof others === "string" ? ` (${others})` : "";
  const nodes = Array.isArray(core) ? core.join(", ") : "the cluster";
  const isMet = isWithin(writtenMs, withinMs) && isWithin(caughtUpMs, withinMs);
  const stats = { withinMs, writtenMs, caughtUpMs };
  if (isMet && typeof deposed !== "string") {
    const summary = `${nodes} led, wrote and caught up within ${Math.round(Number(caughtUpMs))} ms`;
    return { verdict: "valid", summary, anomalies: [], stats };
  }
  const wrong = isMet
    ? {
        expected: `the leader that all of ${nodes} heard leads on${away}`,
        observed: String(deposed),
        summary: `the leader of ${nodes} was deposed although all of them heard it${aside}: ${deposed}`,
      }
    : {
        expected: `a leader, an acknowledged write and every live node caught up within ${withinMs} ms${away}`,
        observed: String(missing),
        summary: `${withinMs} ms after ${nodes} had been healed${aside}, ${missing}`,
      };
  const { summary, ...seen } = wrong;
  const anomalies: Anomaly[] = [{ kind: "stuck", time: line.time, related: [], ...seen }];
  const hasStalled = ops.some(
    ({ process, f, time }) => process === "nemesis" && f === "stall" && time >= line.time - 2e10,
  );
  return { verdict: hasStalled ? "unknown" : "invalid", summary, anomalies, stats };
}

function isWithin(ms: unknown, withinMs: number): boolean {
  return typeof ms === "number" && ms <= withinMs;
}
