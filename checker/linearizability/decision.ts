import type { SearchProgress } from "./search.ts";

/** The answer for a whole history, whose partitions are decided one by one. */
export type Decision =
  | {
      readonly verdict: "valid";
      readonly engine: string;
      readonly partitions: number;
      /** One order for each partition, made when asked for. */
      witnesses(): Iterable<Int32Array>;
      readonly steps: number;
    }
  | {
      readonly verdict: "invalid";
      readonly engine: string;
      readonly partitions: number;
      /** Rows of the partition that has no order, in the order of calls. */
      readonly rows: Int32Array;
      /** From a fast path: rows that cannot be ordered. */
      readonly core: Int32Array | null;
      /** From the search or a replay: so many returns of the partition can be passed for certain. */
      readonly passed: number;
      readonly steps: number;
    }
  | {
      readonly verdict: "unknown";
      readonly engine: string;
      readonly partitions: number;
      readonly reason: "time" | "steps" | "memory";
      /** Rows of the partition that was being searched. */
      readonly rows: Int32Array;
      readonly progress: SearchProgress;
      readonly undecided: number;
      readonly steps: number;
    };
