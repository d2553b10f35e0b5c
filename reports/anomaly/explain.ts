import type { Anomaly } from "porcupine-ts";
import type { CheckerResult } from "../result.ts";
import { explainAnswer } from "./answers.ts";
import { classOfKind } from "./classes.ts";
import { type Case, caseOf, type Finding, type Lookup } from "./facts.ts";
import { explainAny, inWords } from "./general.ts";
import { exitClaim, insideClaim } from "./inside.ts";
import { explainList } from "./lists.ts";
import { explainLock } from "./locks.ts";
import { explainStuck } from "./stuck.ts";
import { explainVersions } from "./versioned.ts";

/** The first that knows what to say; `explainAny` always does. */
const explainers: readonly ((one: Case) => Omit<Finding, "culprit"> | null)[] = [
  explainStuck,
  explainAnswer,
  explainVersions,
  explainList,
  explainLock,
];

/**
 * Class of an anomaly, the two operations that contradict each other, and how, in one clause.
 *
 * Rests on the operations and on the checker's kind, hardly on its words. Claims an order of two events
 * only where the one had ended before the other began.
 */
export function explainAnomaly(
  check: Pick<CheckerResult, "summary" | "checker">,
  anomaly: Anomaly,
  lookup: Lookup,
): Finding {
  if (anomaly.kind === "broken-invariant") {
    return { class: "broken-invariant", text: insideClaim(anomaly), culprit: null, rival: null };
  }
  if (anomaly.kind === "gave-up") {
    return { class: "gave-up", text: exitClaim(anomaly), culprit: null, rival: null };
  }
  const one = caseOf(anomaly, lookup);
  if (one === null) {
    const text = capitalized(inWords(check.summary));
    return { class: classOfKind(anomaly.kind), text, culprit: null, rival: null };
  }
  for (const explain of explainers) {
    const told = explain(one);
    if (told !== null) return { ...told, culprit: one.culprit };
  }
  return { ...explainAny(one), culprit: one.culprit };
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
