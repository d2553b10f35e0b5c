import { asVersioned, describeState, formatTook, isRead } from "../describe.ts";
import {
  endOf,
  type Finding,
  fromNode,
  type Lookup,
  momentOf,
  named,
  nodeOf,
  who,
} from "./facts.ts";
import { type Serving, servingOf, type Traces } from "./serving.ts";

/** Since when a leader leads of whom it is not said any more that it has yet to find out what there is. */
const settledNs = 2e9;

/**
 * A stale read that is more: an acknowledged write is missing at a settled leader of a later term than that
 * in which it was acknowledged, and nobody was told of it afterwards. Any other finding as it is.
 */
export function withLoss(finding: Finding, lookup: Lookup, traces: Traces): Finding {
  const { class: kind, culprit, rival } = finding;
  if (kind !== "stale-read" || culprit === null || rival === null) return finding;
  if (!isRead(culprit) || isRead(rival) || rival.outcome !== "ok") return finding;
  const [then, now] = [rival, culprit].map(({ node, call, ...rest }) =>
    node === null ? null : servingOf(traces, node, call, rest.return ?? call),
  );
  if (then == null || now == null || !isSettled(now, culprit.call) || now.term <= then.term) {
    return finding;
  }
  const value = JSON.stringify(asVersioned(rival.input)?.value);
  const isSeen = lookup
    .onKey(culprit.key ?? "")
    .some((read) => isRead(read) && read.call > culprit.call && valueRead(read) === value);
  if (value === undefined || isSeen) return finding;
  const later = formatTook(endOf(culprit) - endOf(rival));
  return {
    ...finding,
    class: "lost-write",
    text:
      `${named(rival)}, acknowledged by ${nodeOf(rival)} at ${momentOf(rival, culprit)}, is lost; ` +
      `${later} later ${who(culprit)} read ${describeState(culprit.output)}${fromNode(culprit)}, the leader of term ${now.term}, at ${momentOf(culprit, rival)}`,
  };
}

function isSettled({ role, since, successor, committedAt }: Serving, at: number): boolean {
  const isLeader = role === "leader" && successor === null;
  return isLeader && at - since >= settledNs && committedAt !== null && committedAt <= at;
}

function valueRead({ output }: { readonly output: unknown }): string | undefined {
  return JSON.stringify(asVersioned(output)?.value);
}
