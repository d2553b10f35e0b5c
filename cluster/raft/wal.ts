/**
 * The write-ahead log: each record of its file is the changes of one or more persists, written
 * together.
 */
import type { Json } from "../env/env.ts";
import type { Entry, HardState, Persist } from "./types.ts";

/** The changes of one persist, without its number. */
type WalChange = Pick<Persist, "hardState" | "truncateFrom" | "first" | "entries">;

export type Recovery =
  | {
      readonly kind: "recovered";
      readonly hardState: HardState;
      readonly entries: readonly Entry[];
    }
  | { readonly kind: "corrupt"; readonly reason: string };

export function walRecord(persists: readonly Persist[]): Json {
  return persists.map(({ hardState, truncateFrom, first, entries }): WalChange => {
    return { hardState, truncateFrom, first, entries };
  });
}

/** Replays a whole file. */
export function recoverWal(records: readonly Json[]): Recovery {
  let hardState: HardState = { currentTerm: 0, votedFor: null };
  const entries: Entry[] = [];
  for (const record of records) {
    for (const change of record as unknown as readonly WalChange[]) {
      hardState = change.hardState ?? hardState;
      if (change.truncateFrom !== null) entries.length = change.truncateFrom - 1;
      if (change.entries.length > 0 && change.first !== entries.length + 1) {
        const reason = `a record continues at index ${change.first}, but the log ends at ${entries.length}`;
        return { kind: "corrupt", reason };
      }
      for (const entry of change.entries) entries.push(entry);
    }
  }
  return { kind: "recovered", hardState, entries };
}
