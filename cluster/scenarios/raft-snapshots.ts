import type { NodeName } from "../env/env.ts";
import { LogLab } from "./log-lab.ts";
import type { Scenario } from "./scenario.ts";

const snapshotEntriesMax = 10;

type Way = { readonly isUnreliable: boolean; readonly crashes: boolean };

/** Lab 3D: a snapshot after every ten entries. */
export const snapshots: readonly Scenario[] = [
  {
    name: "3D SnapshotBasic",
    run: (seed) => {
      const lab = open(seed, false);
      lab.one(3);
      const leader = lab.checkOneLeader();
      for (let round = 0; round < 30; round++) {
        flood(lab, leader);
        lab.one(3);
        checkLogs(lab);
      }
      if (lab.sent.snapshots > 0) lab.fail("a snapshot was sent although nobody lagged");
    },
  },
  install("3D SnapshotInstall", { isUnreliable: false, crashes: false }),
  install("3D SnapshotInstallUnreliable", { isUnreliable: true, crashes: false }),
  install("3D SnapshotInstallCrash", { isUnreliable: false, crashes: true }),
  install("3D SnapshotInstallUnCrash", { isUnreliable: true, crashes: true }),
  {
    name: "3D SnapshotAllCrash",
    run: (seed) => {
      const lab = open(seed, true);
      lab.one(3, { retry: true });
      for (let round = 0; round < 5; round++) {
        flood(lab, lab.checkedLeader());
        const before = lab.one(3, { retry: true });
        lab.crash(...lab.nodes);
        lab.restart(...lab.nodes);
        const after = lab.one(3, { retry: true });
        if (after <= before) lab.fail(`index ${after} after ${before}: it went backwards`);
      }
    },
  },
  {
    name: "3D SnapshotInit",
    run: (seed) => {
      const lab = open(seed, true);
      for (let count = 0; count < 14; count++) lab.one(3, { retry: true });
      for (let round = 0; round < 2; round++) {
        lab.crash(...lab.nodes);
        lab.restart(...lab.nodes);
        lab.one(3, { retry: true });
      }
      const [first] = lab.nodes as [NodeName];
      if (lab.applied(first).length < 16) lab.fail("what the snapshot held was lost");
    },
  },
];

function open(seed: number, isUnreliable: boolean): LogLab {
  return new LogLab({ nodeCount: 3, seed, isUnreliable, options: { snapshotEntriesMax } });
}

/** Each round one node misses more than a snapshot's worth, and then must catch up. */
function install(name: string, { isUnreliable, crashes }: Way): Scenario {
  return {
    name,
    run: (seed) => {
      const lab = open(seed, isUnreliable);
      lab.one(3, { retry: true });
      for (let round = 0; round < 30; round++) {
        const leader = lab.checkedLeader();
        const isLeadersTurn = round % 3 === 1;
        const victim = isLeadersTurn ? leader : lab.other(leader);
        if (crashes) lab.crash(victim);
        else lab.disconnect(victim);
        lab.one(2, { retry: true });
        flood(lab, lab.checkedLeader());
        flood(lab, lab.checkedLeader());
        lab.one(2, { retry: true });
        checkLogs(lab);
        if (crashes) lab.restart(victim);
        else lab.connect(victim);
        lab.one(3, { retry: true });
      }
      if (lab.sent.snapshots === 0) lab.fail("no snapshot was sent, expected some");
    },
  };
}

/** Five to fourteen commands at once. */
function flood(lab: LogLab, leader: NodeName): void {
  const count = lab.rng.int(5, 14);
  for (let each = 0; each < count; each++) lab.propose(leader, lab.fresh());
}

/** At most eight times the entries of a snapshot, in memory and on disk. */
function checkLogs(lab: LogLab): void {
  const entriesMax = 8 * snapshotEntriesMax;
  for (const node of lab.nodes) {
    const log = lab.raft(node)?.log;
    const held = log === undefined ? 0 : log.lastIndex - log.snapshotIndex;
    const stored = lab.storedEntries(node);
    if (Math.max(held, stored) > entriesMax) {
      lab.fail(
        `${node} holds ${held} entries and stores ${stored}, expected at most ${entriesMax}`,
      );
    }
  }
}
