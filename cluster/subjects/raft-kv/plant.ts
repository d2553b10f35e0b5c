import type { RaftRules } from "../../raft/rules.ts";
import type { Rules } from "./program.ts";
import type { MachineRules } from "./state-machine.ts";

/** What plants a bug: the tables with one rule of the core replaced. */
export function raftRule<Name extends keyof RaftRules>(
  name: Name,
  rule: RaftRules[Name],
): (rules: Rules) => Rules {
  return (rules) => ({ ...rules, raft: { ...rules.raft, [name]: rule } });
}

/** The same for a rule of the state machine. */
export function machineRule<Name extends keyof MachineRules>(
  name: Name,
  rule: MachineRules[Name],
): (rules: Rules) => Rules {
  return (rules) => ({ ...rules, machine: { ...rules.machine, [name]: rule } });
}
