import type { Anomaly } from "porcupine-ts";
import { formatMoment, formatTook, plural } from "../describe.ts";
import type { FaultBand, NodeEffect } from "../fault-bands.ts";
import type { PairedOperation } from "../operations.ts";
import type { TraceLine } from "../result.ts";
import { type Case, type Finding, named, outcomeOf } from "./facts.ts";
import { duringBand } from "./faults.ts";
import { inWords } from "./general.ts";
import type { Rule } from "./rules.ts";
import type { Traces } from "./serving.ts";

/** A cluster that did not come back: since when, and the first operation that waited for it. */
export function explainStuck({ anomaly, culprit }: Case): Omit<Finding, "culprit"> | null {
  if (anomaly.kind !== "stuck" || anomaly.observed === undefined) return null;
  const since = formatMoment(culprit.call);
  const observed = inWords(anomaly.observed)
    .replace(/^none was/, "no operation was")
    .replace(/\b(\d+) ms\b/g, (_, ms: string) => formatTook(Number(ms) * 1e6));
  const text = `A majority was back at ${since}, but ${observed}; ${named(culprit)} ${outcomeOf(culprit)}`;
  return { class: "stuck", text, rival: null };
}

/** So often means that none of them lasted. */
const electionsMin = 3;
/** One that led for so long could have served. */
const lastsNs = 5e9;
const lastNs = 10e9;

type StuckAnomaly = Pick<Anomaly, "expected" | "observed">;
type NodeLine = TraceLine & { readonly node: string };

/**
 * What a cluster owes that stood still, as far as the roles show why: from the call of the operation that
 * waited, or in the last ten seconds that were traced. Null without traces.
 */
export function ruleOfStuck(
  anomaly: StuckAnomaly,
  culprit: PairedOperation | null,
  { traces, bands = [] }: { readonly traces: Traces; readonly bands?: readonly FaultBand[] },
): Rule | null {
  const { expected = "", observed = "" } = anomaly;
  if (expected.startsWith("the leader that all of ")) {
    const text =
      "a node that is cut off does not depose a leader that the others hear: pre-vote, and no vote while a leader is heard (Ongaro's thesis §4.2.3, §9.6)";
    const because = deposalOf(anomaly, traces)?.clause ?? inWords(observed);
    return { certainty: "likely", text, because };
  }
  const lines = roleLines(traces);
  const ends = Object.values(traces).map((own) => own.at(-1)?.mono ?? 0);
  const last = Math.max(0, ...ends);
  const from = culprit?.call ?? Math.max(0, last - lastNs);
  const roles = lines.filter(({ mono }) => mono >= from);
  const stood = roles.filter(({ role }) => role === "candidate").length;
  const won = roles.filter(({ role }) => role === "leader").length;
  const [longest] = tenures(lines, last, from).sort((one, other) => other.forNs - one.forNs);
  const isLasting = longest !== undefined && longest.forNs >= lastsNs;
  const leader = isLasting ? longest.line : lines.findLast(({ role }) => role === "leader");
  if (stood >= electionsMin && !isLasting) {
    const text =
      "a majority elects a leader that lasts: election timeouts differ by chance and are longer than a message takes (Raft paper §5.2, §5.6)";
    const because = `nodes stood for election ${plural(stood, "time")} from ${formatMoment(from)} on, and led ${plural(won, "time")}`;
    return { certainty: "likely", text, because };
  }
  if (leader === undefined || (won === 0 && stood > 0 && !isLasting)) return null;
  const lost = roles.filter(
    ({ role, leader: heard, term }) =>
      role === "follower" && heard === null && term === leader.term,
  ).length;
  const given = lost === 0 ? "" : `, and followers lost sight of it ${plural(lost, "time")}`;
  const away = awayClause(anomaly, bands, { from: Math.max(from, leader.mono), to: last });
  return {
    certainty: "likely",
    text: "a leader sends to all its followers at once and again and again: one that is down does not hold up the others (Raft paper §5.1, §5.3)",
    because: `${leader.node} led term ${leader.term} from ${formatMoment(leader.mono)} on, and nothing was acknowledged${away}${given}`,
  };
}

/** How a leader that was heard came to give way: who stood against it, and when; null where no trace tells. */
export function deposalOf(
  { expected = "", observed = "" }: StuckAnomaly,
  traces: Traces,
): { readonly clause: string; readonly at: number } | null {
  if (!expected.startsWith("the leader that all of ")) return null;
  const [, node = "", term = ""] = /^(\S+), which had led term (\d+),/.exec(observed) ?? [];
  const later = roleLines(traces).filter((line) => Number(line.term) > Number(term));
  const stood = later.find(({ role }) => role === "candidate");
  const gaveWay = later.find((line) => line.node === node);
  if (stood === undefined || gaveWay === undefined || stood.mono > gaveWay.mono) return null;
  const clause = `${stood.node} stood for election in term ${stood.term} at ${formatMoment(stood.mono, 3)}, and ${node}, leader of term ${term}, gave way to that term at ${formatMoment(gaveWay.mono, 3)}`;
  return { clause, at: gaveWay.mono };
}

/** Of all nodes, in the order of time. */
function roleLines(traces: Traces): NodeLine[] {
  return Object.entries(traces)
    .flatMap(([node, own]) => own.map((line): NodeLine => ({ ...line, node })))
    .filter(({ kind }) => kind === "role")
    .sort((a, b) => a.mono - b.mono);
}

/** How long each led from `from` on: until a later term shows anywhere. */
function tenures(
  lines: readonly NodeLine[],
  last: number,
  from: number,
): { readonly line: NodeLine; readonly forNs: number }[] {
  const led = lines.filter(({ role }) => role === "leader");
  return led.map((line) => {
    const next = lines.find((other) => Number(other.term) > Number(line.term));
    return { line, forNs: (next?.mono ?? last) - Math.max(from, line.mono) };
  });
}

const gone: ReadonlySet<NodeEffect["state"]> = new Set([
  "down",
  "paused",
  "cut",
  "retired",
  "away",
]);
const goneMax = 3;

/** ` while n1 was down from 9.2 s to 12.3 s`: the peers that could not answer the leader, the longest first. */
function awayClause(
  { expected = "" }: StuckAnomaly,
  bands: readonly FaultBand[],
  { from, to }: { readonly from: number; readonly to: number },
): string {
  const [, others] = / ms while (.+)$/.exec(expected) ?? [];
  if (others !== undefined) return ` while ${others}`;
  const clauses = bands
    .filter(({ effective }) => effective !== false)
    .flatMap((band) => band.touched.map((effect) => ({ band, effect })))
    .filter(({ effect }) => gone.has(effect.state))
    .map(({ band, effect }) => {
      const end = effect.isForGood === true ? to : band.to;
      const clause = `${effect.node} ${effect.clause} ${effect.isForGood === true ? `from ${formatMoment(band.from, 1)} on` : duringBand(band, effect)}`;
      return { clause, overlap: Math.min(end, to) - Math.max(band.from, from) };
    })
    .filter(({ overlap }) => overlap > 0)
    .sort((a, b) => b.overlap - a.overlap)
    .slice(0, goneMax)
    .map(({ clause }) => clause);
  return clauses.length === 0 ? "" : ` while ${clauses.join(", ")}`;
}
