import type { Bug } from "../../../env/program.ts";
import type { Rules } from "../program.ts";

/** A log whose end is damaged is dropped as a whole, term and vote included. */
export const bug: Bug<Rules> = {
  id: "M23",
  family: "persistence",
  breaks: "a torn last record costs the whole log",
  clientMaySee: "an acknowledged write is lost",
  shownBy: "power loss that tears the last write of a node, with another node away",
  wrap: (env) => ({
    ...env,
    disk: {
      ...env.disk,
      read: (file, done) =>
        env.disk.read(file, (content) => {
          const isTorn = content.kind === "records" && content.tornBytes > 0;
          done(isTorn ? { ...content, records: [] } : content);
        }),
    },
  }),
};
