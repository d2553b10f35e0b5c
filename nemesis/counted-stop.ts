import { type Counted, lookAtCounters } from "./counted.ts";
import { collect } from "./each.ts";
import type { Fault, Observation } from "./fault.ts";
import { type Answers, answersOf, lookAtAnswers } from "./status-look.ts";

/** A probe for faults that stop nodes in a way that only the driver can tell: answers and counts. */
export function lookAtStops(countedOf: (detail: Observation) => Counted): Fault["probe"] {
  return (context, instance, done) => {
    collect<"answers" | "counts", Observation>(
      parts,
      (part, next) => {
        if (part === "answers") lookAtAnswers(context, instance, next);
        else lookAtCounters(context, instance.targets, countedOf(instance.detail), next);
      },
      (error, [answers, counts]) => done(error, { answers: answers ?? {}, counts: counts ?? {} }),
    );
  };
}

const parts = ["answers", "counts"] as const;

type Looks = Parameters<Fault["judge"]>[1];

/** One part of all three looks. */
export function partOf(looks: Looks, part: "answers" | "counts"): Looks {
  const of = (look: Observation): Observation => (look[part] ?? {}) as Observation;
  return { before: of(looks.before), during: of(looks.during), after: of(looks.after) };
}

export function answersIn(looks: Looks): {
  readonly before: Answers;
  readonly during: Answers;
  readonly after: Answers;
} {
  const { before, during, after } = partOf(looks, "answers");
  return { before: answersOf(before), during: answersOf(during), after: answersOf(after) };
}
