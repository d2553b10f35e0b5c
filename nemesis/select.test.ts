import t from "tap";
import { createRng } from "../cluster/env/rng.ts";
import type { ClusterView, Selector } from "./fault.ts";
import { drawSelector, selectNodes, whyAsleep, whyNoVoter } from "./select.ts";

const nodes = ["n1", "n2", "n3", "n4", "n5"];
const healthy: ClusterView = {
  nodes,
  leader: "n2",
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
  atlas: "within",
};

function select(selector: Selector, view: ClusterView, seed = 1): readonly string[] | string {
  return selectNodes(selector, view, createRng(seed), whyAsleep(view));
}

function selectOften(selector: Selector, view: ClusterView): (readonly string[] | string)[] {
  return Array.from({ length: 100 }, (_, seed) => select(selector, view, seed));
}

t.test("leader is the known leader, and nobody else in its place", async (t) => {
  t.same(select("leader", healthy), ["n2"]);
  t.equal(select("leader", { ...healthy, leader: null }), "no leader known");
  t.equal(select("leader", { ...healthy, down: new Set(["n2"]) }), "n2 already down");
  t.equal(select("leader", { ...healthy, paused: new Set(["n2"]) }), "n2 already paused");
});

t.test("follower is any one but the leader", async (t) => {
  const drawn = new Set(selectOften("follower", healthy).map(String));
  t.same([...drawn].sort(), ["n1", "n3", "n4", "n5"]);
  t.equal(select("follower", { ...healthy, leader: null }), "no leader known");
  t.equal(
    select("follower", { ...healthy, down: new Set(["n1", "n3", "n4", "n5"]) }),
    "no follower to choose",
  );
});

t.test("minority, majority, random and all have their sizes, in the cluster's order", async (t) => {
  const sizes = { minority: 2, majority: 3, random: 1, all: 5 } as const;
  for (const [selector, size] of Object.entries(sizes)) {
    for (const drawn of selectOften(selector as Selector, healthy)) {
      t.equal(drawn.length, size, selector);
      t.same(
        drawn,
        nodes.filter((node) => drawn.includes(node)),
      );
    }
  }
});

t.test("nodes that are down or paused are not drawn", async (t) => {
  const view = { ...healthy, down: new Set(["n1", "n4"]), paused: new Set(["n5"]) };
  for (const drawn of selectOften("majority", view)) t.same(drawn, ["n2", "n3"]);
  for (const drawn of selectOften("random", view)) t.match(drawn, [/n2|n3/]);
  t.equal(
    select("all", { ...view, paused: new Set(["n2", "n3", "n5"]) }),
    "n1 already down, n2 already paused, n3 already paused, n4 already down, n5 already paused",
  );
});

t.test("a single node has no minority", async (t) => {
  const single = { ...healthy, nodes: ["n1"], leader: "n1" };
  t.equal(select("minority", single), "a cluster of 1 has no minority");
  t.same(select("majority", single), ["n1"]);
});

t.test("names are the nodes they name, as far as they can be targets", async (t) => {
  t.same(select(["n3", "n1"], healthy), ["n1", "n3"]);
  t.same(select(["n3", "n1"], { ...healthy, down: new Set(["n3"]) }), ["n1"]);
  t.equal(select(["n3"], { ...healthy, down: new Set(["n3"]) }), "n3 already down");
  t.equal(select(["n3", "n9"], healthy), "no node n9");
});

t.test("a parameter is a word, a name, or a list of which one entry is drawn", async (t) => {
  const rng = createRng(1);
  t.equal(drawSelector("leader", "all", rng), "leader");
  t.same(drawSelector("n4", "all", rng), ["n4"]);
  t.equal(drawSelector(undefined, "all", rng), "all");
  t.same(drawSelector([["n1", "n2"]], "all", rng), ["n1", "n2"]);
  const drawn = new Set<string>();
  for (let draw = 0; draw < 50; draw++) {
    drawn.add(JSON.stringify(drawSelector(["leader", ["n1", "n2"], "n3"], "all", rng)));
  }
  t.same([...drawn].sort(), ['"leader"', '["n1","n2"]', '["n3"]']);
});

t.test("an order about a voter takes one that is up, at work, and a voter", async (t) => {
  const view = {
    ...healthy,
    voters: ["n1", "n2", "n4", "n5"],
    away: new Set(["n4"]),
    down: new Set(["n5"]),
  };
  const why = nodes.map(whyNoVoter(view));
  t.same(why, [null, null, "no voter", "already away", "already down"]);
  t.equal(whyNoVoter({ ...healthy, voters: null })("n3"), null, "where nobody says who votes");
});

t.test("minority and majority are of those who vote", async (t) => {
  const view = { ...healthy, electorate: ["n1", "n2", "n3"] };
  for (const [selector, size] of [
    ["minority", 1],
    ["majority", 2],
  ] as const) {
    for (const drawn of selectOften(selector, view)) {
      t.equal(drawn.length, size);
      t.notOk(drawn.includes("n4") || drawn.includes("n5"), `${drawn}`);
    }
  }
  t.same(select("all", view), nodes, "all is all");
});
