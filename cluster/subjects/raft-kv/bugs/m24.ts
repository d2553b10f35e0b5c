import type { Disk, Json } from "../../../env/env.ts";
import type { Bug } from "../../../env/program.ts";
import type { Snapshot } from "../../../raft/types.ts";
import type { Rules } from "../program.ts";
import { createKvMachine, machineRules } from "../state-machine.ts";

const snapshotFile = "snapshot";
const stateFile = "state";

/** The snapshot's text is kept in a file of its own. */
function splitSnapshot(disk: Disk): Disk {
  return {
    ...disk,
    read: (file, done) =>
      disk.read(file, (content) => {
        const [index] = content.kind === "records" ? content.records : [];
        if (file !== snapshotFile || content.kind !== "records" || index === undefined) {
          return done(content);
        }
        disk.read(stateFile, (state) => {
          const [data = createKvMachine(machineRules).snapshot()] =
            state.kind === "records" ? state.records : [];
          done({ ...content, records: [{ ...(index as object), data } as Json] });
        });
      }),
    replace: (file, records, onDurable) => {
      if (file !== snapshotFile) return disk.replace(file, records, onDurable);
      const { data, ...index } = records[0] as unknown as Snapshot;
      disk.replace(snapshotFile, [index], (error) => {
        if (error !== null) onDurable(error);
        else disk.replace(stateFile, [data], onDurable);
      });
    },
  };
}

/** The index of a snapshot and its state are in two files, and the index is written first. */
export const bug: Bug<Rules> = {
  id: "M24",
  family: "persistence",
  breaks: "the applied index and the state are not saved together",
  clientMaySee: "an acknowledged write is lost, or a stale read: a restart skips entries",
  shownBy: "a crash between the two, and that node as leader",
  wrap: (env) => ({ ...env, disk: splitSnapshot(env.disk) }),
};
