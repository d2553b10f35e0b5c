import type { Anomaly } from "porcupine-ts";
import type { Copies } from "../copies.ts";
import { isRead } from "../describe.ts";
import type { FaultBand } from "../fault-bands.ts";
import type { PairedOperation } from "../operations.ts";
import type { CheckerResult } from "../result.ts";
import { bearingOn, type Served } from "./bearing.ts";
import { joined } from "./clauses.ts";
import { explainAnomaly } from "./explain.ts";
import { endOf, type Finding, type Lookup, overlapOf } from "./facts.ts";
import { duringBand, faultNear, type NearFault } from "./faults.ts";
import { type InsideAnomaly, insideClause, isInside, withRecord } from "./inside.ts";
import { withLoss } from "./lost.ts";
import { copiesClause, copiesOf, decisiveCopy, executable, mistakenGrant } from "./resends.ts";
import { type Rule, ruleOf, ruleOfMistake } from "./rules.ts";
import {
  gapClause,
  isDeposed,
  leaderAside,
  type Serving,
  servingClause,
  servingOf,
  type Traces,
} from "./serving.ts";
import { deposalOf, ruleOfStuck } from "./stuck.ts";
import { tellExit, tellInside } from "./tell-inside.ts";

/** What the sentences of a run draw on. */
export type RunFacts = {
  readonly lookup: Lookup;
  readonly bands: readonly FaultBand[];
  /** Empty where no node left a trace. */
  readonly traces: Traces;
  /** All that nodes traced around the anomalies; absent where that was not read. */
  readonly lines?: Traces;
  /** Nodes of which no trace is there, though others left theirs. */
  readonly missing?: readonly string[];
  /** The first invariant that the traces show broken. */
  readonly inside: InsideAnomaly | null;
  /** The traces of all nodes were looked at, and show no promise of Raft broken. */
  readonly raftHeld: boolean;
  /** An order of all operations was found. */
  readonly isDataSound?: boolean;
  /** Of the operations on the keys of anomalies that were sent more than once. */
  readonly copies?: Copies;
};

/** An anomaly, explained. */
export type Explained = Finding & {
  readonly sentence: string;
  readonly rule: Rule | null;
  /** The node that served one of the two operations, where its trace tells what it was. */
  readonly serving: Serving | null;
  readonly fault: NearFault | null;
  /** When it happened, nanoseconds, where the traces tell better than the check. */
  readonly at?: number;
  /** What is unknown of the roles because traces are missing, one clause; absent where it does not matter. */
  readonly gap?: string;
};

/** The first anomaly of the check that looked inside the nodes. */
export function insideOf(checks: readonly CheckerResult[]): InsideAnomaly | null {
  const check = checks.find(isInside);
  const anomaly = check?.anomalies[0];
  return check === undefined || anomaly === undefined ? null : withRecord(check, anomaly);
}

/** The keys that anomalies are about. */
export function anomalyKeys(checks: readonly CheckerResult[]): Set<string> {
  return new Set(checks.flatMap(({ anomalies }) => anomalies.flatMap(({ key }) => key ?? [])));
}

/** Whether the nodes' traces were complete and kept to Raft. */
export function raftHeldIn(checks: readonly CheckerResult[]): boolean {
  return checks.some(
    ({ checker, verdict }) => checker === "raft-invariants" && verdict === "valid",
  );
}

/** Whether what clients were told of the data has an order. */
export function dataSoundIn(checks: readonly CheckerResult[]): boolean {
  return checks.some(({ checker, verdict }) => checker === "linearizable" && verdict === "valid");
}

/** Explains one anomaly and says it in one sentence of at most about 350 characters. */
export function explain(check: CheckerResult, anomaly: Anomaly, facts: RunFacts): Explained {
  const { lookup, traces } = facts;
  const finding = withLoss(explainAnomaly(check, anomaly, lookup), lookup, traces);
  if (anomaly.kind === "broken-invariant") {
    return tellInside(finding, withRecord(check, anomaly), facts);
  }
  if (anomaly.kind === "gave-up") return tellExit(finding, anomaly, facts);
  const anchor = anchorOf(finding, facts);
  const { serving, node } = anchor;
  const near = anchor.operation;
  const fault =
    near === null
      ? null
      : faultNear(node === null ? [] : [node], near.call, endOf(near), facts.bands);
  const served = [finding.culprit, finding.rival].map((operation) =>
    operation === null ? { operation, serving: null } : anchored(operation, traces),
  );
  const inside =
    check.checker === "liveness" || facts.inside === null ? null : bearingOn(facts.inside, served);
  const sent = copiesClause(finding, facts.copies);
  const isDecided = finding.class === "wrong-error" || (serving !== null && isDeposed(serving));
  const gap = near === null || isDecided ? "" : gapClause(facts.missing ?? [], node);
  const deposal = anomaly.kind === "stuck" ? deposalOf(anomaly, traces) : null;
  const clauses = [
    twoLeaders(served),
    textOf(finding, facts.copies),
    deposal?.clause ?? "",
    sent,
    finding.class === "wrong-error" && facts.isDataSound === true
      ? "no data was wrong, the client's report was"
      : "",
    nodeClause(near, serving, fault?.effect == null ? null : fault),
    gap,
    inside === null || finding.culprit === null ? "" : insideClause(inside, finding.culprit),
    fault?.effect === null && !isRace(finding)
      ? `${fault.band.label} was active ${duringBand(fault.band)}`
      : "",
  ];
  const rule =
    anomaly.kind === "stuck" && facts.inside === null
      ? ruleOfStuck(anomaly, finding.culprit, facts)
      : (ruleOfMistake(finding, facts.copies) ??
        ruleOf(finding, serving, { ...facts, inside: inside ?? facts.inside }));
  const at = deposal === null ? {} : { at: deposal.at };
  const told = { ...finding, sentence: joined(clauses), rule, serving, fault, ...at };
  return gap === "" ? told : { ...told, gap };
}

/** Two calls of one node at a time need no fault to get into each other's way. */
function isRace({ class: kind, culprit, rival }: Finding): boolean {
  if (kind !== "duplicate-version" || culprit === null || rival === null) return false;
  return culprit.node === rival.node && overlapOf(culprit, rival) > 0;
}

/** What was answered to the copies of a request says more than what its client made of it. */
function textOf(finding: Finding, copies: Copies | undefined): string {
  if (copiesClause(finding, copies) === "") return finding.text;
  if (finding.class === "broken-lock") return mistakenGrant(finding, copies) ?? finding.text;
  return finding.class === "wrong-error"
    ? finding.text.replace(/(effect|acknowledged) \([^)]*\)/, "$1")
    : finding.text;
}

/** `n2 and n4 both led term 4`: that explains all that follows. */
function twoLeaders(served: readonly Served[]): string {
  const [one, other] = served.map(({ serving }) => serving);
  if (one?.role !== "leader" || other?.role !== "leader") return "";
  if (one.node === other.node || one.term !== other.term) return "";
  return `${[one.node, other.node].sort().join(" and ")} both led term ${one.term}`;
}

type Anchor = {
  readonly operation: PairedOperation | null;
  readonly node: string | null;
  readonly serving: Serving | null;
};

/**
 * The operation whose node and time matter: what a deposed leader served, first of all; else the write,
 * where the question is what became of it; else the one that cannot be ordered.
 */
function anchorOf({ class: kind, culprit, rival }: Finding, facts: RunFacts): Anchor {
  const { traces, bands, missing = [] } = facts;
  const copy =
    kind === "wrong-error" ? decisiveCopy(culprit, copiesOf(culprit, facts.copies)) : undefined;
  if (culprit !== null && copy !== undefined) {
    // What the client took it for is its own affair; what it was is that of the node it went to.
    return anchored({ ...culprit, node: copy.to, call: copy.sent, return: copy.back }, traces);
  }
  const sent = kind === "duplicate" ? executable(rival, facts.copies) : null;
  if (sent !== null) return anchored(sent, traces);
  const candidates = [culprit, rival].flatMap((operation) =>
    operation === null ? [] : [anchored(operation, traces)],
  );
  const deposed = candidates.find(({ serving }) => serving !== null && isDeposed(serving));
  if (deposed !== undefined) return deposed;
  if (kind === "split-brain") {
    // Of two nodes that answered, the one that was alone had no majority to ask.
    const alone = candidates.find(({ operation, node }) => isAlone(operation, node, bands));
    if (alone !== undefined) return alone;
  }
  const isAboutWrite =
    kind === "duplicate" ||
    kind === "lost-write" ||
    (kind === "stale-read" &&
      missing.length === 0 &&
      isSettledLeader(candidates[0], bands) &&
      rival?.node !== culprit?.node);
  const write = candidates.find(
    ({ operation }) =>
      operation === rival && operation !== null && !isRead(operation) && isAboutWrite,
  );
  return write ?? candidates[0] ?? { operation: null, node: null, serving: null };
}

/** Nobody knows more than it does: the question is what became of the write. */
function isSettledLeader(anchor: Anchor | undefined, bands: readonly FaultBand[]): boolean {
  if (anchor?.serving == null || anchor.operation === null) return false;
  const { call } = anchor.operation;
  const { node, role, since, successor } = anchor.serving;
  if (role !== "leader" || successor !== null || call - since < settledNs) return false;
  return faultNear([node], call, endOf(anchor.operation), bands)?.effect == null;
}

const settledNs = 2e9;

function isAlone(
  operation: PairedOperation | null,
  node: string | null,
  bands: readonly FaultBand[],
): boolean {
  return bands.some(
    ({ from, to, touched, effective }) =>
      operation !== null &&
      effective !== false &&
      from <= endOf(operation) &&
      to >= operation.call &&
      touched.some((effect) => effect.node === node && effect.clause.endsWith("isolated")),
  );
}

function anchored(operation: PairedOperation, traces: Traces): Anchor {
  const { node } = operation;
  const serving =
    node === null || operation.outcome === "info"
      ? null
      : servingOf(traces, node, operation.call, endOf(operation));
  return { operation, node, serving };
}

/** `n2 was a deposed leader (term 4, ...), isolated from 9.2 s to 12.3 s`. */
function nodeClause(
  operation: PairedOperation | null,
  serving: Serving | null,
  fault: NearFault | null,
): string {
  const { effect, band } = fault ?? {};
  const done =
    effect == null || band === undefined ? "" : `${effect.clause} ${duringBand(band, effect)}`;
  const node = serving?.node ?? effect?.node;
  if (node === undefined || operation === null) return "";
  if (serving === null) return `${node} ${done}`;
  if (done !== "" && serving.role === "leader" && serving.successor === null) {
    return `${node}, ${leaderAside(serving, operation.call)}, ${done}`;
  }
  const role = servingClause(serving, operation.call);
  if (done === "") return `${node} ${role}`;
  return `${node} ${role}${done.startsWith("was ") ? `, ${done.slice(4)}` : ` and ${done}`}`;
}
