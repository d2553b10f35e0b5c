import { defineModel, type ModelSpec, stateKey } from "./define-model.ts";
import type { Model, Operation } from "./model.ts";

/** A specification that leaves open what an operation does: each step has any number of next states. */
export type NondeterministicSpec<State> = Omit<
  ModelSpec<readonly State[]>,
  "init" | "step" | "key" | "describeState" | "equal" | "hash"
> & {
  /** The states in which the object may begin, at least one. */
  init(): readonly State[];
  /** The states after `operation`, none when it could not have had this outcome in `state`. */
  steps(state: State, operation: Operation): readonly State[];
  /** Identity of a state; canonical JSON where it is left out. */
  key?(state: State): string | number;
  describeState?(state: State): string;
};

/**
 * The model of a nondeterministic specification: its states are the sets of states in which the object may
 * be (the power set construction), in the order of their keys. An order of the operations is possible iff
 * its last set is not empty, that is iff some choice at each step leads there.
 */
export function defineNondeterministic<State>(
  spec: NondeterministicSpec<State>,
): Model<readonly State[]> {
  const { init, steps, key = stateKey, describeState, ...rest } = spec;
  const setOf = (states: readonly State[]): readonly State[] => {
    if (states.length < 2) return states;
    const byKey = new Map(states.map((state) => [String(key(state)), state]));
    const keys = [...byKey.keys()].sort();
    return keys.map((name) => byKey.get(name) as State);
  };
  const describe = describeState ?? ((state: State): string => JSON.stringify(state));
  return defineModel<readonly State[]>({
    ...rest,
    init: () => setOf(init()),
    step: (states, operation) => {
      const next = setOf(states.flatMap((state) => steps(state, operation)));
      return next.length === 0 ? undefined : next;
    },
    key: (states) => JSON.stringify(states.map((state) => String(key(state)))),
    describeState: (states) => states.map(describe).join(" or "),
  });
}
