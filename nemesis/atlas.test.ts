import t from "tap";
import { expectationsOf, lastingOf, whyBeyond } from "./atlas.ts";
import type { Effect } from "./fault.ts";

const nodes = ["n1", "n2", "n3", "n4", "n5"];

t.test("what costs liveness only has no limit", async (t) => {
  const all: Effect = { down: nodes, paused: nodes, disks: nodes };
  t.equal(whyBeyond(nodes, [], all), null, "all at once");
  t.equal(whyBeyond(nodes, [all], all), null, "and again");
  t.equal(lastingOf(all), null, "nothing of it is left after heal");
});

t.test("no more than a minority may lose its data, however it comes about", async (t) => {
  const one: Effect = { retired: ["n1"], down: ["n1"] };
  const two: Effect = { retired: ["n2"] };
  t.equal(whyBeyond(nodes, [], one), null);
  t.equal(whyBeyond(nodes, [one], two), null);
  t.equal(
    whyBeyond(nodes, [one, two], { retired: ["n3"] }),
    "no more than 2 of 5 nodes may lose their data",
  );
  t.equal(
    whyBeyond(nodes, [], { retired: ["n1", "n2", "n3"] }),
    "no more than 2 of 5 nodes may lose their data",
    "in one instance",
  );
  t.equal(
    whyBeyond(["n1", "n2"], [], { retired: ["n1"] }),
    "no more than 0 of 2 nodes may lose their data",
  );
  t.equal(whyBeyond(nodes, [one, two], { down: ["n3"] }), null, "others may still be hit");
});

t.test("who is no voter for a while counts with those who lost their data", async (t) => {
  const tooMany = "no more than 2 of 5 nodes may be away or lose their data";
  t.equal(whyBeyond(nodes, [], { away: ["n1", "n2"] }), null);
  t.equal(whyBeyond(nodes, [{ away: ["n1", "n2"] }], { away: ["n3"] }), tooMany);
  t.equal(whyBeyond(nodes, [{ retired: ["n1"] }, { away: ["n2"] }], { away: ["n3"] }), tooMany);
  t.equal(whyBeyond(nodes, [{ away: ["n1", "n2"] }], { retired: ["n3"] }), tooMany);
  t.equal(
    whyBeyond(nodes, [{ away: ["n1"] }], { retired: ["n1"] }),
    "n1 could not be a voter again",
  );
  t.equal(whyBeyond(nodes, [{ away: ["n1", "n2"] }], { down: nodes }), null, "they may be killed");
  t.equal(lastingOf({ away: ["n1"] }), null, "nothing of it is left after heal");
});

t.test("a node that lost data is not started again", async (t) => {
  const lost = lastingOf({ disks: ["n1"], retired: ["n1"] });
  t.same(lost, { retired: ["n1"], forgets: [] });
  t.equal(whyBeyond(nodes, [lost ?? {}], { down: ["n1", "n2"] }), "n1 must not start again");
});

t.test("a node must not come back without what it promised", async (t) => {
  t.equal(
    whyBeyond(nodes, [], { down: ["n1"], forgets: ["n1"] }),
    "n1 would come back without what it promised",
  );
});

t.test("what may be asked of a cluster in a run", async (t) => {
  const cases: readonly [string, readonly Effect[], boolean, boolean][] = [
    ["nothing happened", [], true, true],
    ["all lost power", [{ down: nodes }], true, true],
    ["a minority is gone", [{ retired: ["n1"] }, { retired: ["n1", "n2"] }], true, true],
    ["a majority is gone, and knows it", [{ retired: ["n1", "n2", "n3"] }], true, false],
    ["one forgot", [{ down: ["n2"] }, { forgets: ["n1"] }, { forgets: ["n2"] }], false, false],
  ];
  for (const [name, effects, isSafeThroughout, liveness] of cases) {
    const records = effects.map((effect, at) => ({ effect, injectedAt: at * 1e9 }));
    const safeUntilNs = isSafeThroughout ? Number.POSITIVE_INFINITY : 1e9;
    t.same(expectationsOf(nodes, records), { safeUntilNs, liveness }, name);
  }
  const skipped = { injectedAt: null, effect: { forgets: ["n1"] } };
  t.equal(expectationsOf(nodes, [skipped]).liveness, true, "what was not done counts for nothing");
});

t.test("only voters count: who does not vote costs no majority", async (t) => {
  const voters = ["n1", "n2", "n3"];
  const others: Effect = { retired: ["n4", "n5"] };
  t.equal(whyBeyond(voters, [others], { retired: ["n1"] }), null);
  t.equal(
    whyBeyond(voters, [{ retired: ["n1"] }], { retired: ["n2"] }),
    "no more than 1 of 3 nodes may lose their data",
  );
  const records = [{ injectedAt: 1, effect: others }];
  t.equal(expectationsOf(voters, records).liveness, true);
  t.equal(
    expectationsOf(voters, [{ injectedAt: 1, effect: { retired: ["n1", "n2"] } }]).liveness,
    false,
  );
});
