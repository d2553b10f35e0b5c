import type { NodeName } from "../../env/env.ts";
import type { Index } from "../types.ts";
import type { ClusterView } from "./cluster-view.ts";
import type { NodeView } from "./node-view.ts";
import { unknownTerm } from "./term-log.ts";

/** The members of the cluster, as a node's log has them now, and the entry that names them. */
export type ConfigRecord = { readonly index: Index; readonly voters: readonly NodeName[] };

/** What it decides from here on needs a majority of these. */
export function onConfig(view: ClusterView, node: NodeView, record: ConfigRecord): void {
  const { index, voters } = record;
  // Traced before the entry is: one that its log does not have yet is of its own making.
  if (node.role === "leader" && index > node.log.last) checkChange(view, node, index);
  node.voters = view.named(voters);
  node.configIndex = index;
}

/** Else two changes could have majorities that do not meet. */
function checkChange(view: ClusterView, node: NodeView, index: Index): void {
  if (node.isPartial) return;
  const { name, term, commitIndex, configIndex, log } = node;
  const committedTerm = log.termAt(commitIndex);
  if (configIndex > commitIndex) {
    const sentence = `${name} leads term ${term} and changed the members with index ${index} while the change before, index ${configIndex}, was not committed.`;
    view.book.report("members-one-by-one", [name], { term, index }, sentence);
  } else if (committedTerm !== term && committedTerm !== unknownTerm) {
    const sentence = `${name} leads term ${term} and changed the members with index ${index} before it had committed an entry of that term.`;
    view.book.report("members-one-by-one", [name], { term, index }, sentence);
  }
}
