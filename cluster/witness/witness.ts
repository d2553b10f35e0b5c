import type { NodeOptions } from "../env/program.ts";
import type { Stage } from "./stage.ts";

/** By what a bug shows: a promise of Raft, a history, a bound, or a node that ends. */
export type FindingKind = "invariant" | "anomaly" | "liveness" | "exit";

export type Finding = { readonly kind: FindingKind; readonly text: string };

/** A schedule that shows one bug in the simulator, and that the correct build survives. */
export type Witness = {
  /** The bug's id; the file has the same name in lower case. */
  readonly bug: string;
  /** What it shows, besides whatever else may come of it. */
  readonly shows: FindingKind;
  readonly nodes: number;
  readonly options?: NodeOptions;
  /** `append-list` unless told: appends and reads of one key. */
  readonly model?: string;
  /** Called at boot. What is broken when it returns is healed, and then everybody must recover. */
  play(stage: Stage): void;
};
