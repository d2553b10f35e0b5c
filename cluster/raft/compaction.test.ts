import t, { type Test } from "tap";
import { raftOptionsDefault } from "./step.ts";
import { createCluster, type RaftCluster } from "./testing/cluster.ts";
import { findViolation } from "./testing/invariants.ts";

// Whole clusters whose logs are compacted all the time, under faults. Everything follows from the seed.

const names = ["n1", "n2", "n3"];
const snapshotEntriesMax = 10;
const options = { ...raftOptionsDefault, snapshotEntriesMax, snapshotChunkChars: 100 };
const seeds = [1, 2, 3, 4, 5, 6];

/** Proposes at whoever thinks that it leads, and counts the entries in the longest log. */
function load(cluster: RaftCluster, rounds: number): number {
  let longest = 0;
  for (let round = 0; round < rounds; round++) {
    for (const name of names) {
      if (cluster.node(name).state()?.role !== "leader") continue;
      for (let at = 0; at < 5; at++) cluster.node(name).propose(`c${round}.${at}`, () => {});
    }
    cluster.world.run(20);
    for (const name of names) {
      const { lastIndex = 0, snapshotIndex = 0 } = cluster.node(name).state()?.log ?? {};
      longest = Math.max(longest, lastIndex - snapshotIndex);
    }
  }
  return longest;
}

function snapshotsInstalled(cluster: RaftCluster, name: string): number {
  const own = cluster.world.trace.filter(({ node }) => node === name);
  let [lastApplied, count] = [0, 0];
  for (const { kind, index, snapshotIndex } of own as unknown as Record<string, number>[]) {
    if (String(kind) === "start") lastApplied = snapshotIndex ?? 0;
    if (String(kind) === "snapshot" && Number(index) > lastApplied) count += 1;
    if (["apply", "snapshot"].includes(String(kind)))
      lastApplied = Math.max(lastApplied, Number(index));
  }
  return count;
}

function converge(t: Test, cluster: RaftCluster): void {
  cluster.world.network.isolated = [];
  cluster.world.network.hostility = { lossPermille: 0, duplicatePermille: 0 };
  for (const name of names) cluster.world.start(name);
  cluster.world.run(6000);
  const [first, ...others] = names.map((name) => cluster.executed(name));
  for (const other of others) t.same(other, first);
  t.equal(findViolation(cluster.world.trace), null);
}

t.test(
  "§7 a log stays short, with a follower away and with a leader that cannot commit",
  async (t) => {
    for (const seed of seeds) {
      const cluster = createCluster(names, seed, undefined, options);
      const { id: leader } = cluster.untilLeader();
      const follower = names.find((name) => name !== leader) ?? "";

      cluster.world.network.isolated = [follower];
      const withoutFollower = load(cluster, 60);
      cluster.world.network.isolated = [leader];
      const withoutMajority = load(cluster, 60);

      const longest = Math.max(withoutFollower, withoutMajority);
      t.ok(longest > snapshotEntriesMax && longest <= 8 * snapshotEntriesMax, `${longest} entries`);
      converge(t, cluster);
      t.ok(snapshotsInstalled(cluster, follower) > 0, "the follower got a snapshot");
    }
  },
);

t.test("fig. 13 a follower catches up by parts that are lost, doubled and overtaken", async (t) => {
  for (const seed of seeds) {
    const cluster = createCluster(names, seed, undefined, options);
    cluster.world.network.hostility = { lossPermille: 150, duplicatePermille: 150 };
    const { id: leader } = cluster.untilLeader();
    const follower = names.find((name) => name !== leader) ?? "";
    cluster.world.network.isolated = [follower];
    load(cluster, 100);
    cluster.world.network.isolated = [];

    load(cluster, 100);

    t.ok(snapshotsInstalled(cluster, follower) > 0);
    converge(t, cluster);
  }
});

t.test("§7 what is executed survives crashes at any moment of a compaction", async (t) => {
  for (const seed of seeds) {
    const cluster = createCluster(names, seed, undefined, options);
    cluster.untilLeader();
    for (let round = 0; round < 40; round++) {
      load(cluster, 3);
      const victim = names[(seed + round) % 3] ?? "";
      cluster.world.kill(victim);
      cluster.world.run(round % 7);
      cluster.world.start(victim);
    }

    converge(t, cluster);
    t.same([...cluster.world.fatals], []);
    const restored = cluster.world.trace.filter(({ kind, ...start }) => {
      return kind === "start" && Number(start["snapshotIndex"]) > 0;
    });
    t.ok(restored.length > 20, "most starts found a snapshot");
  }
});
