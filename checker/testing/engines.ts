import { toList } from "../linearizability/decide.ts";
import { Search } from "../linearizability/search.ts";
import type { Model, Operation } from "../model.ts";
import { asOnePart } from "../operations.ts";
import { toColumns } from "../operations-of.ts";
import { isLinearizable } from "./brute-force.ts";

export type Comparison = {
  /** Of the oracle. */
  readonly isValid: boolean;
  /** Whether the fast path gave an answer. */
  readonly isFast: boolean;
  /** Rows of its core; 0 when it gave none. */
  readonly coreSize: number;
  /** What one engine got wrong; "" when all agree. */
  readonly problem: string;
};

/**
 * Decides one partition (up to about eight operations, in the order of calls) by fast path, search and
 * brute force, replays the witnesses and checks the core on the relaxed history.
 */
export function compareEngines(model: Model, list: readonly Operation[]): Comparison {
  const isValid = isLinearizable(model, list);
  const search = new Search(model, list);
  const found = search.advance(Infinity, Infinity) === "valid";
  let problem = found === isValid ? "" : "search: wrong verdict";
  if (found && isValid) {
    problem ||= label("search", faultOfWitness(model, list, Array.from(search.witness)));
  }
  const operations = toColumns(list);
  const rows = asOnePart(operations).rows;
  const fast = list.length === 0 ? null : (model.fastPath?.prepare(operations)(rows) ?? null);
  if (fast === null) return { isValid, isFast: false, coreSize: 0, problem };
  if ((fast.verdict === "valid") !== isValid) problem ||= "fast path: wrong verdict";
  if (problem !== "") return { isValid, isFast: true, coreSize: 0, problem };
  // What it read of the columns is what the search read of the objects.
  const back = toList(operations, rows);
  if (fast.verdict === "valid") {
    problem = label("fast path", faultOfWitness(model, back, Array.from(fast.witness())));
    return { isValid, isFast: true, coreSize: 0, problem };
  }
  const core = fast.core();
  const rest = relax(model, back, new Set(core));
  if (new Search(model, rest).advance(Infinity, Infinity) !== "invalid") {
    problem = `fast path: rows ${core} are no core`;
  }
  return { isValid, isFast: true, coreSize: core.length, problem };
}

function label(engine: string, fault: string): string {
  return fault === "" ? "" : `${engine}: ${fault}`;
}

/**
 * The history of which a core must be a proof (DESIGN 10): `core` is kept, other observers are
 * dropped, and other mutations may take effect at any time after their calls, or never.
 */
export function relax(
  model: Model,
  list: readonly Operation[],
  core: ReadonlySet<number>,
): Operation[] {
  return list.flatMap((operation, place): Operation[] => {
    if (core.has(place)) return [operation];
    if (model.isObserver(operation)) return [];
    const { output: _, error: __, ...rest } = operation;
    return [{ ...rest, outcome: "open", return: Infinity }];
  });
}

/** What is wrong with an order, given as places in the list; "" when nothing is. */
export function faultOfWitness(
  model: Model,
  list: readonly Operation[],
  witness: readonly number[],
): string {
  if (new Set(witness).size !== witness.length) return "an operation comes twice";
  let state = model.init();
  let latestCall = -Infinity;
  for (const place of witness) {
    const operation = list[place];
    if (operation === undefined) return `no operation ${place}`;
    const next = model.step(state, operation);
    if (next === undefined) return `operation ${place} is not possible where it stands`;
    if (operation.return < latestCall) return `operation ${place} stands after a later one`;
    latestCall = Math.max(latestCall, operation.call);
    state = next;
  }
  const ordered = new Set(witness);
  const missing = list.findIndex((operation, place) => {
    return mustHappen(model, operation) && !ordered.has(place);
  });
  return missing === -1 ? "" : `operation ${missing} is missing`;
}

function mustHappen(model: Model, operation: Operation): boolean {
  const { outcome } = operation;
  if (outcome === "maybe") return model.maybeIsEvaluated === true && !model.isObserver(operation);
  return outcome !== "open";
}
