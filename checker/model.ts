import type { Anomaly } from "./checker.ts";
import type { FastPath } from "./linearizability/fast-path.ts";
import type { Operations } from "./operations.ts";
import type { RuleForm } from "./rules.ts";
import type { SumForm } from "./sums.ts";
import type { TextForm } from "./texts.ts";

/**
 * A sequential specification: what one copy of the object, used by one client at a time, would do.
 *
 * States are immutable values; `step` never mutates one. The linearizability checker asks whether
 * the operations of a history can be put in an order that respects real time and that `step` allows.
 */
export type Model<State = unknown> = {
  /** Kebab-case; equals the file's name. */
  readonly name: string;
  readonly summary: string;
  /** The functions (`f`) it knows, all if none; an operation with another one is a `HistoryError`. */
  readonly functions: readonly string[];
  /** True when the operations of different keys do not influence each other. */
  readonly partitionByKey: boolean;
  /** What is wrong with the argument or the result of an operation, if the model cannot read it. */
  malformed?(operation: Operation): string | undefined;
  /** Tells rows that are certainly not `malformed` by their columns: the others are looked at as objects. */
  readable?(operations: Operations): (row: number) => boolean;
  init(): State;
  /**
   * State after `operation`, or `undefined` when it could not have had this outcome in `state`. For
   * an outcome that nobody knows, what the operation does if it takes effect (same state: nothing).
   */
  step(state: State, operation: Operation): State | undefined;
  /** Identity of a state: two states that come from one `init()` are equal iff their keys are. */
  key(state: State): string | number;
  /** An operation that never changes the state in any outcome it can have had (reads, refusals). */
  isObserver(operation: Operation): boolean;
  describeState(state: State): string;
  describeOperation(operation: Operation): string;
  /**
   * True when a `maybe` operation was evaluated before its return even if it had no effect, so that
   * `step` judges both cases at one moment. Otherwise such an operation may also never have run.
   */
  readonly maybeIsEvaluated?: boolean;
  /** `step` as rules over integers, for the search: exactly what `init` and `step` say, much faster. */
  readonly rules?: RuleForm;
  /** The same for a model whose state is a text that grows. */
  readonly texts?: TextForm;
  /** The same for a model whose state is a sum. */
  readonly sums?: SumForm;
  /** True when `isObserver` says nothing, and the search has to find out. */
  readonly findsObservers?: boolean;
  /** Decides partitions exactly where it applies, before any search. */
  readonly fastPath?: FastPath;
  /** What the operations of one partition rule out at once: speeds up the search, changes no verdict. */
  lookAhead?(operations: readonly Operation[]): LookAhead<State>;
  /**
   * Why a core has no order, in the model's own words. `operations`: a relaxed history, so whoever has an
   * outcome besides `open` is of the core; `culprit`: the one of the core that returned last.
   */
  explain?(operations: readonly Operation[], culprit: Operation): Explanation;
  /**
   * Why a core, by return, has no order: one sentence without its stop; `undefined` where the model knows
   * none. The core is minimal unless a budget ended. `relaxed`: the whole relaxed history, the core among it.
   */
  reason?(core: readonly Operation[], relaxed: readonly Operation[]): string | undefined;
};

/** Necessary conditions on the states of any order of the operations. */
export type LookAhead<State> = {
  /** False when no order of all operations passes through `state`. */
  admits(state: State): boolean;
  /** How far the state has moved on; no step ever lowers it. */
  progress(state: State): number;
  /** The highest progress at which `operation` is still possible; Infinity when any is. */
  limit(operation: Operation): number;
  /** The latest call of an operation that is possible in `state` only; -Infinity when there is none. */
  neededUntil(state: State): number;
  /**
   * False when an operation that may never have happened need not be used to come to `state`: without it,
   * every required operation to come would have the same outcome. Absent: always true.
   */
  isWanted?(state: State): boolean;
  /** True when `state`, once it is left, cannot come about again. */
  isUnique(state: State): boolean;
  /**
   * True when `operation` is possible in every state, its result does not depend on that state, and no
   * operation asks for a state to be *another* one. Then it goes at once between two states that nobody
   * to come needs.
   */
  isBlind(operation: Operation): boolean;
};

export type Explanation = {
  readonly kind: Anomaly["kind"];
  /** Of the culprit, like `observed`. */
  readonly expected: string;
  readonly observed: string;
  readonly related: readonly Operation[];
};

/** A paired invocation and completion, as the search sees it. */
export type Operation = {
  /** `index` of the invocation in the history. */
  readonly index: number;
  readonly process: number;
  readonly f: string;
  readonly key?: string;
  /** Argument, from the invocation. */
  readonly input: unknown;
  /**
   * Result, from an `ok` completion. An `open` operation has one only where a certificate relaxed it:
   * then `step` leaves it the effect that it had with this result, or none.
   */
  readonly output?: unknown;
  /** `error` of the completion: for `fail`, an observation (`ErrVersion`, `ErrNoKey`). */
  readonly error?: string;
  /**
   * `ok`: took effect between call and return. `refused`: an `fail` that observed the state.
   * `maybe`: took effect before its return or never (ErrMaybe). `open`: may take effect at any
   * time after its call, or never. Operations that certainly did nothing and saw nothing are gone.
   */
  readonly outcome: "ok" | "refused" | "maybe" | "open";
  /** Position of the invocation and of the completion in the history; `return` is Infinity if open. */
  readonly call: number;
  readonly return: number;
};
