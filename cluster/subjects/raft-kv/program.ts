import type { NodeProgram } from "../../env/program.ts";
import { startRaftNode } from "../../raft/node.ts";
import { type RaftRules, raftRules } from "../../raft/rules.ts";
import { createHandler } from "./http.ts";
import { raftOptionsOf, sessionsMaxOf } from "./options.ts";
import { createKvMachine, type MachineRules, machineRules } from "./state-machine.ts";

/** Every decision of the program, by the part that makes it. */
export type Rules = { readonly raft: RaftRules; readonly machine: MachineRules };

/** A replicated, versioned key-value store: puts and appends go through Raft, gets by ReadIndex. */
export const program: NodeProgram<Rules> = {
  rules: { raft: raftRules, machine: machineRules },
  start: (env, config, rules) => {
    const machine = createKvMachine(rules.machine, sessionsMaxOf(config.options));
    const node = startRaftNode(env, {
      nodes: config.nodes,
      rules: rules.raft,
      options: raftOptionsOf(config.options),
      machine,
    });
    env.server.serve(createHandler(env, node, machine));
  },
};
