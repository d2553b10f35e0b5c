import type { Disk, FileContent, NodeName } from "../../../env/env.ts";
import type { Bug } from "../../../env/program.ts";
import type { Snapshot } from "../../../raft/types.ts";
import { recoverWal } from "../../../raft/wal.ts";
import type { Rules } from "../program.ts";

/** Whether the latest members that a node's files name are others. */
function isRemoved(snapshot: FileContent, log: FileContent, node: NodeName): boolean {
  if (log.kind !== "records") return false;
  const recovery = recoverWal(log.records);
  if (recovery.kind === "corrupt") return false;
  const held = snapshot.kind === "records" ? snapshot.records[0] : undefined;
  let members = (held as unknown as Snapshot | undefined)?.members;
  for (const entry of recovery.entries) members = entry.members ?? members;
  if (members === undefined) return false;
  return !(members.voters.includes(node) || members.learners.includes(node));
}

/** The files of a node that was removed are emptied when it starts. */
function forgetful(disk: Disk, node: NodeName): Disk["read"] {
  return (file, done) => {
    if (file !== "snapshot") {
      disk.read(file, done);
      return;
    }
    disk.read("snapshot", (snapshot) => {
      disk.read("wal", (log) => {
        if (!isRemoved(snapshot, log, node)) return done(snapshot);
        const restart = () => done({ kind: "absent" });
        disk.replace("snapshot", [], () => disk.replace("wal", [], restart));
      });
    });
  };
}

/** A node that was removed forgets its log and its votes, and goes on under its name. */
export const bug: Bug<Rules> = {
  id: "M46",
  family: "membership",
  breaks: "a removed node wipes its disk and votes again under the same name",
  clientMaySee: "an acknowledged write is lost",
  shownBy: "two nodes that are removed and restart, and a third that has not heard of it",
  wrap: (env) => ({ ...env, disk: { ...env.disk, read: forgetful(env.disk, env.node) } }),
};
