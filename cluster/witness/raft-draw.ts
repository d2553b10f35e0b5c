import type { NodeName } from "../env/env.ts";
import type { RaftRules } from "../raft/rules.ts";

/**
 * The rules with election timeouts as the stage wants them: favoured nodes draw the shortest that
 * the options allow, the others the longest. Null: as the rules would.
 */
export function letDraw<Rules extends { readonly raft: RaftRules }>(
  rules: Rules,
  isFavoured: (node: NodeName) => boolean | null,
): Rules {
  const electionTimeoutUs: RaftRules["electionTimeoutUs"] = (raft) => {
    const favoured = isFavoured(raft.id);
    if (favoured === null) return rules.raft.electionTimeoutUs(raft);
    const { electionTimeoutMinMs, electionTimeoutMaxMs } = raft.options;
    return (favoured ? electionTimeoutMinMs : electionTimeoutMaxMs) * 1000;
  };
  return { ...rules, raft: { ...rules.raft, electionTimeoutUs } };
}
