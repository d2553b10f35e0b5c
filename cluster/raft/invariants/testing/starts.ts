import { type Case, settled } from "./case.ts";

export const starts: readonly Case[] = [
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
