import type { Anomaly, Op } from "porcupine-ts";
import { expectationsOf } from "../../nemesis/atlas.ts";
import { faultRecords } from "../../nemesis/record.ts";
import type { Workload } from "../../workloads/workload.ts";
import { type LiveCheck, watchJournal } from "../live-check.ts";
import { voterNames } from "../node-names.ts";

/**
 * Judges a simulated run while it is played. Nothing is told from the moment on from which nothing is
 * promised any more: more was taken from the nodes' disks than Raft can bear.
 */
export function watchRun(workload: Workload, onAnomaly: (anomaly: Anomaly) => void): LiveCheck {
  const ops: Op[] = [];
  return watchJournal({
    workload,
    journal: { append: (op) => ops.push(op) },
    onAnomaly: (anomaly) => {
      const { safeUntilNs } = expectationsOf(voterNames(workload), faultRecords(ops));
      if ((ops.at(-1)?.time ?? 0) < safeUntilNs) onAnomaly(anomaly);
    },
  });
}
