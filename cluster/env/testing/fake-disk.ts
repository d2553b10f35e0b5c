import type { Disk, NodeName } from "../env.ts";
import { decodeRecords, encodeRecord, encodeRecords } from "../record-codec.ts";

/** What a node's disk has been asked to append and has not done, oldest first. */
export type Appending = { readonly path: string; readonly bytes: Uint8Array }[];

export function appendTo(files: Map<string, Uint8Array>, path: string, bytes: Uint8Array): void {
  const before = files.get(path) ?? new Uint8Array(0);
  const after = new Uint8Array(before.length + bytes.length);
  after.set(before);
  after.set(bytes, before.length);
  files.set(path, after);
}

/** One node's part of `files`; operations are done in the order they were asked for. */
export function createFakeDisk(
  files: Map<string, Uint8Array>,
  node: NodeName,
  life: { readonly isAlive: boolean; readonly appending: Appending },
  later: (done: () => void) => void,
): Disk {
  const queue: (() => void)[] = [];
  const enqueue = (work: () => void): void => {
    queue.push(work);
    if (queue.length === 1) next();
  };
  const next = (): void =>
    later(() => {
      if (!life.isAlive) return;
      const work = queue[0];
      work?.();
      queue.shift();
      if (queue.length > 0) next();
    });
  return {
    read: (file, done) =>
      enqueue(() => {
        const bytes = files.get(`${node}/${file}`);
        done(bytes === undefined ? { kind: "absent" } : decodeRecords(bytes));
      }),
    append: (file, record, onDurable) => {
      const path = `${node}/${file}`;
      const bytes = encodeRecord(record);
      life.appending.push({ path, bytes });
      enqueue(() => {
        life.appending.shift();
        appendTo(files, path, bytes);
        onDurable(null);
      });
    },
    replace: (file, records, onDurable) =>
      enqueue(() => {
        files.set(`${node}/${file}`, encodeRecords(records));
        onDurable(null);
      }),
  };
}
