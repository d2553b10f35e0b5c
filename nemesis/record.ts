import type { Op } from "porcupine-ts";
import type { Effect, Observation } from "./fault.ts";

/**
 * One instance of a fault as it went, for the report and the vacuity rules. `faultRecords` derives
 * these from the nemesis lines of a history, so a recorded run can be judged again.
 */
export type FaultRecord = {
  /** `FAULT-N`, unique within the run, in the order in which they were begun. */
  readonly id: string;
  readonly fault: string;
  readonly targets: readonly string[];
  readonly detail: Observation;
  readonly effect: Effect;
  /** When the injection began, nanoseconds since the run did; null where it never came to that. */
  readonly injectedAt: number | null;
  /** When the heal was due. */
  readonly healDueAt: number | null;
  /** When it began: later, where no look had seen the effect and one more was taken. */
  readonly healBeganAt: number | null;
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

/**
 * What the nemesis writes into the history; the recorder adds `index` and `time`. By `f`:
 *
 * - `inject` `{ id, fault, targets, detail, effect }`: the injection begins.
 * - `injected` `{ id, error? }`: it is done, or failed (then the heal follows at once).
 * - `heal` `{ id, lateNs? }` and `healed` `{ id, error? }`: the heal begins, so much later than it was
 *   due, is complete.
 * - `judge` `{ id, effective, healed, evidence, looks }`: last line of an instance.
 * - `skip` `{ id, fault, reason }`: the only line of an instance that found no target.
 * - `quorum` `{ majority }`: from here on a connected majority is there or is not. Lost at the
 *   moment an injection begins, regained when a heal is complete; there at the start.
 */
export type NemesisLine = {
  readonly process: "nemesis";
  readonly type: "info";
  readonly f: NemesisFunction;
  readonly value: Observation;
};

export type NemesisFunction =
  | "inject"
  | "injected"
  | "heal"
  | "healed"
  | "judge"
  | "skip"
  | "quorum";

/** What the value of any line may hold. */
type Line = Partial<FaultRecord> & {
  readonly error?: string;
  readonly reason?: string;
  readonly lateNs?: number;
};

/** Derives the records from the nemesis lines of a history, in the order the instances began. */
export function faultRecords(
  ops: readonly Pick<Op, "process" | "f" | "time" | "value">[],
): FaultRecord[] {
  const records = new Map<string, Mutable<FaultRecord>>();
  for (const { process, f, time, value } of ops) {
    if (process !== "nemesis" || typeof value !== "object" || value === null) continue;
    const line = value as Line;
    if (line.id === undefined) continue;
    let record = records.get(line.id);
    if (record === undefined) {
      record = emptyRecord(line.id);
      records.set(line.id, record);
    }
    tell(record, f, time, line);
  }
  return [...records.values()];
}

type Mutable<T> = { -readonly [field in keyof T]: T[field] };

/** Adds to the record what one of its lines says. */
function tell(record: Mutable<FaultRecord>, f: string, time: number, line: Line): void {
  switch (f) {
    case "inject":
      Object.assign(record, line);
      record.injectedAt = time;
      break;
    case "injected":
      if (line.error !== undefined) record.evidence = `could not be injected: ${line.error}`;
      break;
    case "heal":
      if (record.healBeganAt !== null) break;
      record.healBeganAt = time;
      record.healDueAt = time - (line.lateNs ?? 0);
      break;
    case "healed":
      if (line.error === undefined) record.healedAt = time;
      break;
    case "judge":
      record.effective = line.effective ?? null;
      record.healed = line.healed ?? null;
      record.evidence = line.evidence ?? "";
      record.looks = line.looks ?? {};
      break;
    case "skip":
      record.fault = line.fault ?? record.fault;
      record.skipped = line.reason ?? "";
      break;
  }
}

function emptyRecord(id: string): Mutable<FaultRecord> {
  return {
    id,
    fault: id.replace(/-[0-9]+$/, ""),
    targets: [],
    detail: {},
    effect: {},
    injectedAt: null,
    healDueAt: null,
    healBeganAt: null,
    healedAt: null,
    effective: null,
    healed: null,
    evidence: "",
    looks: {},
    skipped: null,
  };
}
