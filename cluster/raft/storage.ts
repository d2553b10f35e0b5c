import type { NodeEnv } from "../env/env.ts";
import type { Entry, HardState, Persist } from "./types.ts";
import { recoverWal, walRecord } from "./wal.ts";

const walFile = "wal";

export type Recovered = {
  readonly hardState: HardState;
  readonly entries: readonly Entry[];
  /** Bytes of a torn last write that were cut off. */
  readonly tornBytes: number;
};

/** Reads the log of an earlier incarnation, cutting off a torn tail. Fatal when it is corrupt. */
export function recover(env: NodeEnv, done: (recovered: Recovered) => void): void {
  env.disk.read(walFile, (content) => {
    if (content.kind === "error") {
      env.fatal(`cannot read the write-ahead log: ${content.error.message}`);
    }
    if (content.kind === "corrupt") refuse(env, content.reason);
    const { records, tornBytes } =
      content.kind === "records" ? content : { records: [], tornBytes: 0 };
    const recovery = recoverWal(records);
    if (recovery.kind === "corrupt") refuse(env, recovery.reason);
    const { hardState, entries } = recovery;
    const recovered = { hardState, entries, tornBytes };
    if (tornBytes === 0) return done(recovered);
    env.log(`cut off ${tornBytes} bytes of a torn write after ${records.length} records`);
    env.disk.replace(walFile, records, (failure) => {
      if (failure !== null) env.fatal(`cannot repair the write-ahead log: ${failure.message}`);
      done(recovered);
    });
  });
}

function refuse(env: NodeEnv, reason: string): never {
  env.fatal(`the write-ahead log is corrupt, refusing to start: ${reason}`);
}

export type WalWriter = { write(persist: Persist): void };

/**
 * Group commit: one write is under way, and everything that comes meanwhile goes into the next.
 * `onDurable` names the last persist that is on disk. A failed write is fatal: what the kernel kept
 * of it is unknown, so a second try could lie.
 */
export function createWalWriter(env: NodeEnv, onDurable: (sequence: number) => void): WalWriter {
  let queue: Persist[] = [];
  let isWriting = false;

  function writeQueue(): void {
    const last = queue.at(-1);
    if (isWriting || last === undefined) return;
    const record = walRecord(queue);
    queue = [];
    isWriting = true;
    env.disk.append(walFile, record, (error) => {
      if (error !== null) env.fatal(`cannot write the write-ahead log: ${error.message}`);
      isWriting = false;
      writeQueue();
      onDurable(last.sequence);
    });
  }

  return {
    write: (persist) => {
      queue.push(persist);
      writeQueue();
    },
  };
}
