import t from "tap";
import { createRng } from "../../cluster/env/rng.ts";
import type { ClusterView, Fault, Instance, Observation } from "../fault.ts";
import { createFakeCluster, type FakeCluster } from "../testing/fake-control.ts";
import { loadFaults } from "../testing/load-faults.ts";
import { createVirtualClock } from "../testing/virtual-clock.ts";

// What every file of this folder promises, whatever it does (nemesis/README.md).

const nodes = ["n1", "n2", "n3", "n4", "n5"];
const view: ClusterView = {
  nodes,
  leader: "n1",
  voters: nodes,
  down: new Set(),
  paused: new Set(),
  cut: [],
  skewed: new Set(),
  slow: [],
  lossy: [],
  reset: [],
  disks: new Set(),
  retired: new Set(),
  away: new Set(),
  // Where every fault has an instance.
  atlas: "beyond",
};
/** Parameters with which a fault without defaults does something. */
const parameters: Observation = {
  nodes: ["leader", "minority", "all"],
  shape: ["isolate-leader", "leader-in-minority", "halves", "bridge", "majorities-ring", "one-way"],
  offset: { from: -90_000, to: 90_000 },
  rate: { from: 0.5, to: 2 },
  requests: { from: 300, to: 400 },
  replies: { from: 300, to: 400 },
};

function resolve(fault: Fault, seed: number): Instance {
  const instance = fault.resolve(view, parameters, createRng(seed));
  if (typeof instance === "string") throw new Error(`${fault.name} found no target: ${instance}`);
  return instance;
}

function newCluster(seed: number): FakeCluster {
  return createFakeCluster({ nodes, clock: createVirtualClock(), rng: createRng(seed) });
}

/** Runs one call with a `done` of any shape to its end, and gives what `done` was called with. */
function finish<T extends readonly unknown[]>(
  cluster: FakeCluster,
  call: (done: (...results: T) => void) => void,
): T {
  const calls: T[] = [];
  call((...results) => calls.push(results));
  cluster.clock.run(5000);
  const [only, ...more] = calls;
  if (only === undefined || more.length > 0) throw new Error("done is called exactly once");
  return only;
}

function look(cluster: FakeCluster, fault: Fault, instance: Instance): Observation {
  const [error, observation] = finish<[Error | null, Observation]>(cluster, (done) =>
    fault.probe(cluster, instance, done),
  );
  if (error !== null) throw error;
  return observation;
}

for (const [file, fault] of await loadFaults()) {
  const inject = (cluster: FakeCluster, instance: Instance) =>
    finish<[Error | null]>(cluster, (done) => fault.inject(cluster, instance, done))[0];
  const heal = (cluster: FakeCluster, instance: Instance) =>
    finish<[Error | null]>(cluster, (done) => fault.heal(cluster, instance, done))[0];

  t.test(`${file}: its name is its file's`, async (t) => {
    t.equal(fault.name, file);
    t.ok(fault.summary.length > 0);
    t.ok(fault.required.every((name) => name in fault.parameters));
  });

  t.test(`${file}: an effect is seen while it is active and gone after heal`, async (t) => {
    for (let seed = 0; seed < 20; seed++) {
      const cluster = newCluster(seed);
      const instance = resolve(fault, seed);

      const before = look(cluster, fault, instance);
      t.equal(inject(cluster, instance), null);
      const during = look(cluster, fault, instance);
      t.equal(heal(cluster, instance), null);
      const after = look(cluster, fault, instance);

      const text = JSON.stringify({ seed, instance, before, during, after });
      t.match(
        fault.judge(instance, { before, during, after }),
        { effective: true, healed: true },
        text,
      );
      t.ok(cluster.isWhole(), "nothing is left");
      const idle = fault.judge(instance, { before, during: before, after });
      t.not(idle.effective, true, "what had no effect is not called effective");
      const stuck = fault.judge(instance, { before, during, after: during });
      const leavesNothing = fault.isMomentary === true;
      t.equal(stuck.healed, leavesNothing, "what is still there is not called healed");
    }
  });

  t.test(`${file}: heals twice without error, and after a failed inject`, async (t) => {
    const cluster = newCluster(1);
    const instance = resolve(fault, 1);
    inject(cluster, instance);

    t.equal(heal(cluster, instance), null);
    t.equal(heal(cluster, instance), null);
    t.ok(cluster.isWhole());

    let callCount = 0;
    cluster.failing = () => {
      callCount += 1;
      return callCount % 2 === 1 ? new Error("the driver failed") : null;
    };
    const failed = inject(cluster, instance);
    // An order is the cluster's to refuse: the looks say so, and the driver has not failed.
    if (fault.needs === "orders") t.equal(failed, null);
    else t.match(failed, { message: "the driver failed" });
    cluster.failing = () => null;
    t.equal(heal(cluster, instance), null);
    t.ok(cluster.isWhole());
  });

  t.test(`${file}: touches no node but those of the cluster`, async (t) => {
    for (let seed = 0; seed < 50; seed++) {
      const cluster = newCluster(seed);
      const instance = resolve(fault, seed);
      t.ok(instance.targets.every((target) => nodes.includes(target)));
      inject(cluster, instance);
      heal(cluster, instance);
      const named = cluster.calls.flatMap((call) => call.split(" ")[1]?.split(/[,>]/) ?? []);
      t.ok(named.length > 0 && named.every((name) => nodes.includes(name)), String(named));
    }
  });

  t.test(`${file}: draws all randomness from rng, and gives plain JSON`, async (t) => {
    const random = Math.random;
    t.teardown(() => {
      Math.random = random;
    });
    Math.random = () => {
      throw new Error("the seed of the run decides, and nothing else");
    };
    const drawn = new Set<string>();
    for (let seed = 0; seed < 20; seed++) {
      const instance = resolve(fault, seed);
      t.same(resolve(fault, seed), instance);
      t.same(JSON.parse(JSON.stringify(instance)), instance);
      drawn.add(JSON.stringify(instance));
    }
    t.ok(drawn.size > 1, "different seeds draw different instances");
  });

  t.test(`${file}: a look that saw nothing proves nothing`, async (t) => {
    const verdict = fault.judge(resolve(fault, 1), { before: {}, during: {}, after: {} });
    t.not(verdict.effective, true);
    t.ok(verdict.evidence().length > 0);
  });
}
