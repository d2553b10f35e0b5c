import type { Bug } from "../../../env/program.ts";
import type { Rules } from "../program.ts";

/** What is handed to the disk counts as durable, without waiting for the fsync. */
export const bug: Bug<Rules> = {
  id: "M21",
  family: "persistence",
  breaks: "an append is answered before it is on disk",
  clientMaySee: "an acknowledged write is lost with the power",
  shownBy: "power loss of a majority, or of one node while another is away",
  wrap: (env) => ({
    ...env,
    disk: {
      ...env.disk,
      append: (file, record, onDurable) => {
        env.disk.append(file, record, (error) => {
          if (error !== null) env.fatal(`cannot write ${file}: ${error.message}`);
        });
        env.clock.setTimer(0, () => onDurable(null));
      },
    },
  }),
};
