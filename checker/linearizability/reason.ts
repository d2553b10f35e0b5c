import type { Model, Operation } from "../model.ts";
import { theOperations } from "../reasons/wording.ts";

const orderedMax = 6;
const listedMax = 2;
const statesMax = 200;
const deathsMax = 3;

/** Where an order of the core ends: `next` is not possible after `last`, whatever else happens between. */
type Death = { readonly last: Operation | null; readonly next: Operation; readonly state: unknown };

/**
 * Why a core has no order, for any model, in one sentence: tries every order of it that keeps to real time,
 * the relaxed operations coming in as often as they like, and tells where each ends. `relaxed`: the relaxed
 * history, the core among it.
 */
export function reasonByOrders(
  model: Model,
  core: readonly Operation[],
  relaxed: readonly Operation[],
  isMinimal: boolean,
): string {
  const indexes = new Set(core.map(({ index }) => index));
  const others = relaxed.filter(({ index }) => !indexes.has(index));
  const mustAll = core.every(({ outcome }) => outcome !== "maybe" || model.maybeIsEvaluated);
  const deaths = mustAll && core.length <= orderedMax ? findDeaths(model, core, others) : null;
  if (deaths === null || deaths.length === 0 || deaths.length > deathsMax) {
    return withoutOrder(model, core, isMinimal);
  }
  const clauses = deaths.map((death) => describe(model, death));
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

function describe(model: Model, { last, next, state }: Death): string {
  const told = (operation: Operation): string =>
    `${name(operation)} (${model.describeOperation(operation)})`;
  const where = last === null ? "at the beginning" : `after ${told(last)}`;
  return (
    `${told(next)} is not possible ${where}: the state is ${model.describeState(state)} then, and nothing ` +
    "that had been called by then leads from there to one that allows it"
  );
}

/** Null when an order does not end: a relaxed operation would have to take effect twice. */
function findDeaths(
  model: Model,
  core: readonly Operation[],
  others: readonly Operation[],
): Death[] | null {
  const deaths = new Map<string, Death>();
  const visit = (
    left: readonly Operation[],
    states: readonly unknown[],
    last: Operation | null,
  ): boolean => {
    if (left.length === 0) return false;
    const end = Math.min(...left.map((operation) => operation.return));
    const reached = reach(
      model,
      states,
      others.filter(({ call }) => call < end),
    );
    if (reached === null) return false;
    return left
      .filter((next) => next.call < end)
      .every((next) => {
        const after = reached.flatMap((state) => {
          const stepped = model.step(state, next);
          return stepped === undefined ? [] : [{ state: stepped }];
        });
        if (after.length > 0) {
          const rest = left.filter((other) => other !== next);
          return visit(
            rest,
            distinct(
              model,
              after.map(({ state }) => state),
            ),
            next,
          );
        }
        if (states.length > 1) return false;
        deaths.set(`${last?.index} ${next.index}`, { last, next, state: states[0] });
        return true;
      });
  };
  return visit(core, [model.init()], null) ? [...deaths.values()] : null;
}

/** The states that the operations can lead to, each taking part as often as it likes; null for too many. */
function reach(
  model: Model,
  from: readonly unknown[],
  operations: readonly Operation[],
): unknown[] | null {
  const known = new Set(from.map((state) => model.key(state)));
  const reached = [...from];
  for (const state of reached) {
    for (const operation of operations) {
      const next = model.step(state, operation);
      if (next === undefined || known.has(model.key(next))) continue;
      if (known.size === statesMax) return null;
      known.add(model.key(next));
      reached.push(next);
    }
  }
  return reached;
}

function distinct(model: Model, states: readonly unknown[]): unknown[] {
  return [...new Map(states.map((state) => [model.key(state), state])).values()];
}

function name({ f, index }: Operation): string {
  return `${f} at index ${index}`;
}
