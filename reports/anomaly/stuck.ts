import type { Anomaly } from "porcupine-ts";
import { formatMoment, formatTook, plural } from "../describe.ts";
import type { PairedOperation } from "../operations.ts";
import type { TraceLine } from "../result.ts";
import { type Case, type Finding, named, outcomeOf } from "./facts.ts";
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
  const text = `a majority was back at ${since}, but ${observed}; ${named(culprit)} ${outcomeOf(culprit)}`;
  return { class: "stuck", text, rival: null };
}

/** So often means that none of them lasted. */
const electionsMin = 3;

/**
 * What a cluster owes that stood still, as far as the roles show why: from the call of the operation that
 * waited, or in the last ten seconds that were traced. Null without traces.
 */
export function ruleOfStuck(
  { expected, observed = "" }: Pick<Anomaly, "expected" | "observed">,
  culprit: PairedOperation | null,
  traces: Traces,
): Rule | null {
  if (expected?.startsWith("the leader that all of ") === true) {
    const text =
      "a node that is cut off does not depose a leader that the others hear: pre-vote, and no vote while a leader is heard (Ongaro's thesis §4.2.3, §9.6)";
    return { certainty: "likely", text, because: inWords(observed) };
  }
  const lines = Object.entries(traces).flatMap(([node, own]) =>
    own.map((line): TraceLine & { readonly node: string } => ({ ...line, node })),
  );
  if (lines.length === 0) return null;
  const last = lines.reduce((latest, { mono }) => Math.max(latest, mono), 0);
  const from = culprit?.call ?? Math.max(0, last - lastNs);
  const roles = lines.filter(({ kind, mono }) => kind === "role" && mono >= from);
  const stood = roles.filter(({ role }) => role === "candidate").length;
  const won = roles.filter(({ role }) => role === "leader").length;
  if (stood >= electionsMin) {
    const text =
      "a majority elects a leader that lasts: election timeouts differ by chance and are longer than a message takes (Raft paper §5.2, §5.6)";
    const because = `nodes stood for election ${plural(stood, "time")} from ${formatMoment(from)} on, and led ${plural(won, "time")}`;
    return { certainty: "likely", text, because };
  }
  const leader = lines
    .filter(({ kind, role }) => kind === "role" && role === "leader")
    .toSorted((a, b) => a.mono - b.mono)
    .at(-1);
  if (leader === undefined || (won === 0 && stood > 0)) return null;
  const lost = roles.filter(
    ({ role, leader: heard, term }) =>
      role === "follower" && heard === null && term === leader.term,
  ).length;
  const given = lost === 0 ? "" : `, and followers lost sight of it ${plural(lost, "time")}`;
  return {
    certainty: "likely",
    text: "a leader sends to all its followers at once and again and again: one that is down does not hold up the others (Raft paper §5.1, §5.3)",
    because: `${leader.node} led term ${leader.term} from ${formatMoment(leader.mono)} on, and nothing was acknowledged${given}`,
  };
}

const lastNs = 10e9;
