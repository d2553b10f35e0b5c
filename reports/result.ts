import type { Anomaly, Progress, Verdict } from "porcupine-ts";
import type { AnomalyClass } from "./anomaly/classes.ts";
import type { Copies } from "./copies.ts";
import type { OperationTable } from "./operation-table.ts";
import type { Around } from "./read-inside.ts";

/** One direction between two nodes. */
export type LinkResult = { readonly from: string; readonly to: string };

/** What became of one instance of a fault (the report's view of `nemesis/record.ts`). */
export type FaultResult = {
  readonly id: string;
  readonly fault: string;
  readonly targets: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
  /** What it did to the cluster (`Effect` of `nemesis/fault.ts`): node lanes are drawn from it. */
  readonly effect?: {
    readonly down?: readonly string[];
    readonly paused?: readonly string[];
    readonly away?: readonly string[];
    readonly cut?: readonly LinkResult[];
    readonly slow?: readonly LinkResult[];
    readonly lossy?: readonly LinkResult[];
    readonly reset?: readonly LinkResult[];
    readonly disks?: readonly string[];
    readonly retired?: readonly string[];
    readonly skewed?: readonly {
      readonly node: string;
      readonly setting: { readonly offsetMs: number; readonly rate: number };
    }[];
  };
  /** Nanoseconds since the run began. */
  readonly injectedAt: number | null;
  readonly healedAt: number | null;
  readonly effective: boolean | null;
  readonly evidence: string;
  readonly skipped: string | null;
};

export type CheckerResult = {
  readonly checker: string;
  readonly verdict: Verdict;
  readonly summary: string;
  readonly anomalies: readonly Anomaly[];
  /** What its first anomaly is called, as on the page; absent without one, and in older files. */
  readonly class?: AnomalyClass;
  /** Of an `unknown` that a limit ended: how far it got, and what was open there. */
  readonly progress?: Progress;
  readonly stats?: Readonly<Record<string, unknown>>;
  /** How long it took, milliseconds. */
  readonly tookMs: number;
};

/** The contract between a run and everything that shows it: `result.json`. */
export type RunResult = {
  readonly whitewater: 1;
  readonly run: string;
  readonly verdict: Verdict;
  /** The one sentence. */
  readonly sentence: string;
  readonly workload: string;
  readonly subject: string;
  readonly driver: string;
  readonly nodes: readonly string[];
  /** The subject's, every default written out. */
  readonly options: Readonly<Record<string, number | boolean>>;
  readonly seed: number;
  readonly bug: string | null;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly durationMs: number;
  /** The command that repeats the run. */
  readonly repeat: string;
  readonly operations: { readonly ok: number; readonly fail: number; readonly info: number };
  /** Arrivals that the open loop could not start because all clients were busy. */
  readonly droppedArrivals: number;
  readonly faults: readonly FaultResult[];
  /** Why it is vacuous: one sentence each, empty when it is not. */
  readonly vacuous: readonly string[];
  /** Faults that the driver cannot do and `--skip-unsupported` left out. */
  readonly skippedFaults: readonly string[];
  readonly checks: readonly CheckerResult[];
  /** Environment failures during the run: effects that outlived heal, nodes that the machine ended. */
  readonly environment: readonly string[];
  readonly interrupted: boolean;
  /** git commit, image digest, kernel, engine, node, versions, event-loop delay, CPU steal, ... */
  readonly provenance: Readonly<Record<string, string>>;
};

/** What the page shows beside the result. */
export type RunFiles = {
  readonly result: RunResult;
  readonly table: OperationTable;
  /** The last part of each node's log, by node. */
  readonly logs: Readonly<Record<string, string>>;
  /** Lines of each node's trace that lanes are drawn from (`role`, `start`, `status`), by node. */
  readonly trace: Readonly<Record<string, readonly TraceLine[]>>;
  /** Of the operations on the keys of anomalies that were sent more than once. */
  readonly copies?: Copies;
  /** What nodes said and sent while the anomalies happened. */
  readonly around: Around;
};

/** One trace line of a node; `mono` is nanoseconds since the run began. */
export type TraceLine = {
  readonly mono: number;
  readonly kind: string;
  readonly term?: number;
  readonly [field: string]: unknown;
};
