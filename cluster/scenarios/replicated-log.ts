import type { NodeName } from "../env/env.ts";
import type { NodeProgram } from "../env/program.ts";
import { type RaftNode, startRaftNode } from "../raft/node.ts";
import { type RaftRules, raftRules } from "../raft/rules.ts";
import { raftOptionsOf } from "../subjects/raft-kv/options.ts";

/** A node of the lab: its Raft, and the commands it has executed, in order. */
export type LogNode = { readonly raft: RaftNode<null>; readonly applied: readonly string[] };

/**
 * The service of lab 3: a log of commands and nothing else. `onStart` gets each incarnation;
 * `onApply` each command with its place among all commands, from 0.
 */
export function replicatedLog(
  onStart: (node: NodeName, state: LogNode) => void,
  onApply: (node: NodeName, place: number, command: string) => void,
): NodeProgram<RaftRules> {
  return {
    rules: raftRules,
    start: (env, config, rules) => {
      const applied: string[] = [];
      const raft = startRaftNode<null>(env, {
        nodes: config.nodes,
        rules,
        options: raftOptionsOf(config.options),
        machine: {
          apply: (command) => {
            applied.push(command as string);
            onApply(env.node, applied.length - 1, command as string);
            return null;
          },
          digest: () => 0,
          snapshot: () => JSON.stringify(applied),
          restore: (snapshot) => {
            applied.splice(0, applied.length, ...(JSON.parse(snapshot) as readonly string[]));
          },
        },
      });
      onStart(env.node, { raft, applied });
    },
  };
}
