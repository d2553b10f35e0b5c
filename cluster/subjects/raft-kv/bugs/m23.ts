import type { Disk } from "../../../env/env.ts";
import type { Bug } from "../../../env/program.ts";
import type { Rules } from "../program.ts";

/** A file whose end is torn is emptied. */
function emptyTorn(disk: Disk): Disk["read"] {
  return (file, done) =>
    disk.read(file, (content) => {
      const isTorn = content.kind === "records" && content.tornBytes > 0;
      if (isTorn) disk.replace(file, [], () => done({ kind: "absent" }));
      else done(content);
    });
}

/** A log whose end is torn is dropped as a whole, term and vote included. */
export const bug: Bug<Rules> = {
  id: "M23",
  family: "persistence",
  breaks: "a torn last record costs the whole log",
  clientMaySee: "an acknowledged write is lost",
  shownBy: "power loss that tears the last write of a node, with another node away",
  wrap: (env) => ({ ...env, disk: { ...env.disk, read: emptyTorn(env.disk) } }),
};
