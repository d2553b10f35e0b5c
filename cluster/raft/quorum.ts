import type { Index, Progress, Raft } from "./types.ts";

/** What is asked of followers: here once, since a function made anew at every answer costs more than its call. */
export const matchIndexOf = ({ matchIndex }: Progress): Index => matchIndex;
export const ackedRoundOf = ({ ackedRound }: Progress): number => ackedRound;
export const heardMsOf = ({ heardMs }: Progress): number => heardMs;

/** Reused, since commits and reads ask at every answer; what lies behind the count is old. */
const values: number[] = [];

/** The highest value that a majority of the voters has reached, our own value counted if we are one. */
export function reachedByQuorum(
  raft: Raft,
  own: number,
  of: (progress: Progress) => number,
): number {
  let count = 0;
  if (raft.isVoter) values[count++] = own;
  for (const progress of raft.followers) {
    if (progress.isVoter) insert(of(progress), count++);
  }
  return raft.quorum <= count ? (values[raft.quorum - 1] ?? 0) : 0;
}

/** Among the first so many values, of which the highest stands first. */
function insert(value: number, count: number): void {
  let at = count;
  while (at > 0 && (values[at - 1] ?? 0) < value) {
    values[at] = values[at - 1] ?? 0;
    at--;
  }
  values[at] = value;
}
