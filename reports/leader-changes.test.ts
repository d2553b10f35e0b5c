import t from "tap";
import { leaderChanges } from "./leader-changes.ts";
import type { NodeLane } from "./node-lanes.ts";

function lane(node: string, roles: NodeLane["roles"]): NodeLane {
  return { node, roles, states: [], commits: [] } as unknown as NodeLane;
}

t.test("every node that comes to lead is named with its term, in time order", async (t) => {
  const changes = leaderChanges([
    lane("n1", [
      { from: 0, to: 5, role: "leader", term: 1 },
      { from: 5, to: 9, role: "follower", term: 2 },
      { from: 9, to: 12, role: "leader", term: null },
    ]),
    lane("n2", [
      { from: 5, to: 6, role: "leader", term: 2 },
      { from: 6, to: 8, role: "leader", term: 2 },
      { from: 8, to: 9, role: "leader", term: 3 },
    ]),
  ]);
  t.same(
    changes.map(({ at, label }) => [at, label]),
    [
      [0, "n1 leads, term 1"],
      [5, "n2 leads, term 2"],
      [8, "n2 leads, term 3"],
      [9, "n1 leads"],
    ],
  );
});
