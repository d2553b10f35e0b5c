import type { Tally } from "../testing/comparison.ts";

/** A share of the work: so many histories of one model, drawn from one seed. */
export type Job = { readonly model: string; readonly seed: number; readonly count: number };

/** What a worker found out; each difference as text, its history as JSON lines. */
export type Found = {
  readonly job: Job;
  readonly tally: Tally;
  readonly differences: readonly string[];
};
