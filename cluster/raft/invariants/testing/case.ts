import type { Invariant } from "../../invariants.ts";
import type { Story } from "../../testing/story.ts";

/** A trace that breaks an invariant, and one that comes close and is correct. */
export type Case = {
  readonly invariant: Invariant;
  readonly name: string;
  readonly broken: (story: Story) => Story;
  /** What the sentence must name. */
  readonly says: RegExp;
  readonly near: (story: Story) => Story;
};

export const three: readonly string[] = ["n1", "n2", "n3"];

/** n1 leads term 1; index 1 is everywhere and committed by n1. */
export function settled(story: Story): Story {
  return story.elect("n1", 1, ["n2", "n3"]).replicate("n1", ["n2", "n3"]).commit("n1", 1);
}
