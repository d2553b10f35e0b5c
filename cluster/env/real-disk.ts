import { close, fdatasync, fsync, open, readFile, rename, write, writeSync } from "node:fs";
import { join } from "node:path";
import type { Disk, Json } from "./env.ts";
import { decodeRecords, encodeRecords } from "./record-codec.ts";

type Failure = NodeJS.ErrnoException | null;
type Next = (error: Failure) => void;

type Task =
  | { readonly kind: "read"; readonly file: string; readonly done: Parameters<Disk["read"]>[1] }
  | {
      readonly kind: "append" | "replace";
      readonly file: string;
      readonly records: readonly Json[];
      readonly onDurable: (error: Error | null) => void;
    };

/**
 * Files in one folder, one operation at a time. Appends that were asked for while another was on
 * its way are written and synced together. `beforeEffect` is called before anything is written.
 */
export function createDisk({
  folder,
  beforeEffect,
}: {
  readonly folder: string;
  readonly beforeEffect: () => void;
}): Disk {
  const queue: Task[] = [];
  /** Append handles stay open until their file is replaced or fails. */
  const handles = new Map<string, number>();
  let isBusy = false;

  function enqueue(task: Task): void {
    queue.push(task);
    // Not at once, so that what is asked for in one turn is one group.
    if (!isBusy) process.nextTick(work);
    isBusy = true;
  }

  function work(): void {
    const task = queue.shift();
    if (task === undefined) {
      isBusy = false;
      return;
    }
    if (task.kind === "read") {
      readDurably(join(folder, task.file), (error, bytes) => {
        if (error === null) task.done(decodeRecords(bytes));
        else if (error.code === "ENOENT") task.done({ kind: "absent" });
        else task.done({ kind: "error", error });
        work();
      });
      return;
    }
    beforeEffect();
    const group = [task];
    if (task.kind === "append") {
      for (
        let next = queue[0];
        next?.kind === "append" && next.file === task.file;
        next = queue[0]
      ) {
        group.push(next);
        queue.shift();
      }
    }
    const bytes = encodeRecords(group.flatMap(({ records }) => records));
    const perform = task.kind === "append" ? append : replace;
    perform(task.file, bytes, (error) => {
      for (const { onDurable } of group) onDurable(error);
      work();
    });
  }

  function append(file: string, bytes: Uint8Array, done: Next): void {
    openForAppend(file, (openError, handle) => {
      if (openError !== null) {
        done(openError);
        return;
      }
      const settle: Next = (error) =>
        error === null ? done(null) : forget(file, () => done(error));
      try {
        // Into the page cache only, which takes microseconds; a hop to a thread and back takes more.
        for (let at = 0; at < bytes.length; ) at += writeSync(handle, bytes, at);
      } catch (error) {
        settle(error as Failure);
        return;
      }
      fdatasync(handle, settle);
    });
  }

  function openForAppend(file: string, done: (error: Failure, handle: number) => void): void {
    const known = handles.get(file);
    if (known !== undefined) {
      done(null, known);
      return;
    }
    open(join(folder, file), "a", (error, handle) => {
      if (error !== null) {
        done(error, -1);
        return;
      }
      handles.set(file, handle);
      // The file may be new: without this its name could be gone after a crash.
      syncFolder(folder, (syncError) => done(syncError, handle));
    });
  }

  function replace(file: string, bytes: Uint8Array, done: Next): void {
    const temporary = join(folder, `${file}.tmp`);
    const steps: ((next: Next) => void)[] = [
      (next) => forget(file, next),
      (next) => writeDurably(temporary, bytes, next),
      (next) => rename(temporary, join(folder, file), next),
      (next) => syncFolder(folder, next),
    ];
    inTurn(steps, done);
  }

  function forget(file: string, done: Next): void {
    const handle = handles.get(file);
    handles.delete(file);
    if (handle === undefined) done(null);
    else close(handle, done);
  }

  return {
    read: (file, done) => enqueue({ kind: "read", file, done }),
    append: (file, record, onDurable) =>
      enqueue({ kind: "append", file, records: [record], onDurable }),
    replace: (file, records, onDurable) => enqueue({ kind: "replace", file, records, onDurable }),
  };
}

/** Runs the steps until one fails. */
function inTurn(steps: readonly ((next: Next) => void)[], done: Next): void {
  const [step, ...rest] = steps;
  if (step === undefined) done(null);
  else step((error) => (error === null ? inTurn(rest, done) : done(error)));
}

function writeAll(handle: number, bytes: Uint8Array, done: Next): void {
  write(handle, bytes, 0, bytes.length, null, (error, written) => {
    if (error !== null || written === bytes.length) done(error);
    else writeAll(handle, bytes.subarray(written), done);
  });
}

function writeDurably(path: string, bytes: Uint8Array, done: Next): void {
  withHandle(path, "w", done, (handle, next) =>
    writeAll(handle, bytes, (error) => (error === null ? fsync(handle, next) : next(error))),
  );
}

/** An earlier incarnation may have been killed between a write and its sync. */
function readDurably(path: string, done: (error: Failure, bytes: Buffer) => void): void {
  readFile(path, (error, bytes) => {
    if (error !== null) done(error, bytes);
    else withHandle(path, "r", (syncError) => done(syncError, bytes), fdatasync);
  });
}

function syncFolder(folder: string, done: Next): void {
  withHandle(folder, "r", done, fsync);
}

/** Opens, uses and closes; the first error counts. */
function withHandle(
  path: string,
  flags: string,
  done: Next,
  use: (handle: number, next: Next) => void,
): void {
  open(path, flags, (openError, handle) => {
    if (openError !== null) {
      done(openError);
      return;
    }
    use(handle, (error) => close(handle, (closeError) => done(error ?? closeError)));
  });
}
