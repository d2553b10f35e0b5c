import type { Disk } from "../../../env/env.ts";
import type { Bug } from "../../../env/program.ts";
import type { Rules } from "../program.ts";

/** A file that is damaged is emptied. */
function emptyDamaged(disk: Disk): Disk["read"] {
  return (file, done) =>
    disk.read(file, (content) => {
      if (content.kind === "corrupt") disk.replace(file, [], () => done({ kind: "absent" }));
      else done(content);
    });
}

/** A node whose log is damaged throws it away, and goes on under its name with an empty disk. */
export const bug: Bug<Rules> = {
  id: "M25",
  family: "persistence",
  breaks: "a node with an empty disk keeps its name and its vote",
  clientMaySee: "an acknowledged write is lost",
  shownBy: "rot in the log of a node, its restart, and the loss of the leader",
  guided:
    "a node that lost its log must decide a vote or a commit before its leader has caught it up",
  wrap: (env) => ({ ...env, disk: { ...env.disk, read: emptyDamaged(env.disk) } }),
};
