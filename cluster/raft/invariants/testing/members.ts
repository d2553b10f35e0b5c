import { type Case, settled, three } from "./case.ts";

export const members: readonly Case[] = [
  {
    invariant: "members-one-by-one",
    name: "a leader changes the members before it has committed an entry of its term",
    broken: (story) => settled(story).elect("n2", 2, ["n1"]).change("n2", ["n1", "n2"]),
    says: /^n2 leads term 2 and changed the members with index \d+ before it had committed an entry/,
    near: (story) => {
      settled(story).elect("n2", 2, ["n1"]).append("n2", 2).append("n1", 2);
      return story.persisted("n2").persisted("n1").commit("n2", 2).change("n2", ["n1", "n2"]);
    },
  },
  {
    invariant: "members-one-by-one",
    name: "a leader changes the members while the change before is not committed",
    broken: (story) => settled(story).change("n1", ["n1", "n2"]).change("n1", three),
    says: /^n1 leads term 1 and changed the members with index 3 while the change before, index 2,/,
    near: (story) => {
      settled(story).change("n1", ["n1", "n2"]).append("n2", 1).persisted("n1").persisted("n2");
      return story.commit("n1", 2).change("n1", three);
    },
  },
];
