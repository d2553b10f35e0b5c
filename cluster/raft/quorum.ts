import type { Progress, Raft } from "./types.ts";

/** Reused, since commits and reads ask at every answer. */
const values: number[] = [];

/** The highest value that a majority of the voters has reached, our own value counted if we are one. */
export function reachedByQuorum(
  raft: Raft,
  own: number,
  of: (progress: Progress) => number,
): number {
  values.length = 0;
  if (raft.isVoter) values.push(own);
  for (const progress of raft.progress.values()) {
    if (progress.isVoter) insert(of(progress));
  }
  return values[raft.quorum - 1] ?? 0;
}

/** Keeps the highest first. */
function insert(value: number): void {
  let at = values.length;
  values.push(value);
  while (at > 0 && (values[at - 1] ?? 0) < value) {
    values[at] = values[at - 1] ?? 0;
    at--;
  }
  values[at] = value;
}
