import type { CoreOrders, DeadEnd } from "../checker.ts";
import type { Model, Operation } from "../model.ts";
import { theOperations } from "../reasons/wording.ts";

const listedMax = 2;
const deadEndsMax = 3;

/**
 * Why a core has no order, for any model, in one sentence: where each of its orders ends, if there are few
 * places and one state at each. `orders`: of the core, null when they are not known.
 */
export function reasonByOrders(
  model: Model,
  core: readonly Operation[],
  orders: CoreOrders | null,
  isMinimal: boolean,
): string {
  const isPlain = ({ kind, states, moreStates }: DeadEnd): boolean =>
    kind === "twice" || states.length + moreStates === 1;
  const ends = orders?.deadEnds ?? [];
  if (ends.length === 0 || ends.length > deadEndsMax || !ends.every(isPlain)) {
    return withoutOrder(model, core, isMinimal);
  }
  const clauses = ends.map((end) => describe(model, core, end));
  if (clauses.length === 1) return clauses[0] ?? "";
  return `every order fails at one of these: ${clauses.join("; or ")}`;
}

function withoutOrder(model: Model, core: readonly Operation[], isMinimal: boolean): string {
  const whateverElse =
    "even if every other operation takes effect at any time after its call, or never";
  const [only] = core;
  if (core.length === 1 && only !== undefined) {
    return `${name(only)} (${model.describeOperation(only)}) is not possible, ${whateverElse}`;
  }
  const list = core.map((one) => `${name(one)} (${model.describeOperation(one)})`);
  const which = core.length <= listedMax ? list.join(" and ") : theOperations(core);
  const smaller = isMinimal ? ", though there is one without any one of them" : "";
  return `no order of ${which} respects real time${smaller}, ${whateverElse}`;
}

function describe(model: Model, core: readonly Operation[], end: DeadEnd): string {
  const operations = end.order.flatMap((index) => core.filter((one) => one.index === index));
  if (end.kind === "twice") {
    const list = operations.map((operation) => operation.index).join(", ");
    return (
      `the operations at indexes ${list} could follow each other in this order only if some other operation ` +
      "took effect twice"
    );
  }
  const next = operations.at(-1);
  const last = operations.at(-2);
  const told = (operation: Operation): string =>
    `${name(operation)} (${model.describeOperation(operation)})`;
  const where = last === undefined ? "at the beginning" : `after ${told(last)}`;
  return (
    `${next === undefined ? "it" : told(next)} is not possible ${where}: the state is ${end.states[0]} then, and ` +
    "nothing that had been called by then leads from there to one that allows it"
  );
}

function name({ f, index }: Operation): string {
  return `${f} at index ${index}`;
}
