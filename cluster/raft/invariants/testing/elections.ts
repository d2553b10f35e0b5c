import { type Case, settled } from "./case.ts";

export const elections: readonly Case[] = [
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
    invariant: "election-majority",
    name: "a majority of the members, not of the nodes",
    broken: (story) => story.config("n1", ["n1", "n2"]).elect("n1", 1, ["n3"]),
    says: /^n1 became leader of term 1 while only n1 of 2 nodes had its vote for it on disk\.$/,
    near: (story) => story.config("n1", ["n1"]).elect("n1", 1, []),
  },
];
