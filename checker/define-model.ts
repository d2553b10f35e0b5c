import { canonicalJson } from "./json.ts";
import type { Model, Operation } from "./model.ts";

/** What a model of one's own must say; the rest has defaults that are right for any model. */
export type ModelSpec<State> = Pick<Model<State>, "name" | "functions" | "init" | "step"> &
  Partial<Model<State>>;

/**
 * A model of one's own. Defaults: keys are independent of each other, states are JSON values, and no
 * operation is known to be an observer (naming them in `isObserver` makes checks faster and cores smaller).
 */
export function defineModel<State>(spec: ModelSpec<State>): Model<State> {
  return {
    summary: spec.name,
    partitionByKey: true,
    key: (state) => canonicalJson(state),
    isObserver: () => false,
    describeState: (state) => JSON.stringify(state),
    describeOperation,
    ...spec,
  };
}

function describeOperation({ process, f, outcome, input, output, error }: Operation): string {
  const asked = input === undefined ? "" : ` ${JSON.stringify(input)}`;
  const told = output === undefined ? outcome : JSON.stringify(output);
  return `process ${process}: ${f}${asked} -> ${error ?? told}`;
}
