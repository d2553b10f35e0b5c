import type { Anomaly, Op } from "porcupine-ts";
import {
  asVersioned,
  describeCall,
  describeState,
  formatCount,
  formatMoment,
  formatTook,
  isRead,
  plural,
  writtenVersion,
} from "./describe.ts";
import { type FaultBand, faultBands } from "./fault-bands.ts";
import type { OperationTable } from "./operation-table.ts";
import type { PairedOperation } from "./operations.ts";
import type { CheckerResult, RunResult } from "./result.ts";
import { tableOf } from "./table-builder.ts";

/** What the sentence is built from: a result without its sentence, and the history. */
export type SentencePieces = Pick<
  RunResult,
  "verdict" | "checks" | "faults" | "vacuous" | "operations" | "durationMs" | "environment"
> & { readonly ops: readonly Op[] };

/** The one sentence of a run: names client, key, values, times and fault, or gives the figures. */
export function sentenceFor(pieces: SentencePieces): string {
  switch (pieces.verdict) {
    case "invalid":
      return invalidSentence(pieces);
    case "unknown":
      return `Nothing is claimed: ${unknownReason(pieces)}`;
    case "vacuous":
      return vacuousSentence(pieces);
    case "valid":
      return validSentence(pieces);
  }
}

function validSentence(pieces: SentencePieces): string {
  const { ok, fail, info } = pieces.operations;
  const seconds = `${(pieces.durationMs / 1000).toFixed(0)} s`;
  const outcomes = `${formatCount(ok)} ok, ${formatCount(fail)} failed, ${formatCount(info)} unknown`;
  const total = plural(ok + fail + info, "operation");
  const claim = `${total} in ${seconds} (${outcomes}) are what a correct system could have answered`;
  return `${claim}, ${faultFigures(pieces)}.`;
}

function faultFigures(pieces: SentencePieces): string {
  const effective = pieces.faults.filter((fault) => fault.effective === true);
  if (effective.length === 0) return "with no fault injected";
  const kinds = [...new Set(effective.map((fault) => fault.fault))].sort();
  return `under ${plural(effective.length, "fault")} that took effect (${kinds.join(", ")})`;
}

function vacuousSentence(pieces: SentencePieces): string {
  const [first, ...rest] = pieces.vacuous;
  if (first === undefined) return "Nothing was proven.";
  const more = rest.length === 0 ? "" : ` (and ${plural(rest.length, "more reason")})`;
  return `Nothing was proven: ${withoutStop(first)}${more}.`;
}

function unknownReason(pieces: SentencePieces): string {
  const check = pieces.checks.find(({ verdict }) => verdict === "unknown");
  if (check !== undefined) return `${check.checker}: ${withoutStop(check.summary)}.`;
  return `${withoutStop(pieces.environment[0] ?? "no check came to a verdict")}.`;
}

/** What a client saw goes first; what broke inside stands next to it, with which of them came first. */
function invalidSentence(pieces: SentencePieces): string {
  const invalid = pieces.checks.filter(({ verdict }) => verdict === "invalid");
  const inside = invalid.find(isInside);
  const check = invalid.find((one) => one !== inside) ?? inside;
  if (check === undefined) return "A check failed.";
  const table = tableOf(pieces.ops);
  const endNs = pieces.ops.at(-1)?.time ?? 0;
  const sentence = anomalySentence(check, table, faultBands(pieces.faults, endNs));
  if (inside === undefined || inside === check) return sentence;
  const culprit = table.find(check.anomalies[0]?.operation ?? -1);
  return `${withoutStop(sentence)}; ${insideClause(inside, culprit)}.`;
}

/** Whether a check looked at what the nodes recorded, not at what clients saw. */
function isInside(check: CheckerResult): boolean {
  return check.anomalies[0]?.kind === "broken-invariant";
}

/** `broken-invariant` in short, and how long before or after the client's answer. */
function insideClause(inside: CheckerResult, culprit: PairedOperation | undefined): string {
  const { observed = inside.summary, time = 0 } = inside.anomalies[0] ?? {};
  const claim = `inside, ${withoutStop(observed)}, at ${formatMoment(time)}`;
  if (culprit === undefined) return claim;
  const laterNs = (culprit.return ?? culprit.call) - time;
  const order = laterNs >= 0 ? "before the client saw it" : "after the client had seen it";
  return `${claim}, ${formatTook(Math.abs(laterNs))} ${order}`;
}

/** The sentence about the first anomaly of a check; its summary when no operation is named. */
export function anomalySentence(
  check: CheckerResult,
  table: Pick<OperationTable, "find">,
  bands: readonly FaultBand[],
): string {
  const anomaly = check.anomalies[0];
  const culprit = table.find(anomaly?.operation ?? -1);
  if (anomaly?.kind === "broken-invariant") return insideSentence(check, anomaly, bands);
  if (anomaly === undefined || culprit === undefined) return `${withoutStop(check.summary)}.`;
  const related = anomaly.related
    .map((index) => table.find(index))
    .filter((found) => found !== undefined);
  const clauses = [
    `${whatHappened(culprit)}, but ${contradiction(anomaly, culprit, related)}`,
    faultClause(culprit, bands),
  ];
  return `${clauses.filter((clause) => clause !== "").join("; ")}.`;
}

/** What broke, when, and what was being done to the nodes that it names. */
function insideSentence(
  check: CheckerResult,
  { observed = check.summary, time = 0, nodes = [] }: Anomaly,
  bands: readonly FaultBand[],
): string {
  const fault = faultClauseAt(nodes, time, time, bands);
  const claim = `${withoutStop(observed)}, at ${formatMoment(time)}`;
  return fault === "" ? `${claim}.` : `${claim}; ${fault}.`;
}

function whatHappened(operation: PairedOperation): string {
  const who = `client ${operation.process}`;
  const where = operation.node === null ? "" : ` from ${operation.node}`;
  const at = formatMoment(operation.return ?? operation.call);
  if (operation.outcome === "ok" && isRead(operation)) {
    return `${who} read ${operation.key ?? ""} = ${describeState(operation.output)}${where} at ${at}`;
  }
  const asked = `${who} asked ${operation.node ?? "the store"} to ${describeCall(operation)}`;
  if (operation.outcome === "ok") return `${asked}, acknowledged at ${at}`;
  if (operation.outcome === "fail") return `${asked}, refused with ${operation.error} at ${at}`;
  return `${asked} at ${formatMoment(operation.call)} and never learnt the outcome`;
}

function contradiction(
  anomaly: Anomaly,
  culprit: PairedOperation,
  related: readonly PairedOperation[],
): string {
  // The newest fact that a client had been told before the culprit began.
  const earlier = related
    .filter(
      (operation) => operation.outcome === "ok" && (operation.return ?? Infinity) <= culprit.call,
    )
    .sort((a, b) => newness(a) - newness(b))
    .at(-1);
  if (earlier !== undefined && newness(earlier) > newness(culprit)) return wasTold(earlier);
  if (anomaly.kind === "unordered" && anomaly.reason !== undefined) {
    return `no order explains that: ${withoutStop(anomaly.reason)}`;
  }
  if (anomaly.expected !== undefined) return withoutStop(anomaly.expected);
  if (earlier !== undefined) return wasTold(earlier);
  return "no order of the operations explains that";
}

function newness(operation: PairedOperation): number {
  return writtenVersion(operation) ?? asVersioned(operation.output)?.version ?? -1;
}

function wasTold(operation: PairedOperation): string {
  const at = formatMoment(operation.return ?? operation.call);
  const client = `client ${operation.process}`;
  if (isRead(operation))
    return `${client} had already read ${describeState(operation.output)} at ${at}`;
  const version = writtenVersion(operation);
  if (version !== null) return `version ${version} had been acknowledged to ${client} at ${at}`;
  return `"${describeCall(operation)}" had been acknowledged to ${client} at ${at}`;
}

/** What was being done to the node that answered; else what was going on elsewhere. */
function faultClause(culprit: PairedOperation, bands: readonly FaultBand[]): string {
  const nodes = culprit.node === null ? [] : [culprit.node];
  return faultClauseAt(nodes, culprit.call, culprit.return ?? culprit.call, bands);
}

function faultClauseAt(
  nodes: readonly string[],
  from: number,
  until: number,
  bands: readonly FaultBand[],
): string {
  // A fault that ended shortly before often explains the answer: a thawed leader serves old state.
  const near = bands.filter((band) => band.from <= until && band.to >= from - 2e9);
  for (const band of near.toReversed()) {
    const effects = nodes.map((name) => band.touched.find(({ node }) => node === name));
    const effect = effects.find((found) => found !== undefined);
    if (effect !== undefined) return `${effect.node} ${effect.clause} ${duringBand(band)}`;
  }
  const other = near.at(-1);
  return other === undefined ? "" : `${other.label} was active ${duringBand(other)}`;
}

function duringBand(band: FaultBand): string {
  return `from ${formatMoment(band.from, 1)} to ${formatMoment(band.to, 1)}`;
}

function withoutStop(sentence: string): string {
  return sentence.replace(/\.\s*$/, "");
}
