import t from "tap";
import { defineModel, type ModelSpec, stateKey } from "./define-model.ts";
import type { Op } from "./history.ts";
import { Search } from "./linearizability/search.ts";
import { verifyWitness } from "./linearizability/verify-witness.ts";
import type { Operation } from "./model.ts";
import { models } from "./models.ts";
import { defineNondeterministic } from "./nondeterministic.ts";
import { toColumns } from "./operations-of.ts";
import { pairOperations } from "./pairing.ts";
import { isLinearizable } from "./testing/brute-force.ts";
import { corrupt } from "./testing/corrupt.ts";
import { generateHistory } from "./testing/histories.ts";
import { createRandom, type Random } from "./testing/random.ts";

const historiesCount = 600;

/** Small histories of a built-in model, every second one with a changed answer. */
function* histories(model: string, random: Random): Iterable<readonly Operation[]> {
  let history: readonly Op[] = [];
  for (let round = 0; round < historiesCount; round++) {
    const shape = {
      model,
      operations: 2 + random.below(7),
      clients: 2 + random.below(4),
      keys: 1,
      rotateAfter: Infinity,
      lost: [0, 0.15, 0.5][round % 3] ?? 0,
      maybe: round % 5 === 0 ? 0.5 : 0.15,
      values: round % 4 < 2 ? null : ["a", "b"],
    };
    history = round % 2 === 1 ? corrupt(history, random) : generateHistory(shape, random);
    yield pairOperations(history);
  }
}

for (const [name, model] of Object.entries(models)) {
  t.test(`${name}: init and step alone are enough`, async (t) => {
    const { init, step, key, maybeIsEvaluated = false } = model;
    const own = defineModel({ init, step, key, maybeIsEvaluated });
    let invalid = 0;
    for (const operations of histories(name, createRandom(3))) {
      const search = new Search(own, operations);
      const isValid = search.advance(Infinity, Infinity) === "valid";
      if (isValid !== isLinearizable(model, operations)) t.fail(JSON.stringify(operations));
      if (!isValid) invalid++;
      else if (verifyWitness(own, toColumns(operations), [search.witness]) !== null)
        t.fail(`a wrong order: ${JSON.stringify(operations)}`);
    }
    t.ok(invalid > historiesCount / 30, `${invalid} histories are not linearizable`);
  });
}

/** A register whose writes may also add an exclamation mark: nobody knows before a read. */
const loud = {
  init: () => [""],
  steps: (state: string, { f, outcome, input, output }: Operation): readonly string[] => {
    if (f === "write") return outcome === "refused" ? [state] : [String(input), `${input}!`];
    return outcome !== "ok" || state === (output ?? "") ? [state] : [];
  },
};

/** Straight from the definition: every order, and every choice in it. */
function isPossible(state: string, left: readonly Operation[]): boolean {
  const isNeeded = ({ outcome }: Operation): boolean => outcome === "ok" || outcome === "refused";
  if (!left.some(isNeeded)) return true;
  return left.some((operation) => {
    if (left.some((other) => other.return < operation.call && isNeeded(other))) return false;
    const rest = left.filter((other) => other !== operation && other.return > operation.call);
    return loud.steps(state, operation).some((next) => isPossible(next, rest));
  });
}

t.test("a specification that leaves results open", async (t) => {
  const model = defineNondeterministic({ name: "loud", ...loud });
  const random = createRandom(5);
  const verdicts = { valid: 0, invalid: 0 };
  for (const operations of histories("register", random)) {
    const heard = operations.map((operation) => {
      const isLoud = operation.f === "read" && operation.output && random.chance(0.5);
      return isLoud ? { ...operation, output: `${operation.output}!` } : operation;
    });
    const result = new Search(model, heard).advance(Infinity, Infinity);
    const expected = isPossible("", heard) ? "valid" : "invalid";
    if (result !== expected) t.fail(`${result}: ${JSON.stringify(heard)}`);
    verdicts[expected]++;
  }
  t.ok(verdicts.valid > 100 && verdicts.invalid > 100, JSON.stringify(verdicts));
  t.equal(model.describeState(["a", "a!"]), `"a" or "a!"`);
});

const operation = { index: 0, process: 0, outcome: "ok", call: 0, return: 1 } as const;
const add = { ...operation, f: "add", input: 1 };
const has = { ...operation, f: "has", input: 1, call: 2, return: 3 };

t.test("states that are no JSON values need an identity", async (t) => {
  const set: ModelSpec<ReadonlySet<unknown>> = {
    init: () => new Set(),
    step: (state, { f, input }) => {
      if (f === "add") return new Set([...state, input]);
      return state.has(input) ? state : undefined;
    },
  };
  const equal = (a: ReadonlySet<unknown>, b: ReadonlySet<unknown>): boolean =>
    a.size === b.size && [...a].every((item) => b.has(item));
  const check = (spec: typeof set, operations: readonly Operation[]) =>
    new Search(defineModel(spec), operations).advance(Infinity, Infinity);

  t.throws(() => check(set, [add]), { message: /a state holds a Set.*key, or equal/ });
  for (const spec of [
    { ...set, equal },
    { ...set, equal, hash: ({ size }: { size: number }) => size },
  ]) {
    t.equal(check(spec, [add, has]), "valid");
    t.equal(check(spec, [has]), "invalid");
  }
});

t.test("who looks at the process is not taken for somebody else", async (t) => {
  // Only process 7 can open it, and both asks look alike but for the process.
  const model = defineModel<boolean>({
    init: () => false,
    step: (isOpen, { f, process }) =>
      f === "open" ? isOpen || process === 7 : isOpen || undefined,
  });
  const open = { ...operation, f: "open", input: null, outcome: "open", return: Infinity } as const;
  const asks = [
    { ...open, process: 6 },
    { ...open, process: 7, call: 1 },
  ];
  const seen = { ...operation, f: "see", input: null, call: 2, return: 3 };
  t.equal(new Search(model, [...asks, seen]).advance(Infinity, Infinity), "valid");
  t.equal(
    new Search(model, [{ ...open, process: 6 }, seen]).advance(Infinity, Infinity),
    "invalid",
  );
});

t.test("a state that JSON cannot tell says what it holds", async (t) => {
  const circular: unknown[] = [];
  circular.push({ circular });
  t.throws(() => stateKey([1, Number.NaN]), {
    message: /a state holds NaN, which is no JSON value/,
  });
  t.throws(() => stateKey(circular), { message: /a state holds itself/ });
  const twice = { a: 1 };
  t.equal(stateKey([twice, twice]), '[{"a":1},{"a":1}]', "twice beside itself is fine");
});
