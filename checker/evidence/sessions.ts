import type { Anomaly } from "../checker.ts";
import type { Operations } from "../operations.ts";
import { anomalyAt, describeRow, Findings } from "./findings.ts";

export type Guarantee =
  | "monotonic-reads"
  | "read-your-writes"
  | "monotonic-writes"
  | "writes-follow-reads";

/** What a process had done, in the words of a promise. */
const promises: Readonly<Record<Guarantee, string>> = {
  "monotonic-reads": "nothing older than what this process had read",
  "read-your-writes": "nothing older than what this process had written",
  "monotonic-writes": "a place after what this process had written",
  "writes-follow-reads": "a place after what this process had read",
};

/** Session guarantees that were broken: how often each, and the first in full. */
export class SessionFindings {
  /** Operations that were compared with earlier ones of their process. */
  compared: number = 0;
  readonly broken: Record<Guarantee, number> = {
    "monotonic-reads": 0,
    "read-your-writes": 0,
    "monotonic-writes": 0,
    "writes-follow-reads": 0,
  };
  readonly #operations: Operations;
  readonly #findings = new Findings();

  constructor(operations: Operations) {
    this.#operations = operations;
  }

  get anomalies(): readonly Anomaly[] {
    return this.#findings.anomalies;
  }

  /** The operation `row` is older than `before` of the same process; `missing`: an element it lacks. */
  add(guarantee: Guarantee, row: number, before: number, missing?: string): void {
    this.broken[guarantee]++;
    this.#findings.add(() => {
      const what = missing === undefined ? promises[guarantee] : `${missing}, ${had[guarantee]}`;
      const earlier = describeRow(this.#operations, before);
      return anomalyAt(this.#operations, row, {
        kind: "broken-session",
        related: [before],
        expected: `${what} before (${guarantee.replaceAll("-", " ")}: ${earlier})`,
        observed: describeRow(this.#operations, row),
      });
    });
  }
}

const had: Readonly<Record<Guarantee, string>> = {
  "monotonic-reads": "which this process had read",
  "read-your-writes": "which this process had written",
  "monotonic-writes": "which this process had written",
  "writes-follow-reads": "which this process had read",
};
