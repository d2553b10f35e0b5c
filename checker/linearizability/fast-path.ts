import type { Operations } from "../operations.ts";

/** An exact way to decide one partition that is faster than the search. */
export type FastPath = {
  /** Names it in results, e.g. `zones`. */
  readonly name: string;
  /** Partitions of fewer operations are left to the search, which is over before this one is. Absent: 0. */
  readonly rowsMin?: number;
  /**
   * Called once a history; the function it gives is called once a partition, with its rows in the order
   * of calls. That checks its own precondition on the data and returns null when it does not hold: then
   * nothing is proven. Scratch space may live between the calls.
   */
  prepare(operations: Operations): (rows: Int32Array) => FastDecision | null;
};

export type FastDecision =
  | {
      readonly verdict: "valid";
      /** Rows in an order that the model allows; operations that never happened are left out. */
      witness(): Int32Array;
    }
  | {
      readonly verdict: "invalid";
      /**
       * A few rows that cannot be ordered even when everything else is relaxed: other observers dropped,
       * other mutations free to take effect at any time after their call or never. Perhaps not minimal.
       */
      core(): Int32Array;
    };
