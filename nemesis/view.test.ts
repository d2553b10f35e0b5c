import t from "tap";
import type { NodeStatus, StatusProbe } from "../cluster/subject.ts";
import type { ClusterView, Effect } from "./fault.ts";
import { createVirtualClock } from "./testing/virtual-clock.ts";
import { lookAround } from "./view.ts";

const statusOf = (role: NodeStatus["role"], term: number): NodeStatus => ({
  role,
  term,
  leader: null,
  commitIndex: 0,
  lastApplied: 0,
  wallMs: 0,
});
const answer = (role: NodeStatus["role"], term: number): StatusProbe => ({
  kind: "answers",
  status: statusOf(role, term),
});

function look(probes: Readonly<Record<string, StatusProbe>>, effects: Effect[] = []): ClusterView {
  const views: ClusterView[] = [];
  const clock = createVirtualClock();
  lookAround(
    { nodes: Object.keys(probes), atlas: "within", effects: () => effects },
    { clock, status: (node, done) => done(probes[node] ?? { kind: "silent" }) },
    (view) => views.push(view),
  );
  clock.run(1000);
  const [view] = views;
  if (view === undefined || views.length > 1) throw new Error("looks exactly once");
  return view;
}

t.test("the leader is who leads in the highest term, wherever it is in the list", async (t) => {
  const old = answer("leader", 3);
  const current = answer("leader", 5);
  const follower = answer("follower", 9);
  t.equal(look({ n1: old, n2: current, n3: follower }).leader, "n2");
  t.equal(look({ n1: current, n2: old, n3: follower }).leader, "n1");
  t.equal(look({ n1: { kind: "silent" }, n2: follower, n3: answer("candidate", 9) }).leader, null);
});

t.test("who votes is what that leader says, if it says anything", async (t) => {
  const members = { voters: ["n1", "n2"], learners: ["n3"], isSettled: true };
  const status = { ...statusOf("leader", 5), members };
  const view = look({ n1: answer("leader", 3), n2: { kind: "answers", status } }, [
    { away: ["n3"] },
  ]);
  t.same(view.voters, ["n1", "n2"]);
  t.same([...view.away], ["n3"]);
  t.equal(look({ n1: answer("leader", 3) }).voters, null);
});

t.test("the node of a subject without elections leads itself", async (t) => {
  t.equal(look({ n1: answer("single", 0) }).leader, "n1");
});

t.test("a node that refuses is down, one that is silent only does not say so", async (t) => {
  const view = look({ n1: { kind: "refused" }, n2: { kind: "silent" } });
  t.same([...view.down], ["n1"]);
  t.same([...view.paused], []);
});

t.test("what other instances do is known from them", async (t) => {
  const link = { from: "n1", to: "n2" };
  const view = look({ n1: answer("leader", 1), n2: answer("follower", 1) }, [
    { down: ["n2"] },
    { paused: ["n1"], cut: [link] },
    { skewed: [{ node: "n2", setting: { offsetMs: 1000, rate: 1 } }] },
  ]);
  t.same([...view.down], ["n2"]);
  t.same([...view.paused], ["n1"]);
  t.same(view.cut, [link]);
  t.same([...view.skewed], ["n2"]);
});
