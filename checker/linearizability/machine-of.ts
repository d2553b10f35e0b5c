import type { Model, Operation } from "../model.ts";
import type { Operations } from "../operations.ts";
import type { Machine } from "./machine.ts";
import { machineOfRules, RuleMachine, rulesOf } from "./rule-machine.ts";
import { StateMachine } from "./states.ts";
import { SumMachine } from "./sum-machine.ts";
import { TextMachine } from "./text-machine.ts";

/** What a search does only where it pays. Tests set it to have it done in small histories too. */
export type SearchTuning = {
  /** Texts: how many operations a partition has, to be looked through for what nobody saw a trace of. */
  readonly vainFrom?: number;
};

/** The machine that runs the model over these operations fastest. */
export function createMachine(
  model: Model,
  operations: Operations,
  operationOf: (row: number) => Operation,
  { vainFrom }: SearchTuning,
): Machine {
  const machine = machineOfRules(model, operations);
  if (machine !== null) return machine;
  if (model.sums !== undefined) return new SumMachine(model, model.sums, operations);
  if (model.texts === undefined) return new StateMachine(model, operationOf);
  return new TextMachine(model, model.texts, operations, vainFrom);
}

/** Turns the machine to another history of the model; false when that takes another kind of machine. */
export function turnMachine(machine: Machine, model: Model, operations: Operations): boolean {
  if (machine instanceof TextMachine || machine instanceof SumMachine) {
    machine.turnTo(operations);
    return true;
  }
  const ruleOf = rulesOf(model, operations);
  if (!(machine instanceof RuleMachine)) return ruleOf === null;
  if (ruleOf !== null) machine.turnTo(operations, ruleOf);
  return ruleOf !== null;
}
