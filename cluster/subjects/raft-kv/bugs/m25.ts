import type { Disk } from "../../../env/env.ts";
import type { Bug } from "../../../env/program.ts";
import type { Rules } from "../program.ts";

/** A file that cannot be read, or is damaged, is emptied. */
function emptyUnreadable(disk: Disk): Disk["read"] {
  return (file, done) =>
    disk.read(file, (content) => {
      const isReadable = content.kind === "records" || content.kind === "absent";
      if (!isReadable) disk.replace(file, [], () => done({ kind: "absent" }));
      else done(content);
    });
}

/** A node that cannot read its log throws it away, and goes on under its name with an empty disk. */
export const bug: Bug<Rules> = {
  id: "M25",
  family: "persistence",
  breaks: "a node with an empty disk keeps its name and its vote",
  clientMaySee: "an acknowledged write is lost",
  shownBy: "rot or an error of the disk when a node restarts, and the loss of the leader",
  wrap: (env) => ({ ...env, disk: { ...env.disk, read: emptyUnreadable(env.disk) } }),
};
