import type { NodeName } from "../env/env.ts";
import { program } from "../subjects/raft-kv/program.ts";
import { subject } from "../subjects/raft-kv/subject.ts";
import { KvLab } from "./kv-lab.ts";
import { checkCounts, PutLoop, stopLoops } from "./put-loop.ts";
import type { Scenario } from "./scenario.ts";

/** One run of the lab's generic tester. */
export type Mix = {
  readonly clients: number;
  readonly servers: number;
  readonly isUnreliable?: boolean;
  readonly crashes?: boolean;
  readonly partitions?: boolean;
  readonly hasRandomKeys?: boolean;
  readonly snapshotEntriesMax?: number;
};

const persist = { servers: 5, crashes: true };

/** Lab 4B: versioned key-value store on Raft. */
export const kvRaft: readonly Scenario[] = [
  mixed("4B Basic", { clients: 1, servers: 5 }),
  mixed("4B Concurrent", { clients: 5, servers: 5 }),
  mixed("4B Unreliable", { clients: 5, servers: 5, isUnreliable: true }),
  {
    name: "4B Speed",
    run: (seed) => runSpeed(openKv({ clients: 1, servers: 3 }, seed)),
  },
  { name: "4B OnePartition", run: onePartition },
  mixed("4B ManyPartitionsOneClient", { clients: 1, servers: 5, partitions: true }),
  mixed("4B ManyPartitionsManyClients", { clients: 5, servers: 5, partitions: true }),
  mixed("4B PersistOneClient", { ...persist, clients: 1 }),
  mixed("4B PersistConcurrent", { ...persist, clients: 5 }),
  mixed("4B PersistConcurrentUnreliable", { ...persist, clients: 5, isUnreliable: true }),
  mixed("4B PersistPartition", { ...persist, clients: 5, partitions: true }),
  mixed("4B PersistPartitionUnreliable", {
    ...persist,
    clients: 5,
    partitions: true,
    isUnreliable: true,
  }),
  mixed("4B PersistPartitionUnreliableLinearizable", {
    clients: 15,
    servers: 7,
    crashes: true,
    partitions: true,
    isUnreliable: true,
    hasRandomKeys: true,
  }),
];

export function mixed(name: string, mix: Mix): Scenario {
  return { name, run: (seed) => runMixed(openKv(mix, seed), mix) };
}

export function openKv({ servers, isUnreliable, snapshotEntriesMax }: Mix, seed: number): KvLab {
  return new KvLab({
    subject,
    program,
    nodeCount: servers,
    seed,
    isUnreliable: isUnreliable === true,
    options: snapshotEntriesMax === undefined ? {} : { snapshotEntriesMax },
  });
}

/** Three times: clients put and look for a second, with partitions; then perhaps all crash. */
function runMixed(lab: KvLab, mix: Mix): void {
  const keys =
    mix.hasRandomKeys === true ? Array.from({ length: 100 }, (_, at) => `k${at}`) : ["k"];
  const chooseKey = (): string => lab.rng.pick(keys);
  const loops = Array.from(
    { length: mix.clients },
    () => new PutLoop(lab, lab.openClient(), chooseKey),
  );
  for (let iteration = 0; iteration < 3; iteration++) {
    for (const loop of loops) loop.start();
    const endNs = lab.world.now() + 1e9;
    do {
      if (mix.partitions === true) {
        lab.partition(lab.nodes.filter(() => lab.rng.chance(1, 2)));
        lab.sleep(lab.rng.int(1000, 1200));
      } else {
        lab.sleep(1000);
      }
    } while (lab.world.now() < endNs);
    // An election may be under way when the last partition ends.
    lab.heal();
    if (mix.partitions === true) lab.sleep(1000);
    stopLoops(lab, loops);
    if (mix.crashes === true) {
      lab.crash(...lab.nodes);
      lab.sleep(1000);
      lab.restart(...lab.nodes);
    }
    const isCalm = mix.isUnreliable !== true && mix.crashes !== true && mix.partitions !== true;
    checkCounts(lab, loops, keys, isCalm);
  }
  lab.checkHistory();
}

/** A thousand puts one after another, at most 33.3 ms each. */
export function runSpeed(lab: KvLab): void {
  const client = lab.openClient();
  lab.get(client, "k");
  const beganNs = lab.world.now();
  let version = 0;
  const put = (): void => {
    if (version === 1000) return;
    const value = { value: `${version}`, version };
    client.call({ f: "put", key: "k", value }, ({ type, error }) => {
      if (type !== "ok") lab.fail(`put ${version} ended ${error}`);
      version += 1;
      put();
    });
  };
  put();
  if (!lab.until(() => version === 1000, 33_300)) {
    const ms = (lab.world.now() - beganNs) / 1e6 / Math.max(1, version);
    lab.fail(`${ms.toFixed(1)} ms a put, expected at most 33.3`);
  }
}

/** The leader in a minority answers nothing; the majority goes on; after heal all is answered. */
function onePartition(seed: number): void {
  const lab = openKv({ clients: 1, servers: 5, isUnreliable: true }, seed);
  const client = lab.openClient();
  lab.put(client, "1", "13", 0);
  const leader = leaderOf(lab);
  const minority = [leader, lab.other(leader)];
  let isHealed = false;
  const openIn = (side: "minority" | "majority") =>
    lab.openClient((node) => isHealed || minority.includes(node) === (side === "minority"));
  lab.partition(minority);
  lab.put(openIn("majority"), "1", "14", 1);

  const ended: string[] = [];
  const [putter, getter] = [openIn("minority"), openIn("minority")];
  putter.call({ f: "put", key: "1", value: { value: "15", version: 2 } }, ({ error }) =>
    ended.push(`put ${error ?? "ok"}`),
  );
  getter.call({ f: "get", key: "1" }, ({ error }) => ended.push(`get ${error ?? "ok"}`));
  lab.sleep(1000);
  if (ended.length > 0) lab.fail(`the minority answered: ${ended.join(", ")}`);
  lab.put(openIn("majority"), "2", "16", 0);

  lab.heal();
  isHealed = true;
  if (!lab.until(() => ended.length === 2, 3000)) lab.fail("not all is answered 3 s after heal");
  const found = lab.get(client, "1");
  if (found.value !== "15") lab.fail(`found ${found.value} after heal, expected 15`);
  lab.checkHistory();
}

/** The node that says it leads, in the newest term; asks again while answers are lost. */
function leaderOf(lab: KvLab): NodeName {
  const leading = new Map<number, NodeName>();
  for (let tries = 0; tries < 10 && leading.size === 0; tries++) {
    for (const node of lab.nodes) {
      subject.status(lab.world.clientEnv, node, 500, (probe) => {
        if (probe.kind !== "answers" || probe.status.role !== "leader") return;
        leading.set(probe.status.term, node);
      });
    }
    lab.sleep(500);
  }
  return leading.get(Math.max(...leading.keys())) ?? lab.fail("nobody says that it leads");
}
