import type { Operation } from "../model.ts";
import type { RegisterWords } from "../registers.ts";
import { type Lack, SupplyOrders } from "./supply-orders.ts";
import { theOperations } from "./wording.ts";

type Values = Pick<RegisterWords, "valueSet" | "valueSeen">;

const clausesMax = 3;

/**
 * Why a core of a register has no order, by counting: in every order of it some value is needed more often than
 * operations outside of the core set it. `undefined` where that does not tell.
 */
export function reasonOfSupply(
  core: readonly Operation[],
  relaxed: readonly Operation[],
  words: Values,
): string | undefined {
  if (core.some(({ outcome }) => outcome === "maybe")) return undefined;
  const lacks = new SupplyOrders(core, relaxed, words).lacks();
  if (lacks === null || lacks.length === 0) return undefined;
  const clauses = merge(lacks).map(describe);
  const told = clauses.length <= clausesMax ? clauses.join("; or ") : describeMany(lacks);
  return `whatever the order of ${theOperations(core)}, ${told}`;
}

/** One for each value and number, with its cas only where all have the same. */
function merge(lacks: readonly Lack[]): readonly Lack[] {
  const merged = new Map<string, Lack>();
  for (const lack of lacks) {
    const name = lack.value === null ? `but ${lack.cas}` : `${lack.supply} ${lack.value}`;
    const known = merged.get(name) ?? lack;
    merged.set(name, known.cas === lack.cas ? known : { ...lack, cas: null });
  }
  return [...merged.values()];
}

function describe({ value, supply, cas }: Lack): string {
  if (value === null)
    return `another value than ${cas} must be set, but nothing that does so had been called in time`;
  const often = supply === 0 ? "" : supply === 1 ? " twice" : ` ${supply + 1} times`;
  const forCas = cas === null ? "" : ` (also for the cas ${cas})`;
  const called =
    supply === 0
      ? "nothing else that sets it"
      : `only ${supply === 1 ? "one" : supply} that can do so`;
  return `${value} must be set${often} by other operations${forCas}, but ${called} had been called in time`;
}

function describeMany(lacks: readonly Lack[]): string {
  const values = [...new Set(lacks.flatMap(({ value }) => value ?? []))].sort();
  const which = values.length === 1 ? values[0] : `one of ${values.join(", ")}`;
  return `${which} must be set more often by other operations than ones that can do so had been called in time`;
}
