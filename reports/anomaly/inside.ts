import type { Anomaly } from "porcupine-ts";
import { formatMoment } from "../describe.ts";
import type { PairedOperation } from "../operations.ts";
import type { CheckerResult } from "../result.ts";
import { endOf } from "./facts.ts";

/** Whether a check looked at what the nodes recorded, not at what clients saw. */
export function isInside(check: CheckerResult): boolean {
  return check.anomalies[0]?.kind === "broken-invariant";
}

/** `At 8.52 s n1 started in term 0, but had term 2 on disk`. */
export function insideClaim({
  observed = "a promise of Raft was broken",
  time = 0,
}: Anomaly): string {
  return `At ${formatMoment(time)} ${inPast(observed)}`;
}

/** Beside what a client saw: which came first, and when, on the axis that everything is on. */
export function insideClause(
  { observed = "", time = 0 }: Anomaly,
  culprit: PairedOperation,
): string {
  const order = time <= endOf(culprit) ? "before" : "after";
  return `inside, ${order} that, at ${formatMoment(time)}, ${inPast(observed)}`;
}

const past: Readonly<Record<string, string>> = {
  leads: "led",
  follows: "followed",
  hold: "held",
  differ: "differed",
};

/** What the invariants say of the moment, told afterwards; without its stop. */
function inPast(observed: string): string {
  return observed
    .replace(/\.\s*$/, "")
    .replace(/\b(?:leads|follows|hold|differ)\b/g, (word) => past[word] ?? word);
}

/** The rule of an invariant: `Durability: what a node had on disk is there when it starts again (fig. 2)`. */
export function ruleOfInvariant({ expected }: Pick<Anomaly, "expected">): string | null {
  const [, name, promise] = /^([a-z-]+): (.+)$/.exec(expected ?? "") ?? [];
  if (name === undefined || promise === undefined) return null;
  const words = name.split("-").map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return `${words.join(" ")}: ${promise}`;
}
