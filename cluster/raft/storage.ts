import type { FileContent, Json, NodeEnv } from "../env/env.ts";
import { RaftLog } from "./log.ts";
import type { RaftRules } from "./rules.ts";
import type { Compaction, Entry, HardState, Persist, Snapshot } from "./types.ts";
import { compactedRecord, type Recovery, recoverWal, walRecord } from "./wal.ts";

const walFile = "wal";
const snapshotFile = "snapshot";

export type Recovered = {
  readonly hardState: HardState;
  readonly snapshot: Snapshot | null;
  /** The log after the snapshot. */
  readonly entries: readonly Entry[];
  /** Bytes of a torn last write that were cut off. */
  readonly tornBytes: number;
};

/**
 * Reads what an earlier incarnation left, and mends what a crash left half done: a torn tail, and a
 * snapshot whose log was not yet cut. Fatal when anything is corrupt.
 */
export function recover(
  env: NodeEnv,
  rules: RaftRules,
  done: (recovered: Recovered) => void,
): void {
  env.disk.read(snapshotFile, (snapshotContent) => {
    const snapshot = snapshotIn(env, snapshotContent);
    env.disk.read(walFile, (content) => {
      const { records, tornBytes } = recordsIn(env, "write-ahead log", content);
      const recovery = recoverWal(records);
      if (recovery.kind === "corrupt") refuse(env, "write-ahead log", recovery.reason);
      const { hardState, base } = recovery;
      const entries = entriesAfter(env, rules, snapshot, recovery);
      const recovered = { hardState, snapshot, entries, tornBytes };
      const isCut = base === (snapshot?.lastIncludedIndex ?? 0);
      if (tornBytes === 0 && isCut) return done(recovered);
      if (tornBytes > 0) env.log(`cut off ${tornBytes} bytes of a torn write`);
      if (!isCut) env.log(`cut the log after index ${base}, where its snapshot did not end`);
      env.disk.replace(walFile, [compactedRecord(recovered)], (failure) => {
        if (failure !== null) env.fatal(`cannot repair the write-ahead log: ${failure.message}`);
        done(recovered);
      });
    });
  });
}

function snapshotIn(env: NodeEnv, content: FileContent): Snapshot | null {
  const { records, tornBytes } = recordsIn(env, "snapshot", content);
  // It is replaced whole: what is not whole has rotted.
  if (tornBytes > 0) refuse(env, "snapshot", "its end is damaged");
  return (records[0] ?? null) as Snapshot | null;
}

/** The part of the log that follows the snapshot; nothing of a log of another history. */
function entriesAfter(
  env: NodeEnv,
  rules: RaftRules,
  snapshot: Snapshot | null,
  { base, entries }: Extract<Recovery, { kind: "recovered" }>,
): readonly Entry[] {
  const lastIncludedIndex = snapshot?.lastIncludedIndex ?? 0;
  if (base === lastIncludedIndex) return entries;
  if (snapshot === null || base > lastIncludedIndex) {
    const reason = `it begins after index ${base}, but the snapshot ends at ${lastIncludedIndex}`;
    return refuse(env, "write-ahead log", reason);
  }
  const isSame = rules.keepsSuffix(new RaftLog(entries, base), snapshot);
  return isSame ? entries.slice(lastIncludedIndex - base) : [];
}

function recordsIn(
  env: NodeEnv,
  what: string,
  content: FileContent,
): { readonly records: readonly Json[]; readonly tornBytes: number } {
  if (content.kind === "error") env.fatal(`cannot read the ${what}: ${content.error.message}`);
  if (content.kind === "corrupt") refuse(env, what, content.reason);
  return content.kind === "records" ? content : { records: [], tornBytes: 0 };
}

function refuse(env: NodeEnv, what: string, reason: string): never {
  env.fatal(`the ${what} is corrupt, refusing to start: ${reason}`);
}

export type WalWriter = { write(persist: Persist): void };

/**
 * Group commit: one write is under way, and everything that comes meanwhile goes into the next; a
 * compaction is a write of its own. `onDurable` names the last persist that is on disk. A failed
 * write is fatal: what the kernel kept of it is unknown, so a second try could lie.
 */
export function createWalWriter(
  env: NodeEnv,
  rules: RaftRules,
  onDurable: (sequence: number) => void,
): WalWriter {
  /** What came while a write was under way. */
  const queue: Persist[] = [];
  let isWriting = false;
  /** The last persist of the append under way. */
  let appending = 0;

  function onAppended(error: Error | null): void {
    if (error !== null) env.fatal(`cannot write the write-ahead log: ${error.message}`);
    finish(appending);
  }

  function writeQueue(): void {
    let count = 0;
    while (count < queue.length && queue[count]?.compaction === null) count += 1;
    write(queue.splice(0, Math.max(1, count)));
  }

  /** A compaction, or persists without any. */
  function write(group: readonly Persist[]): void {
    isWriting = true;
    const { compaction, sequence } = group[group.length - 1] as Persist;
    if (compaction !== null) {
      compact(compaction, () => finish(sequence));
      return;
    }
    appending = sequence;
    env.disk.append(walFile, walRecord(group), onAppended);
  }

  function compact(compaction: Compaction, done: () => void): void {
    const files = rules.compactionOrder();
    const replace = (at: number): void => {
      const file = files[at];
      if (file === undefined) {
        done();
        return;
      }
      const [name, record] =
        file === "snapshot"
          ? [snapshotFile, compaction.snapshot as Json]
          : [walFile, compactedRecord(compaction)];
      env.disk.replace(name, [record], (error) => {
        if (error !== null) env.fatal(`cannot replace the ${file}: ${error.message}`);
        replace(at + 1);
      });
    };
    replace(0);
  }

  function finish(sequence: number): void {
    isWriting = false;
    if (queue.length > 0) writeQueue();
    onDurable(sequence);
  }

  return {
    write: (persist) => {
      if (isWriting) queue.push(persist);
      else write([persist]);
    },
  };
}
