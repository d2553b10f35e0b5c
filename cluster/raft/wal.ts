/**
 * The write-ahead log: each record of its file is the changes of one or more persists, written
 * together. A compacted one begins after the snapshot that was the latest then.
 */
import type { Json } from "../env/env.ts";
import type { Compaction, Entry, HardState, Index, Persist } from "./types.ts";

/** The changes of one persist, without its number. */
type WalChange = Pick<Persist, "hardState" | "truncateFrom" | "first" | "entries">;

export type Recovery =
  | {
      readonly kind: "recovered";
      readonly hardState: HardState;
      /** The index before the first of `entries`. */
      readonly base: Index;
      readonly entries: readonly Entry[];
    }
  | { readonly kind: "corrupt"; readonly reason: string };

export function walRecord(persists: readonly Persist[]): Json {
  return persists.length === 1 ? [changeOf(persists[0] as Persist)] : persists.map(changeOf);
}

function changeOf({ hardState, truncateFrom, first, entries }: Persist): WalChange {
  return { hardState, truncateFrom, first, entries };
}

/** The whole log after a snapshot, in one record. */
export function compactedRecord({
  snapshot,
  hardState,
  entries,
}: Omit<Compaction, "snapshot"> & {
  readonly snapshot: Pick<Compaction["snapshot"], "lastIncludedIndex"> | null;
}): Json {
  const first = (snapshot?.lastIncludedIndex ?? 0) + 1;
  const change: WalChange = { hardState, truncateFrom: null, first, entries };
  return [change];
}

/** Replays a whole file. */
export function recoverWal(records: readonly Json[]): Recovery {
  const changes = (records as unknown as readonly (readonly WalChange[])[]).flat();
  const base = (changes[0]?.first ?? 1) - 1;
  let hardState: HardState = { currentTerm: 0, votedFor: null };
  const entries: Entry[] = [];
  for (const change of changes) {
    hardState = change.hardState ?? hardState;
    if (change.truncateFrom !== null) entries.length = change.truncateFrom - 1 - base;
    const lastIndex = base + entries.length;
    if (change.entries.length > 0 && change.first !== lastIndex + 1) {
      const reason = `a record continues at index ${change.first}, but the log ends at ${lastIndex}`;
      return { kind: "corrupt", reason };
    }
    for (const entry of change.entries) entries.push(entry);
  }
  return { kind: "recovered", hardState, base, entries };
}
