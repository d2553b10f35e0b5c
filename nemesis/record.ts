import type { Effect, Observation } from "./fault.ts";

/**
 * One instance of a fault as it went, for the report and the vacuity rules. `faultRecords` derives
 * these from the nemesis lines of a history, so a recorded run can be judged again.
 */
export type FaultRecord = {
  /** `FAULT-N`, unique within the run, in order of injection. */
  readonly id: string;
  readonly fault: string;
  readonly targets: readonly string[];
  readonly detail: Observation;
  readonly effect: Effect;
  /** Nanoseconds since the run began; null where it never came to that. */
  readonly injectedAt: number | null;
  /** When the heal was complete. */
  readonly healedAt: number | null;
  /** Null while unknown, or when skipped. */
  readonly effective: boolean | null;
  readonly healed: boolean | null;
  /** One sentence: what the probes saw. */
  readonly evidence: string;
  readonly looks: {
    readonly before?: Observation;
    readonly during?: Observation;
    readonly after?: Observation;
  };
  /** Why it was not done, when it was not. */
  readonly skipped: string | null;
};
