import type { Op } from "./history.ts";
import type { Operations } from "./operations.ts";
import type { Verdict } from "./verdict.ts";

/**
 * How much a check may cost. The core of the package has no clock: limits in seconds and bytes are
 * turned into `shouldStop` by `porcupine-ts/node`.
 */
export type Budget = {
  /** Search steps at most; `Infinity` for no bound. */
  readonly stepsMax: number;
  /** Remembered configurations at most: bounds memory (about 64 bytes each). */
  readonly configurationsMax: number;
  /**
   * Asked every few thousand steps; true ends the check with `unknown`, or, once the verdict is certain, its
   * explanation.
   */
  readonly shouldStop: () => boolean;
  /** Told as soon as the verdict is `invalid` for certain, without an explanation: what a hard end leaves. */
  readonly onInvalid?: (result: CheckResult) => void;
};

/** An operation that cannot be ordered, and what it contradicts, for people and for the report. */
export type Anomaly = {
  readonly kind:
    | "stale-read"
    | "lost-write"
    | "duplicate"
    /** One version stood for two values: puts that conditions should have parted all took effect. */
    | "duplicate-version"
    | "phantom"
    | "broken-lock"
    | "wrong-answer"
    | "wrong-count"
    | "broken-session"
    | "unordered"
    | "stuck"
    | "too-little"
    | "broken-invariant"
    /** A process of the subject ended by itself. */
    | "gave-up";
  readonly key?: string;
  /** When it showed, nanoseconds, and at which nodes: of what was seen inside the subject. */
  readonly time?: number;
  readonly nodes?: readonly string[];
  /** `index` of the invocation that cannot be ordered. */
  readonly operation?: number;
  /** `index`es of invocations around it that force the contradiction, in time order. */
  readonly related: readonly number[];
  /** One sentence: what was expected at `operation`. */
  readonly expected?: string;
  /** One sentence: what was seen there. */
  readonly observed?: string;
  /** One sentence: why no order of the core works. */
  readonly reason?: string;
  /**
   * Operations that cannot be ordered even if every other observer is dropped and every other mutation may
   * take effect at any time after its call, or never: in the order of calls.
   */
  readonly core?: readonly CoreOperation[];
  /** None of the core can be relaxed as well; false when a limit was reached before that was shown. */
  readonly isMinimal?: boolean;
  /** Where each order of the core dies: of a core of at most six operations, where that could be told. */
  readonly orders?: CoreOrders;
};

/** The orders of a core that keep to real time: all of them are dead ends. */
export type CoreOrders = {
  /** How many there are. */
  readonly orders: number;
  /** Those that end most orders first, at most twelve. */
  readonly deadEnds: readonly DeadEnd[];
  readonly more: number;
};

export type DeadEnd = {
  /**
   * `impossible`: the last of `order` is not possible after those before it, whatever operations outside of
   * the core happen in between. `twice`: the whole order would take one of those to take effect twice.
   */
  readonly kind: "impossible" | "twice";
  /** `index`es of the core's operations in this order. */
  readonly order: readonly number[];
  /** The states that are possible before the last one, or at the end of a `twice`: at most three. */
  readonly states: readonly string[];
  readonly moreStates: number;
  /** How many orders end here or at the same place. */
  readonly orders: number;
};

/** An operation of a core; see `Operation` for its fields. */
export type CoreOperation = {
  readonly index: number;
  readonly process: number;
  readonly f: string;
  readonly key?: string;
  readonly input: unknown;
  readonly output?: unknown;
  readonly error?: string;
  readonly outcome: "ok" | "refused" | "maybe" | "open";
  /** Positions in the history; `return` is null for an operation that never returned. */
  readonly call: number;
  readonly return: number | null;
  /** Nanoseconds; null where they are not known. */
  readonly callTime: number | null;
  readonly returnTime: number | null;
  /** What the others allow there. */
  readonly expected: string;
  readonly observed: string;
};

/** How far a linearizability check got that its limits ended, on the key that it was at. */
export type Progress = {
  /** Absent where keys are not independent, or there are none. */
  readonly key?: string;
  /** How many of its completed operations some order goes through, of how many. */
  readonly ordered: number;
  readonly of: number;
  /** The model's state after them, in its words. */
  readonly state: string;
  /** The first to return of those that are not ordered; null when all are. */
  readonly due: OpenOperation | null;
  /**
   * What else was under way when that returned and is not ordered: at most 16, in the order of calls, those
   * that never returned last.
   */
  readonly open: readonly OpenOperation[];
  /** How many they are in all. */
  readonly openCount: number;
  /** Keys without a verdict, this one included; 1 where keys are not independent. */
  readonly undecidedKeys: number;
};

/** An operation in its model's words. `index`: of its invocation. */
export type OpenOperation = { readonly index: number; readonly text: string };

export type CheckResult = {
  readonly verdict: Verdict;
  /** One sentence for people, figures included. */
  readonly summary: string;
  readonly anomalies: readonly Anomaly[];
  /** Of an `unknown` of `linearizable` that came to be because a limit ended a search. */
  readonly progress?: Progress;
  /** Figures that a report may show, JSON values only. */
  readonly stats?: Readonly<Record<string, unknown>>;
};

/** Settings of one check in a workload, e.g. `{ model: "versioned-kv" }`; each checker parses its own. */
export type CheckOptions = Readonly<Record<string, unknown>>;

export type Checker = {
  /** Kebab-case; equals the file's name. */
  readonly name: string;
  /** A few words for `whitewater list checkers`. */
  readonly summary: string;
  /** JSON Schema of the options, by name: what the workload loader accepts beside `checker`. */
  readonly options: Readonly<Record<string, object>>;
  /** Names of options that must be given. */
  readonly required: readonly string[];
  /**
   * Judges a whole history (nemesis lines included). Deterministic, never mutates its input. An
   * empty history is never `invalid`. Throws `HistoryError` (code `E_HISTORY`) when the
   * history is not well-formed.
   */
  check(ops: readonly Op[], options: CheckOptions, budget: Budget): CheckResult;
  /** The same of operations in columns, for checkers that need nothing else of a history. */
  checkOperations?(operations: Operations, options: CheckOptions, budget: Budget): CheckResult;
};
