import { hashAt } from "../../testing/story.ts";
import { type Case, settled } from "./case.ts";

export const commits: readonly Case[] = [
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
    invariant: "equal-state",
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
    says: /^n1 executed up to index 2, but the last commit that it recorded was of index 1\.$/,
    near: (story) => settled(story).append("n1", 1).apply("n1", 1, hashAt(1, 1)),
  },
  {
    invariant: "apply-order",
    name: "executed twice",
    broken: (story) => settled(story).apply("n1", 1, hashAt(1, 1)).apply("n1", 1, hashAt(1, 1)),
    says: /^n1 executed index 1 after index 1\.$/,
    near: (story) => settled(story).apply("n1", 1, hashAt(1, 1)),
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
