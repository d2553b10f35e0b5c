import type { Anomaly } from "porcupine-ts";
import type { AnomalyClass } from "../anomaly/classes.ts";
import type { FaultBand } from "../fault-bands.ts";

/**
 * What makes two anomalies the same one, over seeds and nights: a pure function of
 *
 * - the checker that found it, and the class of anomaly, as the run's page names it;
 * - the promise that was broken, where one is named (`leaderCompleteness`);
 * - the kinds of fault that touched the node of the culprit from `graceNs` before its call until its
 *   return; where it names no node, the kinds that were active anywhere;
 * - the subject, and the planted bug.
 *
 * Keys, values, clients, times, node names and seeds are no part of it.
 */
export type Signature = {
  /** All of the above in one line; equal for equal anomalies. */
  readonly text: string;
  /** Eight hexadecimal digits made of `text` (FNV-1a): a name for people. */
  readonly id: string;
  readonly checker: string;
  readonly class: AnomalyClass;
  /** `text` with what the checker says by itself in place of the class: files of every version can tell it. */
  readonly general: string;
  /** The class was found by looking at the operations; false in what earlier versions left. */
  readonly isRefined: boolean;
  readonly rule: string | null;
  readonly faults: readonly string[];
};

/** Where and when an anomaly showed. */
export type Culprit = {
  readonly nodes: readonly string[];
  /** Nanoseconds of the run. */
  readonly from: number;
  readonly to: number;
};

/** A node that was thawed or joined again a moment ago still answers from its old state. */
const graceNs = 2e9;

export function signatureOf(of: {
  readonly checker: string;
  readonly class: AnomalyClass;
  /** What the checker says by itself. */
  readonly kind: Anomaly["kind"];
  readonly isRefined: boolean;
  /** The checker's words: a broken promise of Raft is named before the colon. */
  readonly expected?: string | undefined;
  readonly culprit: Culprit | null;
  readonly bands: readonly FaultBand[];
  readonly subject: string;
  readonly bug: string | null;
}): Signature {
  const { checker, class: anomalyClass, kind, isRefined, culprit, bands, subject, bug } = of;
  const rule = anomalyClass === "broken-invariant" ? ruleIn(of.expected ?? "") : null;
  const faults = culprit === null ? [] : faultsAt(culprit, bands);
  const textWith = (name: string): string =>
    [
      `${checker}: ${name}${rule === null ? "" : ` (${rule})`}`,
      faults.length === 0 ? "no fault there" : `under ${faults.join(", ")}`,
      bug === null ? subject : `${subject} with ${bug}`,
    ].join("; ");
  const [text, general] = [textWith(anomalyClass), textWith(kind)];
  const named = { text, id: fnv1a(text), checker, class: anomalyClass };
  return { ...named, general, isRefined, rule, faults };
}

function ruleIn(expected: string): string | null {
  return /^([\w -]+):/.exec(expected)?.[1] ?? null;
}

function faultsAt({ nodes, from, to }: Culprit, bands: readonly FaultBand[]): string[] {
  const near = bands.filter((band) => band.from <= to && band.to >= from - graceNs);
  const touching = near.filter(
    (band) => nodes.length === 0 || band.touched.some(({ node }) => nodes.includes(node)),
  );
  return [...new Set(touching.map(({ kind }) => kind))].sort();
}

/** Fowler, Noll and Vo's 32-bit hash, of UTF-16 code units. */
function fnv1a(text: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, "0");
}
