import { hashAt, type Story } from "../../testing/story.ts";
import { type Case, settled, three } from "./case.ts";

/** As `settled`, with index 1 executed everywhere. */
function executed(story: Story): Story {
  settled(story).commit("n2", 1).commit("n3", 1);
  for (const node of three) story.apply(node, 1, hashAt(1, 1));
  return story;
}

export const snapshots: readonly Case[] = [
  {
    invariant: "equal-state",
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
