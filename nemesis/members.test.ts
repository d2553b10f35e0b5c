import t from "tap";
import { createRng } from "../cluster/env/rng.ts";
import type { Order } from "../cluster/subject.ts";
import { type Admin, createAdmin, type Lead } from "./admin.ts";
import { bringTo, type Standing } from "./members.ts";
import { createFakeCluster, type FakeCluster } from "./testing/fake-control.ts";
import { createVirtualClock } from "./testing/virtual-clock.ts";

const nodes = ["n1", "n2", "n3", "n4", "n5"];

function newCluster(): FakeCluster {
  return createFakeCluster({ nodes, clock: createVirtualClock(), rng: createRng(1) });
}

function bring(cluster: FakeCluster, node: string, wanted: Standing): (Error | null)[] {
  const results: (Error | null)[] = [];
  bringTo(cluster, node, wanted, (error) => results.push(error));
  cluster.clock.run(30_000);
  return results;
}

function leadOf(cluster: FakeCluster): Lead {
  const leads: (Lead | null)[] = [];
  cluster.admin.look((lead) => leads.push(lead));
  cluster.clock.run(1000);
  const [lead = null] = leads;
  if (lead === null) throw new Error("somebody leads");
  return lead;
}

t.test("a node goes from each standing to each other, one change at a time", async (t) => {
  const cluster = newCluster();
  const steps: readonly [Standing, readonly string[]][] = [
    ["learner", ["remove n3", "add n3"]],
    ["voter", ["promote n3"]],
    ["removed", ["remove n3"]],
    ["voter", ["add n3", "promote n3"]],
    ["voter", []],
  ];
  for (const [wanted, orders] of steps) {
    const before = cluster.calls.length;
    t.same(bring(cluster, "n3", wanted), [null]);
    t.same(cluster.calls.slice(before), orders, `to ${wanted}`);
  }
});

t.test("a leader hands over before it goes, or goes without", async (t) => {
  const cluster = newCluster();
  t.same(bring(cluster, "n1", "removed"), [null]);
  t.same(cluster.calls, ["transfer n2", "remove n1"]);

  cluster.failing = (call) => (call.startsWith("transfer") ? new Error("aborted") : null);
  t.same(bring(cluster, "n2", "removed"), [null]);
  t.same(cluster.calls.slice(2), ["transfer n3", "remove n2"]);
});

t.test("a refusal is answered by patience, and that has an end", async (t) => {
  const cluster = newCluster();
  let refusals = 3;
  cluster.failing = () => (refusals-- > 0 ? new Error("busy") : null);
  t.same(bring(cluster, "n3", "removed"), [null]);

  cluster.failing = () => new Error("busy");
  const [error, ...more] = bring(cluster, "n3", "voter");
  t.match(error, { message: "n3 was to be voter, it is removed" });
  t.same(more, []);
  t.match(cluster.admin.orders(), { "add n3": { by: "n1", answer: "refused (busy)" } });
});

t.test("what is not settled is not believed", async (t) => {
  const clock = createVirtualClock();
  const members = { voters: nodes, learners: [], isSettled: false };
  const admin: Admin = {
    look: (done) => done({ leader: "n1", term: 3, members }),
    order: () => t.fail("it is a voter already"),
    orders: () => ({}),
  };
  const results: (Error | null)[] = [];
  bringTo({ admin, clock }, "n3", "voter", (error) => results.push(error));
  clock.run(5000);
  t.match(results, [{ message: "n3 was to be voter, it is voter" }]);
});

t.test("a leader of an earlier term than one that had an order is none", async (t) => {
  const clock = createVirtualClock();
  let term = 4;
  const given: Order[] = [];
  const admin = createAdmin(
    { nodes: ["n1"], effects: () => [] },
    {
      clock,
      status: (_node, done) =>
        done({
          kind: "answers",
          status: { role: "leader", term, leader: "n1", commitIndex: 0, lastApplied: 0, wallMs: 0 },
        }),
    },
    (_to, order, done) => {
      given.push(order);
      done({ kind: "unknown", reason: "timeout" });
    },
  );
  const look = (): Lead | null => {
    const leads: (Lead | null)[] = [];
    admin.look((lead) => leads.push(lead));
    return leads[0] ?? null;
  };
  const lead = look();
  t.same(lead, { leader: "n1", term: 4, members: null });
  const order = { order: "remove", node: "n1" } as const;
  if (lead !== null) admin.order(lead, order, (isDone) => t.equal(isDone, false));
  t.same(given, [order]);
  t.same(admin.orders(), { "remove n1": { by: "n1", term: 4, answer: "unknown (timeout)" } });

  term = 3;
  t.equal(look(), null);
  term = 5;
  t.match(look(), { term: 5 });
});

t.test("the leader is who leads now, and says who votes", async (t) => {
  const cluster = newCluster();
  bring(cluster, "n1", "removed");
  t.match(leadOf(cluster), {
    leader: "n2",
    members: { voters: ["n2", "n3", "n4", "n5"], isSettled: true },
  });
});
