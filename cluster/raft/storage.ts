import type { NodeEnv } from "../env/env.ts";
import type { Entry, HardState, Persist } from "./types.ts";
import { encodeFrame, recoverWal } from "./wal.ts";

const walFile = "wal";

export type Recovered = {
  readonly hardState: HardState;
  readonly entries: readonly Entry[];
  /** Bytes of a torn last write that were cut off. */
  readonly tornBytes: number;
};

/** Reads the log of an earlier incarnation, cutting off a torn tail. Fatal when it is corrupt. */
export function recover(env: NodeEnv, done: (recovered: Recovered) => void): void {
  env.disk.read(walFile, (error, read) => {
    if (error !== null) env.fatal(`cannot read the write-ahead log: ${error.message}`);
    const bytes = read ?? new Uint8Array(0);
    const recovery = recoverWal(bytes);
    if (recovery.kind === "corrupt") {
      env.fatal(`the write-ahead log is corrupt, refusing to start: ${recovery.reason}`);
    }
    const { hardState, entries, wholeBytes } = recovery;
    const tornBytes = bytes.length - wholeBytes;
    const recovered = { hardState, entries, tornBytes };
    if (tornBytes === 0) return done(recovered);
    env.log(`cut off ${tornBytes} bytes of a torn write after byte ${wholeBytes}`);
    env.disk.replace(walFile, bytes.slice(0, wholeBytes), (failure) => {
      if (failure !== null) env.fatal(`cannot repair the write-ahead log: ${failure.message}`);
      done(recovered);
    });
  });
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
    const frame = encodeFrame(queue);
    queue = [];
    isWriting = true;
    env.disk.append(walFile, frame, (error) => {
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
