import type { Bug } from "../../../env/program.ts";
import type { Rules } from "../program.ts";

/** A write that failed counts as done (the mistake of fsyncgate). */
export const bug: Bug<Rules> = {
  id: "M22",
  family: "persistence",
  breaks: "an error of the disk is ignored",
  clientMaySee: "an acknowledged write is lost, or a node cannot start again",
  shownBy: "one write error, then a restart of the node",
  wrap: (env) => ({
    ...env,
    disk: {
      ...env.disk,
      append: (file, record, onDurable) => env.disk.append(file, record, () => onDurable(null)),
    },
  }),
};
