import type { KvLab } from "./kv-lab.ts";
import { mixed, openKv, runSpeed } from "./kv-raft.ts";
import type { Scenario } from "./scenario.ts";

const snapshotEntriesMax = 20;
const base = { servers: 5, snapshotEntriesMax };

/** Lab 4C: the store of 4B with logs that are cut by snapshots. */
export const kvSnapshots: readonly Scenario[] = [
  { name: "4C SnapshotRPC", run: laggard },
  {
    name: "4C SnapshotSize",
    run: (seed) => {
      const lab = openKv({ clients: 1, servers: 3, snapshotEntriesMax }, seed);
      const client = lab.openClient();
      for (let version = 0; version < 200; version += 2) {
        lab.put(client, "x", "0", version);
        lab.get(client, "x");
        lab.put(client, "x", "1", version + 1);
        lab.get(client, "x");
      }
      checkLogs(lab);
      for (const node of lab.nodes) {
        const bytes = lab.storedBytes(node, "snapshot");
        if (bytes > 1000) lab.fail(`the snapshot of one key has ${bytes} bytes, expected 1000`);
      }
    },
  },
  {
    name: "4C Speed",
    run: (seed) => runSpeed(openKv({ clients: 1, servers: 3, snapshotEntriesMax }, seed)),
  },
  mixed("4C SnapshotRecover", { ...base, clients: 1, crashes: true }),
  mixed("4C SnapshotRecoverManyClients", { ...base, clients: 20, crashes: true }),
  mixed("4C SnapshotUnreliable", { ...base, clients: 5, isUnreliable: true }),
  mixed("4C SnapshotUnreliableRecover", {
    ...base,
    clients: 5,
    isUnreliable: true,
    crashes: true,
  }),
  mixed("4C SnapshotUnreliableRecoverConcurrentPartition", {
    ...base,
    clients: 5,
    isUnreliable: true,
    crashes: true,
    partitions: true,
  }),
  mixed("4C SnapshotUnreliableRecoverConcurrentPartitionLinearizable", {
    clients: 15,
    servers: 7,
    snapshotEntriesMax,
    isUnreliable: true,
    crashes: true,
    partitions: true,
    hasRandomKeys: true,
  }),
];

/** One server misses fifty puts; then another goes, so that the first is needed for a majority. */
function laggard(seed: number): void {
  const lab = openKv({ clients: 1, servers: 3, snapshotEntriesMax }, seed);
  const client = lab.openClient();
  lab.put(client, "a", "A", 0);
  lab.disconnect("n3");
  for (let count = 0; count < 50; count++) lab.put(client, `${count}`, `${count}`, 0);
  lab.sleep(1000);
  lab.put(client, "b", "B", 0);
  checkLogs(lab);

  lab.connect("n3");
  lab.disconnect("n1");
  lab.put(client, "c", "C", 0);
  lab.put(client, "d", "D", 0);
  for (const [key, value] of [
    ["a", "A"],
    ["b", "B"],
    ["1", "1"],
    ["49", "49"],
  ] as const) {
    const found = lab.get(client, key);
    if (found.value !== value || found.version !== 1) {
      lab.fail(`${key} is ${JSON.stringify(found)}, expected ${value} in version 1`);
    }
  }
  lab.connect("n1");
  lab.put(client, "e", "E", 0);
  for (const key of ["c", "e", "1"]) lab.get(client, key);
  if (lab.sent.snapshots === 0) lab.fail("no snapshot was sent, expected one");
  lab.checkHistory();
}

/** At most eight times the entries of a snapshot, on disk. */
export function checkLogs(lab: KvLab): void {
  for (const node of lab.nodes) {
    const stored = lab.storedEntries(node);
    if (stored > 8 * snapshotEntriesMax) lab.fail(`${node} stores ${stored} entries`);
  }
}
