import t from "tap";
import { type Invariant, invariants } from "./invariants.ts";
import { hashAt, nothing, Story } from "./testing/story.ts";

// For each invariant: a trace that breaks it, and one that comes close and is correct.

type Case = {
  readonly invariant: Invariant;
  readonly name: string;
  readonly broken: (story: Story) => Story;
  /** What the sentence must name. */
  readonly says: RegExp;
  readonly near: (story: Story) => Story;
};

const three = ["n1", "n2", "n3"];

/** n1 leads term 1; index 1 is everywhere and committed by n1. */
function settled(story: Story): Story {
  return story.elect("n1", 1, ["n2", "n3"]).replicate("n1", ["n2", "n3"]).commit("n1", 1);
}

const elections: readonly Case[] = [
  {
    invariant: "election-safety",
    name: "two leaders of one term, whoever voted for them",
    broken: (story) => story.elect("n1", 1, ["n2"]).role("n3", "leader", 1, "n3"),
    says: /^n3 became leader of term 1, which n1 leads or has led\.$/,
    near: (story) => story.elect("n1", 1, ["n2"]).elect("n3", 2, ["n2"]),
  },
  {
    invariant: "election-safety",
    name: "a follower follows somebody else than the leader of its term",
    broken: (story) => settled(story).role("n2", "follower", 1, "n3"),
    says: /^n2 follows n3 in term 1, which n1 leads\.$/,
    near: (story) => settled(story).role("n2", "follower", 1, "n1").role("n3", "follower", 2, "n2"),
  },
  {
    invariant: "election-majority",
    name: "a vote that is not on disk",
    broken: (story) =>
      story
        .role("n1", "candidate", 1)
        .vote("n1", "n1")
        .persisted("n1")
        .role("n2", "follower", 1)
        .vote("n2", "n1")
        .role("n1", "leader", 1, "n1"),
    says: /^n1 became leader of term 1 while only n1 of 3 nodes had its vote/,
    near: (story) => story.elect("n1", 1, ["n2"]),
  },
  {
    invariant: "one-vote",
    name: "two votes of one incarnation",
    broken: (story) => story.role("n2", "follower", 1).vote("n2", "n1").vote("n2", "n3"),
    says: /^n2 voted for n3 in term 1, in which it had voted for n1\.$/,
    near: (story) =>
      story.role("n2", "follower", 1).vote("n2", "n1").role("n2", "follower", 2).vote("n2", "n3"),
  },
  {
    invariant: "one-vote",
    name: "a vote on disk, and another one after a restart",
    broken: (story) =>
      story
        .role("n2", "follower", 1)
        .vote("n2", "n1")
        .persisted("n2")
        .start("n2")
        .vote("n2", "n3")
        .persisted("n2"),
    says: /^n2 voted for n3 in term 1, in which it had voted for n1\.$/,
    // The first vote was never on disk, so nobody was told of it.
    near: (story) =>
      story
        .role("n2", "follower", 1)
        .persisted("n2")
        .vote("n2", "n1")
        .start("n2", { votedFor: null })
        .vote("n2", "n3")
        .persisted("n2"),
  },
  {
    invariant: "term-monotone",
    name: "an older term of a node that is up",
    broken: (story) => settled(story).role("n2", "follower", 3).role("n2", "follower", 2),
    says: /^n2 went back from term 3 to term 2\.$/,
    near: (story) => settled(story).role("n2", "follower", 2).role("n2", "follower", 3),
  },
  {
    invariant: "term-monotone",
    name: "an older term than the one on disk",
    broken: (story) =>
      settled(story)
        .role("n2", "follower", 3)
        .persisted("n2")
        .start("n2", { term: 2, votedFor: null }),
    says: /^n2 started in term 2, but had term 3 on disk\.$/,
    near: (story) =>
      settled(story).role("n2", "follower", 3).start("n2", { term: 1, votedFor: "n1" }),
  },
];

const logs: readonly Case[] = [
  {
    invariant: "leader-append-only",
    name: "a leader that cuts its log",
    broken: (story) => settled(story).append("n1", 1).truncate("n1", 2, 1),
    says: /^n1 leads term 1 and removed its own log from index 2 on\.$/,
    near: (story) => settled(story).append("n1", 1).role("n1", "follower", 2).truncate("n1", 2, 1),
  },
  {
    invariant: "log-matching",
    name: "two entries of one index and term",
    broken: (story) => settled(story).append("n1", 1, 1, 7).append("n2", 1, 1, 8),
    says: /^n2 and n1 hold different entries at index 2 of term 1\.$/,
    near: (story) =>
      settled(story).append("n1", 1).elect("n2", 2, ["n3"]).append("n2", 2, 1).append("n3", 2, 1),
  },
  {
    invariant: "log-matching",
    name: "one entry over two histories",
    broken: (story) =>
      settled(story)
        .append("n1", 1)
        .append("n3", 1)
        .elect("n2", 2, ["n1"])
        .append("n2", 2, 2)
        .append("n3", 2, 1, hashAt(3, 2)),
    says: /^n3 and n2 both hold index 3 of term 2, and differ before it\.$/,
    near: (story) =>
      settled(story)
        .append("n1", 1)
        .append("n3", 1)
        .elect("n2", 2, ["n3"])
        .append("n2", 2, 2)
        .truncate("n3", 2, 1)
        .append("n3", 2, 2),
  },
  {
    invariant: "log-matching",
    name: "a log with a hole",
    broken: (story) =>
      settled(story)
        .append("n1", 1, 2)
        .say("n2", { kind: "append", term: 1, index: 3, count: 1, hashes: [hashAt(3, 1)] }),
    says: /^n2 added index 3 to a log that ends at index 1\.$/,
    near: (story) => settled(story).append("n1", 1, 2).append("n2", 1, 2),
  },
  {
    invariant: "leader-creates",
    name: "an entry that no leader made",
    broken: (story) => settled(story).append("n2", 1),
    says: /^n2 added index 2 of term 1, which no leader of that term had made\.$/,
    near: (story) => settled(story).append("n1", 1).append("n2", 1),
  },
  {
    invariant: "leader-creates",
    name: "a leader that takes an entry of an earlier term",
    broken: (story) => settled(story).append("n1", 1).elect("n2", 2, ["n3"]).append("n2", 1),
    says: /^n2 leads term 2 and added index 2 of term 1 to its log\.$/,
    near: (story) => settled(story).append("n1", 1).append("n2", 1).elect("n2", 2, ["n3"]),
  },
  {
    invariant: "durability",
    name: "a log that lost what was on disk",
    broken: (story) => settled(story).start("n2", { last: 0, lastTerm: 0 }),
    says: /^n2 started with a log that ends at index 0, but had index 1 on disk\.$/,
    near: (story) => settled(story).append("n1", 1).append("n2", 1).start("n2", { last: 1 }),
  },
  {
    invariant: "durability",
    name: "a vote that was on disk and is forgotten",
    broken: (story) => settled(story).start("n2", { votedFor: null }),
    says: /^n2 forgot over a restart that it had voted for n1 in term 1\.$/,
    near: (story) => settled(story).start("n2"),
  },
  {
    invariant: "durability",
    name: "a log that nobody wrote",
    broken: (story) => settled(story).start("n2", { last: 2, lastTerm: 1 }),
    says: /^n2 started with a log that ends with index 2 of term 1, which nobody had written\.$/,
    // The cut was not yet on disk: what it removed is back.
    near: (story) =>
      settled(story)
        .append("n1", 1)
        .append("n2", 1)
        .persisted("n2")
        .start("n1", { last: 1, lastTerm: 1 })
        .elect("n3", 2, ["n1"])
        .truncate("n2", 2, 1)
        .start("n2", { last: 2, lastTerm: 1 }),
  },
];

const commits: readonly Case[] = [
  {
    invariant: "leader-completeness",
    name: "a leader without a committed entry",
    broken: (story) =>
      story.elect("n1", 1, ["n2"]).replicate("n1", ["n2"]).commit("n1", 1).elect("n3", 2, ["n2"]),
    says: /^n3 became leader of term 2, but index 1 was committed in term 1 and the log of n3 ends at index 0\.$/,
    near: (story) =>
      story.elect("n1", 1, ["n2"]).replicate("n1", ["n2"]).commit("n1", 1).elect("n2", 2, ["n3"]),
  },
  {
    invariant: "leader-completeness",
    name: "a commit that is learnt after the later leader was elected",
    broken: (story) =>
      story.elect("n1", 1, ["n2"]).replicate("n1", ["n2"]).elect("n3", 2, ["n2"]).commit("n1", 1),
    says: /^n1 committed index 1 in term 1, but n3 was elected in term 2 without it\.$/,
    near: (story) =>
      story.elect("n1", 1, ["n2"]).replicate("n1", ["n2"]).elect("n2", 2, ["n3"]).commit("n1", 1),
  },
  {
    invariant: "commit-majority",
    name: "an entry that a minority has on disk",
    broken: (story) =>
      story.elect("n1", 1, ["n2"]).append("n1", 1).append("n2", 1).persisted("n2").commit("n1", 1),
    says: /^n1 leads term 1 and committed index 1 while of 3 nodes only n2 had it on disk\.$/,
    near: (story) => story.elect("n1", 1, ["n2"]).replicate("n1", ["n2"]).commit("n1", 1),
  },
  {
    invariant: "commit-majority",
    name: "a follower that is ahead of all leaders",
    broken: (story) => settled(story).replicate("n1", ["n2"]).commit("n2", 2),
    says: /^n2 committed up to index 2 as follower in term 1, but no leader had committed beyond/,
    near: (story) => settled(story).replicate("n1", ["n2"]).commit("n1", 2).commit("n2", 2),
  },
  {
    invariant: "commit-own-term",
    name: "figure 8: an entry of an earlier term, by counting",
    broken: (story) =>
      settled(story)
        .replicate("n1", ["n2"])
        .elect("n2", 2, ["n3"])
        .append("n3", 1)
        .persisted("n3")
        .commit("n2", 2),
    says: /^n2 leads term 2 and committed up to index 2 of term 1: /,
    near: (story) =>
      settled(story)
        .replicate("n1", ["n2"])
        .elect("n2", 2, ["n3"])
        .append("n3", 1)
        .replicate("n2", ["n3"])
        .commit("n2", 3),
  },
  {
    invariant: "commit-monotone",
    name: "a commit index that goes back",
    broken: (story) => settled(story).commit("n2", 1).commit("n2", 0),
    says: /^n2 took its commit index back from 1 to 0\.$/,
    near: (story) => settled(story).commit("n2", 1).start("n2").commit("n2", 1),
  },
  {
    invariant: "committed-kept",
    name: "a log that loses a committed entry",
    broken: (story) => settled(story).truncate("n3", 1, 0),
    says: /^n3 removed index 1 of term 1 from its log, which is committed\.$/,
    near: (story) =>
      settled(story).append("n1", 1).append("n3", 1).role("n3", "follower", 2).truncate("n3", 2, 1),
  },
  {
    invariant: "state-machine-safety",
    name: "two entries committed at one index",
    broken: (story) =>
      settled(story)
        .append("n1", 1)
        .elect("n2", 2, ["n3"])
        .replicate("n2", ["n3"])
        .commit("n2", 2)
        .commit("n1", 2),
    says: /^n1 committed the entry of term 1 at index 2, where another node had committed that of term 2\.$/,
    near: (story) =>
      settled(story)
        .append("n1", 1)
        .elect("n2", 2, ["n3"])
        .replicate("n2", ["n3"])
        .commit("n2", 2)
        .commit("n1", 1),
  },
  {
    invariant: "state-machine-safety",
    name: "two entries executed at one index",
    broken: (story) =>
      settled(story).commit("n2", 1).apply("n1", 1, hashAt(1, 1)).apply("n2", 1, 8),
    says: /^n2 executed another entry at index 1 than n1 did\.$/,
    near: (story) =>
      settled(story)
        .commit("n2", 1)
        .apply("n1", 1, hashAt(1, 1))
        .apply("n2", 1, hashAt(1, 1))
        .start("n2")
        .commit("n2", 1)
        .apply("n2", 1, hashAt(1, 1)),
  },
  {
    invariant: "state-machine-safety",
    name: "one entry executed in two states",
    broken: (story) =>
      settled(story)
        .commit("n2", 1)
        .apply("n1", 1, hashAt(1, 1), 5)
        .apply("n2", 1, hashAt(1, 1), 6),
    says: /^n2 got another reply than n1 did when it executed index 1: their states differ\.$/,
    near: (story) =>
      settled(story)
        .commit("n2", 1)
        .apply("n1", 1, hashAt(1, 1), 5)
        .apply("n2", 1, hashAt(1, 1), 5),
  },
  {
    invariant: "apply-order",
    name: "executed before it is committed",
    broken: (story) =>
      settled(story).append("n1", 1).apply("n1", 1, hashAt(1, 1)).apply("n1", 2, 9),
    says: /^n1 executed up to index 2 while its commit index was 1\.$/,
    near: (story) => settled(story).append("n1", 1).apply("n1", 1, hashAt(1, 1)),
  },
  {
    invariant: "apply-order",
    name: "executed twice",
    broken: (story) => settled(story).apply("n1", 1, hashAt(1, 1)).apply("n1", 1, hashAt(1, 1)),
    says: /^n1 executed index 1 after index 1\.$/,
    near: (story) => settled(story).apply("n1", 1, hashAt(1, 1)),
  },
];

/** As `settled`, with index 1 executed everywhere. */
function executed(story: Story): Story {
  settled(story).commit("n2", 1).commit("n3", 1);
  for (const node of three) story.apply(node, 1, hashAt(1, 1));
  return story;
}

const snapshots: readonly Case[] = [
  {
    invariant: "state-machine-safety",
    name: "two states at one index",
    broken: (story) => executed(story).snapshot("n1", 1, 1, 77).snapshot("n2", 1, 1, 78),
    says: /^The snapshots of n2 and n1 at index 1 are different\.$/,
    near: (story) => executed(story).snapshot("n1", 1, 1, 77).snapshot("n2", 1, 1, 77),
  },
  {
    invariant: "state-machine-safety",
    name: "a snapshot that ends with another entry than the committed one",
    broken: (story) => executed(story).snapshot("n1", 1, 2, 77),
    says: /^The snapshot of n1 ends with index 1 of term 2, where the entry of term 1 is committed\.$/,
    near: (story) => executed(story).snapshot("n1", 1, 1, 77),
  },
  {
    invariant: "commit-majority",
    name: "a snapshot of what is not committed",
    broken: (story) => executed(story).append("n1", 1).snapshot("n1", 2, 1, 77),
    says: /^n1 has a snapshot of index 2, but no leader had committed beyond index 1\.$/,
    near: (story) =>
      executed(story)
        .replicate("n1", ["n2"])
        .commit("n1", 2)
        .apply("n1", 2, hashAt(2, 1))
        .snapshot("n1", 2, 1, 77)
        .snapshot("n3", 2, 1, 77),
  },
  {
    invariant: "apply-order",
    name: "a snapshot of less than was executed",
    broken: (story) =>
      executed(story)
        .replicate("n1", ["n2"])
        .commit("n1", 2)
        .apply("n1", 2, hashAt(2, 1))
        .snapshot("n1", 1, 1, 77),
    says: /^n1 went back to a snapshot of index 1 after it had executed index 2\.$/,
    // A restart begins at the snapshot and executes the rest again.
    near: (story) =>
      executed(story)
        .snapshot("n2", 1, 1, 77)
        .replicate("n1", ["n2"])
        .commit("n1", 2)
        .commit("n2", 2)
        .apply("n2", 2, hashAt(2, 1))
        .start("n2")
        .commit("n2", 2)
        .apply("n2", 2, hashAt(2, 1)),
  },
  {
    invariant: "log-matching",
    name: "a log that goes on after a snapshot of another history",
    broken: (story) =>
      executed(story)
        .append("n1", 1, 2)
        .append("n3", 1, 2)
        .elect("n2", 2, ["n1"])
        .truncate("n1", 2, 1)
        .replicate("n2", ["n1"])
        .commit("n2", 2)
        .role("n3", "follower", 2)
        .snapshot("n3", 2, 2, 77),
    says: /^n3 kept its log from index 3 on beside a snapshot of index 2 of term 2, which that log/,
    near: (story) =>
      executed(story)
        .append("n1", 1, 2)
        .append("n3", 1, 1)
        .elect("n2", 2, ["n1"])
        .truncate("n1", 2, 1)
        .replicate("n2", ["n1"])
        .commit("n2", 2)
        .role("n3", "follower", 2)
        .snapshot("n3", 2, 2, 77)
        .persisted("n3", 1)
        // The snapshot did not reach the disk.
        .start("n3", { last: 2, lastTerm: 1, snapshotIndex: 0, snapshotTerm: 0 }),
  },
];

const members: readonly Case[] = [
  {
    invariant: "election-majority",
    name: "a majority of the members, not of the nodes",
    broken: (story) => story.config("n1", ["n1", "n2"]).elect("n1", 1, ["n3"]),
    says: /^n1 became leader of term 1 while only n1 of 2 nodes had its vote for it on disk\.$/,
    near: (story) => story.config("n1", ["n1"]).elect("n1", 1, []),
  },
  {
    invariant: "commit-majority",
    name: "a majority of the members as the leader has them",
    broken: (story) =>
      story
        .elect("n1", 1, ["n2"])
        .config("n1", ["n2", "n3"])
        .replicate("n1", ["n2"])
        .commit("n1", 1),
    says: /^n1 leads term 1 and committed index 1 while of 2 nodes only n2 had it on disk\.$/,
    near: (story) =>
      story.elect("n1", 1, ["n2"]).config("n1", ["n1"]).replicate("n1", []).commit("n1", 1),
  },
];

const cases = [...elections, ...logs, ...commits, ...snapshots, ...members];

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
