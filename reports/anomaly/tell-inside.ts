import type { Anomaly } from "porcupine-ts";
import type { FaultBand } from "../fault-bands.ts";
import { joined } from "./clauses.ts";
import type { Finding } from "./facts.ts";
import { duringBand, faultNear, type NearFault } from "./faults.ts";
import { recordClause, ruleOfInvariant } from "./inside.ts";
import type { Rule } from "./rules.ts";
import type { Explained, RunFacts } from "./tell.ts";

/** What broke inside the nodes, when, what was being done to those that it names, and the rule. */
export function tellInside(finding: Finding, anomaly: Anomaly, facts: RunFacts): Explained {
  const { nodes = [], time = 0 } = anomaly;
  // What a node forgot over a restart, it forgot when it went down.
  const isRestart = /^durability|^term-monotone/.test(anomaly.expected ?? "");
  const down = isRestart ? lastDown(nodes, time, facts.bands) : null;
  const fault = down ?? faultAt(nodes, time, facts.bands);
  const text = ruleOfInvariant(anomaly);
  const rule: Rule | null =
    text === null ? null : { certainty: "proven", text, because: recordClause(anomaly) };
  return told(finding, fault, rule);
}

/** A node that ended by itself: what had been done to it before. */
export function tellExit(finding: Finding, anomaly: Anomaly, facts: RunFacts): Explained {
  const { nodes = [], time = 0, observed = "" } = anomaly;
  const fault = lastDown(nodes, time, facts.bands) ?? faultAt(nodes, time, facts.bands);
  const [node = "the node"] = nodes;
  const rule: Rule | null = /\bcorrupt\b/.test(observed)
    ? {
        certainty: "likely",
        text: /\bsnapshot\b/.test(observed)
          ? "a log is discarded only once the snapshot that takes its place is on disk (Raft paper §7)"
          : "what a node needs to go on is whole on disk before it answers (Raft paper, figure 2, persistent state)",
        because: `${node} could not go on from its own files when it was started again`,
      }
    : null;
  return told({ ...finding, text: gapText(node, finding.text, fault) }, fault, rule);
}

/** What of its log is nowhere, where that is why it ended; else as it is. */
function gapText(node: string, text: string, fault: NearFault | null): string {
  const [, after, covered] =
    /begins after index (\d+), but the snapshot ends at (\d+)/.exec(text) ?? [];
  if (after === undefined || covered === undefined) return text;
  const point = fault?.band.kind === "crash-point" ? (fault.band.shape ?? null) : null;
  const crashed = point === null ? "" : `, which had crashed ${point}`;
  return `entries ${Number(covered) + 1} to ${after} are in neither the log nor the snapshot of ${node}${crashed}; ${text.charAt(0).toLowerCase()}${text.slice(1)}`;
}

function told(finding: Finding, fault: NearFault | null, rule: Rule | null): Explained {
  const broken = rule?.certainty === "proven" ? "broken rule" : "points to this rule";
  const clauses = [
    finding.text,
    fault?.effect == null
      ? ""
      : `${fault.effect.node} ${fault.effect.clause} ${duringBand(fault.band, fault.effect)} (${nameOf(fault.band)})`,
    rule === null ? "" : `${broken}: ${rule.text}`,
    fault?.effect === null ? `${fault.band.label} was active ${duringBand(fault.band)}` : "",
  ];
  return { ...finding, sentence: joined(clauses), rule, serving: null, fault };
}

/** `crash-point after-replace`. */
function nameOf({ kind, shape }: FaultBand): string {
  return kind === "crash-point" && shape != null ? `${kind} ${shape}` : kind;
}

/** What was being done to the node that showed it first; else to those that it contradicts. */
function faultAt(
  nodes: readonly string[],
  time: number,
  bands: readonly FaultBand[],
): NearFault | null {
  const own = faultNear(nodes.slice(0, 1), time, time, bands);
  return own?.effect == null ? faultNear(nodes, time, time, bands) : own;
}

/** The last time before `time` that any of the nodes went down. */
function lastDown(
  nodes: readonly string[],
  time: number,
  bands: readonly FaultBand[],
): NearFault | null {
  const found = bands
    .filter(({ from, effective }) => from <= time && effective !== false)
    .flatMap((band) =>
      band.touched
        .filter(({ node, state }) => state === "down" && nodes.includes(node))
        .map((effect) => ({ band, effect })),
    );
  return found.toSorted((a, b) => a.band.from - b.band.from).at(-1) ?? null;
}
