import type { Anomaly, Checker, CheckOptions, CheckResult } from "../checker.ts";
import type { Op } from "../history.ts";
import { fieldsOf } from "../json.ts";
import { pairOperations } from "../pairing.ts";
import { plural } from "../plural.ts";

const nsPerMs = 1_000_000;
/** A machine that stood still for longer may have been the reason. */
const stallMsMax = 500;

/** Ops `from` (included) to `to` (excluded): a connected majority came back and stayed. */
type Stretch = {
  readonly from: number;
  readonly to: number;
  readonly startNs: number;
  /** When the majority was lost again, or the history ended. */
  readonly endNs: number;
};

type Outcome = "met" | "missed" | "stalled" | "undecided";

/**
 * The system answers again within a bound after a connected majority is back.
 *
 * Nemesis lines tell: `quorum` with `{"majority": boolean}` when there is one (true at the start),
 * `stall` with `{"ms": n}` at the end of a standstill of the machine itself, or of time for which it had
 * no core for a node. A bound that was missed while the machine stalled for more than 500 ms is `unknown`. A stretch that ended before the bound,
 * or in which no client asked for anything, decides nothing.
 */
export const checker: Checker = {
  name: "recovery",
  summary: "answers again within a bound after a majority is back",
  options: {
    withinMs: {
      type: "number",
      exclusiveMinimum: 0,
      default: 10_000,
      description: "from the return of a connected majority to the first acknowledged operation",
    },
  },
  required: [],
  check,
};

function check(ops: readonly Op[], options: CheckOptions): CheckResult {
  pairOperations(ops);
  const withinMs = typeof options["withinMs"] === "number" ? options["withinMs"] : 10_000;
  const judged = findStretches(ops).map((stretch) => judge(ops, stretch, withinMs));
  const count = (outcome: Outcome): number =>
    judged.filter((stretch) => stretch.outcome === outcome).length;
  const recoveriesMs = judged.flatMap(({ tookMs }) => (tookMs === null ? [] : [tookMs]));
  const slowestMs = recoveriesMs.reduce((top, ms) => Math.max(top, ms), 0);

  const missed = count("missed");
  const stalled = count("stalled");
  const verdict = missed > 0 ? "invalid" : stalled > 0 ? "unknown" : "valid";
  const summaries = {
    invalid: `${missed} of ${judged.length} recoveries took longer than ${withinMs} ms`,
    unknown: `${stalled} of ${judged.length} recoveries missed ${withinMs} ms on a stalled machine`,
    valid: `${plural(count("met"), "recovery", "recoveries")} within ${withinMs} ms, slowest ${Math.round(slowestMs)} ms`,
  };
  return {
    verdict,
    summary: summaries[verdict],
    anomalies: judged.flatMap(({ anomaly }) => (anomaly === null ? [] : [anomaly])),
    stats: {
      withinMs,
      met: count("met"),
      missed,
      stalled,
      undecided: count("undecided"),
      recoveriesMs,
    },
  };
}

function findStretches(ops: readonly Op[]): Stretch[] {
  const stretches: Stretch[] = [];
  let hasMajority = true;
  let start: Op | null = null;
  for (const op of ops) {
    if (op.process !== "nemesis" || op.f !== "quorum") continue;
    const majority = fieldsOf(op.value)["majority"] === true;
    if (majority === hasMajority) continue;
    hasMajority = majority;
    if (majority) start = op;
    else if (start !== null) {
      stretches.push({ from: start.index, to: op.index, startNs: start.time, endNs: op.time });
      start = null;
    }
  }
  const last = ops.at(-1);
  if (start !== null && last !== undefined) {
    stretches.push({ from: start.index, to: ops.length, startNs: start.time, endNs: last.time });
  }
  return stretches;
}

type Judgement = {
  readonly outcome: Outcome;
  readonly tookMs: number | null;
  readonly anomaly: Anomaly | null;
};

function judge(ops: readonly Op[], stretch: Stretch, withinMs: number): Judgement {
  const { startNs, endNs } = stretch;
  const first = findOfClients(ops, stretch, ({ type }) => type === "ok");
  const tookMs = first === undefined ? null : (first.time - startNs) / nsPerMs;
  if (tookMs !== null && tookMs <= withinMs) return { outcome: "met", tookMs, anomaly: null };

  const deadlineNs = startNs + withinMs * nsPerMs;
  const asked = findOfClients(
    ops,
    stretch,
    ({ type, time }) => type === "invoke" && time <= deadlineNs,
  );
  if (endNs < deadlineNs || asked === undefined) {
    return { outcome: "undecided", tookMs, anomaly: null };
  }
  if (hasStalled(ops, startNs, deadlineNs)) return { outcome: "stalled", tookMs, anomaly: null };
  const wait = tookMs === null ? (endNs - startNs) / nsPerMs : tookMs;
  const seen =
    tookMs === null ? "none was acknowledged within" : "the first was acknowledged after";
  const anomaly: Anomaly = {
    kind: "stuck",
    operation: asked.index,
    related: first === undefined ? [] : [invocationOf(ops, first)],
    expected: `an acknowledged operation within ${withinMs} ms of the return of a majority`,
    observed: `${seen} ${Math.round(wait)} ms`,
  };
  return { outcome: "missed", tookMs, anomaly };
}

function findOfClients(
  ops: readonly Op[],
  { from, to }: Stretch,
  isWanted: (op: Op) => boolean,
): Op | undefined {
  for (let at = from; at < to; at++) {
    const op = ops[at] as Op;
    if (op.process !== "nemesis" && isWanted(op)) return op;
  }
  return undefined;
}

function hasStalled(ops: readonly Op[], fromNs: number, toNs: number): boolean {
  return ops.some(({ process, f, time, value }) => {
    if (process !== "nemesis" || f !== "stall") return false;
    const ms = Number(fieldsOf(value)["ms"]);
    return ms > stallMsMax && time >= fromNs && time - ms * nsPerMs <= toNs;
  });
}

function invocationOf(ops: readonly Op[], completion: Op): number {
  const isOwn = ({ process, type, index }: Op): boolean =>
    process === completion.process && type === "invoke" && index < completion.index;
  return ops.filter(isOwn).at(-1)?.index ?? completion.index;
}
