import t from "tap";
import { settled, three } from "./invariants/testing/case.ts";
import { commits } from "./invariants/testing/commits.ts";
import { elections } from "./invariants/testing/elections.ts";
import { logs } from "./invariants/testing/logs.ts";
import { members } from "./invariants/testing/members.ts";
import { snapshots } from "./invariants/testing/snapshots.ts";
import { starts } from "./invariants/testing/starts.ts";
import { invariants } from "./invariants.ts";
import { hashAt, nothing, Story } from "./testing/story.ts";

// For each invariant: a trace that breaks it, and one that comes close and is correct.

const cases = [...elections, ...logs, ...starts, ...commits, ...members, ...snapshots];

t.test("every invariant has a trace that breaks it", async (t) => {
  const covered = [...new Set(cases.map(({ invariant }) => invariant))].sort();
  t.same(covered, Object.keys(invariants).sort());
});

for (const { invariant, name, broken, says, near } of cases) {
  t.test(`${invariant}: ${name}`, async (t) => {
    const found = broken(new Story(three)).invariants.violations();
    t.match(found[0], { invariant, sentence: says });
    t.ok((found[0]?.context.length ?? 0) > 0, "with what led to it");
    t.same(near(new Story(three)).invariants.violations(), [], "nearly, and correct");
  });
}

t.test("a disk of which it is told that it was replaced is no violation", async (t) => {
  const wiped = settled(new Story(three));
  wiped.invariants.forgive("n3");
  wiped.start("n3", nothing);
  wiped.elect("n2", 2, ["n1"]).role("n3", "follower", 1).vote("n3", "n2").persisted("n3");
  wiped.append("n3", 1).persisted("n3").role("n3", "follower", 2, "n2");
  t.same(wiped.invariants.violations(), []);
});

t.test("a vote counts also when one of a later term reaches the disk with it", async (t) => {
  const story = new Story(three);
  story.role("n1", "candidate", 1).vote("n1", "n1").persisted("n1");
  story.role("n2", "follower", 1).vote("n2", "n1").role("n2", "follower", 2).vote("n2", "n3");
  story.persisted("n2").role("n1", "leader", 1, "n1");
  t.same(story.invariants.violations(), []);
});

t.test("one-vote: a vote is not taken back within its term", async (t) => {
  const story = new Story(three);
  story.role("n1", "candidate", 1).vote("n1", "n1").persisted("n1");
  story.say("n1", { kind: "persisted", term: 1, index: 0, durableTerm: 1, votedFor: null });
  t.match(story.invariants.violations(), [
    { invariant: "one-vote", sentence: "n1 took back its vote for n1 in term 1." },
  ]);
});

t.test("a disk whose faults are told may lose anything", async (t) => {
  const story = settled(new Story(three));
  story.invariants.forgive("n3");
  story.start("n3", { last: 0, lastTerm: 0 }).append("n3", 1).persisted("n3");
  t.same(story.invariants.violations(), []);
});

t.test("what missing lines may have shown is not judged", async (t) => {
  const story = settled(new Story(three));
  story.invariants.missing("n2");
  // n2 was elected, made index 2 and committed it, unseen.
  story.append("n3", 2).persisted("n3").role("n3", "follower", 2).commit("n3", 2);
  story.say("n2", { kind: "append", term: 2, index: 3, count: 1, hashes: [hashAt(3, 2)] });
  story.say("n2", {
    kind: "apply",
    term: 2,
    index: 3,
    count: 1,
    hashes: [hashAt(3, 2)],
    replies: [0],
  });
  t.same(story.invariants.violations(), []);

  story.append("n3", 2, 1, 8);
  t.match(story.invariants.violations(), [{ invariant: "log-matching", index: 3 }]);
});
