import { hashAt } from "../../testing/story.ts";
import { type Case, settled } from "./case.ts";

export const logs: readonly Case[] = [
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
];
