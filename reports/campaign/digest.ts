import type { Anomaly, Verdict } from "porcupine-ts";
import { classOf, leadingAnomaly } from "../anomaly/classify.ts";
import { faultBands } from "../fault-bands.ts";
import type { CheckerResult, RunResult } from "../result.ts";
import { leadingCheck } from "../sentence.ts";
import { type CoverageCount, coverageOf, type RoleTurns } from "./coverage.ts";
import type { Found, HistoryFigures } from "./figures.ts";
import { type Culprit, type Signature, signatureOf } from "./signature.ts";

/** What the pages of many runs know of one, without its folder. */
export type RunDigest = HistoryFigures & {
  readonly run: string;
  readonly nodes: readonly string[];
  /** Of the first anomaly of each check that found one; first the one that the run is told by. */
  readonly signatures: readonly Signature[];
  /** By kind of fault. */
  readonly faults: Readonly<Record<string, FaultCounts>>;
  readonly coverage: readonly CoverageCount[];
  readonly checks: readonly {
    readonly checker: string;
    readonly verdict: Verdict;
    readonly summary: string;
  }[];
  readonly options: RunResult["options"];
  readonly provenance: RunResult["provenance"];
  readonly repeat: string;
};

export type FaultCounts = {
  readonly injected: number;
  readonly effective: number;
  readonly skipped: number;
};

const summaryCharactersMax = 300;

/** Pure: of a result, and what was read from the history and the traces beside it. */
export function digestOf(of: {
  readonly result: RunResult;
  readonly figures: HistoryFigures;
  readonly found: ReadonlyMap<number, Found>;
  readonly turns: RoleTurns;
}): RunDigest {
  const { result, figures, found, turns } = of;
  return {
    ...figures,
    run: result.run,
    nodes: result.nodes,
    signatures: signaturesOf(result, found),
    faults: faultCounts(result),
    coverage: coverageOf(result.faults, turns),
    checks: result.checks.map(({ checker, verdict, summary }) => ({
      checker,
      verdict,
      summary: summary.slice(0, summaryCharactersMax),
    })),
    options: result.options,
    provenance: result.provenance,
    repeat: result.repeat,
  };
}

/** The operations that have to be found in the history for a digest. */
export function culpritIndexes(checks: readonly CheckerResult[]): Set<number> {
  return new Set(firstAnomalies(checks).flatMap(({ anomaly }) => anomaly.operation ?? []));
}

function signaturesOf(result: RunResult, found: ReadonlyMap<number, Found>): Signature[] {
  const bands = faultBands(result.faults, Number.POSITIVE_INFINITY);
  const { subject, bug } = result;
  return firstAnomalies(result.checks).map(({ anomaly, ...named }) => {
    const culprit = culpritOf(anomaly, found);
    return signatureOf({ ...named, expected: anomaly.expected, culprit, bands, subject, bug });
  });
}

/** That of the check first by which the run is told. */
function firstAnomalies(checks: readonly CheckerResult[]) {
  const leading = leadingCheck(checks);
  const ordered = checks.filter((check) => check !== leading);
  if (leading !== undefined) ordered.unshift(leading);
  return ordered.flatMap((check) => {
    const [anomaly, anomalyClass] = [leadingAnomaly(check), classOf(check)];
    if (anomaly === null || anomalyClass === null) return [];
    const isRefined = check.class !== undefined;
    const { checker } = check;
    return [{ checker, class: anomalyClass, kind: anomaly.kind, isRefined, anomaly }];
  });
}

function culpritOf(anomaly: Anomaly, found: ReadonlyMap<number, Found>): Culprit | null {
  const operation = found.get(anomaly.operation ?? -1);
  if (operation !== undefined) {
    const { node, from, to } = operation;
    return { nodes: node === null ? [] : [node], from, to };
  }
  const { kind, time, nodes = [] } = anomaly;
  // What is demanded once all is healed does not depend on what happened to end shortly before.
  if (time === undefined || kind === "stuck") return null;
  return { nodes, from: time, to: time };
}

function faultCounts({ faults, skippedFaults }: RunResult): Record<string, FaultCounts> {
  const none: FaultCounts = { injected: 0, effective: 0, skipped: 0 };
  const counts: Record<string, FaultCounts> = {};
  for (const fault of skippedFaults) counts[fault] = none;
  for (const { fault, injectedAt, effective, skipped } of faults) {
    const before = counts[fault] ?? none;
    counts[fault] = {
      injected: before.injected + (injectedAt === null || skipped !== null ? 0 : 1),
      effective: before.effective + (effective === true ? 1 : 0),
      skipped: before.skipped + (skipped === null ? 0 : 1),
    };
  }
  return counts;
}
