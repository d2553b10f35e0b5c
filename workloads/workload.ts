import type { CheckOptions } from "porcupine-ts";
import type { NodeOptions } from "../cluster/env/program.ts";
import type { Route } from "../cluster/subject.ts";
import type { AtlasMode, Observation } from "../nemesis/fault.ts";

/** A duration or number drawn from a closed range, in the unit of its name. */
export type Range = { readonly from: number; readonly to: number };

export type KeyChoice = "uniform" | "zipf" | "sequential";

export type OperationSpec = {
  readonly f: string;
  /** Relative frequency, a positive integer. */
  readonly weight: number;
  /** `unique`: a value written once in the run. */
  readonly value?: "unique";
  /** For conditional puts: the version the client, or any client, saw last, or one around it. */
  readonly version?: "last-seen" | "latest" | "random";
};

/** One entry of `nemesis.faults`: instances come one after another until the quiet end. */
export type FaultSpec = {
  readonly fault: string;
  /** From one instance's start to the next one's, milliseconds. Absent: once. */
  readonly everyMs?: Range;
  /** How long an instance lasts, milliseconds. For `kill`: `restartAfter`. */
  readonly forMs: Range;
  /** The fault's own parameters, as given, durations in milliseconds and ranges as `Range`. */
  readonly parameters: Observation;
};

/** One step of a resolved schedule: `schedule.yaml` of a run, replayable. */
export type ScriptStep = {
  readonly atMs: number;
  readonly action: "inject" | "heal";
  readonly id: string;
  readonly fault?: string;
  /** Resolved instance of an `inject`: targets, detail, effect. */
  readonly instance?: Observation;
};

export type NemesisSpec = {
  /** No fault in the first and last part of the run, milliseconds. */
  readonly quiet: { readonly firstMs: number; readonly lastMs: number };
  /** Whether instances of different entries may be active at once. */
  readonly overlap: boolean;
  readonly faults: readonly FaultSpec[];
  /** Whether faults keep within what the subject must survive. Absent: `within`. */
  readonly atlas?: AtlasMode;
  /** Whether each run draws its own schedule from this one (`nemesis/swarm.ts`). */
  readonly swarm?: boolean;
  /** A script instead of `faults`. */
  readonly script?: readonly ScriptStep[];
};

export type CheckSpec = { readonly checker: string; readonly options: CheckOptions };

/** A workload file, parsed, validated, defaults filled in. */
export type Workload = {
  readonly name: string;
  readonly summary: string;
  readonly subject: string;
  readonly nodes: number;
  /** The subject's, defaults filled in. */
  readonly options: NodeOptions;
  readonly clients: number;
  readonly clientsMax: number;
  readonly route: Route;
  readonly durationMs: number;
  /** Operations a second in the open loop; absent = closed loop. */
  readonly ratePerSecond?: number;
  readonly timeoutMs: number;
  readonly keys: {
    readonly count: number;
    readonly choose: KeyChoice;
    /** A slot gets a fresh key after so many operations; absent = never. */
    readonly rotateAfterOps?: number;
  };
  readonly operations: readonly OperationSpec[];
  readonly nemesis: NemesisSpec;
  readonly after: {
    readonly heal: true;
    readonly settleMs: number;
    readonly readEveryKey: boolean;
  };
  readonly check: readonly CheckSpec[];
};
