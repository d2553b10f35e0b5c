/** Which members a node goes by: those of the latest entry that names any (thesis §4.1). */
import type { NodeName } from "../env/env.ts";
import { Inflight } from "./inflight.ts";
import type { Configuration, Entry, Index, Progress, Raft } from "./types.ts";

/** Entries were added, the first of them at `first`. */
export function onAppended(raft: Raft, first: Index, entries: readonly Entry[]): void {
  const before = raft.configurations.length;
  collect(raft.configurations, first, entries);
  if (raft.configurations.length > before) useLatest(raft);
}

/** The entries from `from` on were removed. */
export function onTruncated(raft: Raft, from: Index): void {
  if (raft.configuration.index < from) return;
  while (raft.configurations.length > 1 && (raft.configurations.at(-1)?.index ?? 0) >= from) {
    raft.configurations.pop();
  }
  useLatest(raft);
}

/** The log begins anew after `base`, with these entries. */
export function restartConfigurations(
  raft: Raft,
  base: Configuration,
  entries: readonly Entry[],
): void {
  raft.configurations = [base];
  collect(raft.configurations, base.index + 1, entries);
  useLatest(raft);
}

/** The configuration in force at an index: that of the last entry up to there that names one. */
export function configurationAt(raft: Raft, index: Index): Configuration {
  const { configurations } = raft;
  let at = configurations.length - 1;
  while (at > 0 && (configurations[at]?.index ?? 0) > index) at--;
  return configurations[at] ?? raft.configuration;
}

/** What is older than the configuration at this index is not needed any more. */
export function forgetConfigurations(raft: Raft, index: Index): void {
  const base = configurationAt(raft, index);
  raft.configurations.splice(0, raft.configurations.indexOf(base));
}

function collect(into: Configuration[], first: Index, entries: readonly Entry[]): void {
  for (let at = 0; at < entries.length; at++) {
    const members = entries[at]?.members;
    if (members !== undefined) into.push({ index: first + at, members });
  }
}

function useLatest(raft: Raft): void {
  raft.configuration = raft.configurations.at(-1) ?? raft.configuration;
  const { members } = raft.configuration;
  raft.peers = members.voters.filter((voter) => voter !== raft.id);
  raft.quorum = raft.rules.quorum(members.voters.length);
  raft.isVoter = raft.rules.isCounted(members, raft.id);
  if (raft.role === "leader") trackMembers(raft, raft.progress);
}

/**
 * A leader follows the progress of all members; of removed ones too, until that is committed.
 * `earlier` is what it knew when it led before.
 */
export function trackMembers(raft: Raft, earlier: ReadonlyMap<NodeName, Progress>): void {
  raft.isSettled = raft.configuration.index <= raft.commitIndex;
  const { members } = raft.configuration;
  for (const peer of [...members.voters, ...members.learners]) {
    if (peer === raft.id || raft.progress.has(peer)) continue;
    raft.progress.set(peer, newProgress(raft, peer, earlier.get(peer)));
  }
  raft.followers = [...raft.progress.values()];
  for (const progress of raft.followers) {
    progress.isVoter = raft.rules.isCounted(members, progress.peer);
  }
}

/** What a leader assumes of a follower that it has not heard. */
function newProgress(raft: Raft, peer: NodeName, before: Progress | undefined): Progress {
  return {
    peer,
    nextIndex: raft.log.lastIndex + 1,
    matchIndex: raft.rules.initialMatch(before),
    inflight: new Inflight(),
    isProbing: false,
    ackedRound: 0,
    heardMs: raft.nowMs,
    isVoter: false,
    sending: null,
  };
}
