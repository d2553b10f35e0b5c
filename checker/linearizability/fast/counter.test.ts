import t from "tap";
import type { Op } from "../../history.ts";
import type { Model } from "../../model.ts";
import { models } from "../../models.ts";
import { asOnePart } from "../../operations.ts";
import { operationsOf } from "../../operations-of.ts";
import { generateHistory } from "../../testing/histories.ts";
import { createRandom } from "../../testing/random.ts";
import { done, lost, script, unlimited } from "../../testing/script.ts";
import { certify } from "../certify.ts";
import { decide } from "../decide.ts";
import { relax } from "../relax.ts";
import { Search } from "../search.ts";
import { verifyWitness } from "../verify-witness.ts";

const model = models["counter"] as Model;

type Shape = { readonly clients: number; readonly operations: number; readonly lost: number };

/** What clients of one correct counter saw; the seed decides whether all its adds are of one amount. */
function history({ lost, ...shape }: Shape, seed: number): Op[] {
  const rest = { model: "counter", keys: 1, rotateAfter: Infinity, maybe: lost, values: null };
  return generateHistory({ ...shape, ...rest, lost }, createRandom(seed));
}

/** The same counter, which forgot an add that it had acknowledged: all reads called later are without it. */
function forgetful(ops: readonly Op[]): Op[] {
  const adds = ops.filter(({ f, type }) => f === "add" && type === "ok");
  const forgotten = adds[adds.length >> 1] as Op;
  const isCall = ({ type, process, index }: Op): boolean =>
    type === "invoke" && process === forgotten.process && index < forgotten.index;
  const amount = Number(ops.findLast(isCall)?.value);
  const after = new Set<Op["process"]>();
  return ops.map((op) => {
    if (op.index > forgotten.index && op.type === "invoke") after.add(op.process);
    const isLess = op.f === "read" && op.type === "ok" && after.has(op.process);
    return isLess ? { ...op, value: Number(op.value) - amount } : op;
  });
}

const seeds = Array.from({ length: 12 }, (_, place) => place + 1);

t.test("large histories: adds of one amount need no search, and the witness holds", async (t) => {
  let fast = 0;
  for (const seed of seeds) {
    const lost = seed % 2 === 0 ? 0.05 : 0;
    const operations = operationsOf(history({ clients: 10, operations: 600, lost }, seed));
    const decision = decide(model, operations, unlimited);
    t.equal(decision.verdict, "valid");
    if (decision.verdict !== "valid") continue;
    if (decision.engine === "sums") fast++;
    t.equal(verifyWitness(model, operations, decision.witnesses()), null);
  }
  t.ok(fast >= seeds.length / 3, `${fast} of ${seeds.length} needed no search`);
});

t.test(
  "amounts that differ, under 20 clients: the search goes nearly straight through",
  async (t) => {
    // Amounts of one sign, and of both. Adds that nobody can tell apart are no choice.
    for (const seed of [6, 10, 13, 17, 18]) {
      const ops = history({ clients: 20, operations: 1000, lost: 0.03 }, seed);
      const operations = operationsOf(ops);
      const decision = decide(model, operations, { ...unlimited, stepsMax: 150_000 });
      t.match(decision, { verdict: "valid", engine: "search" }, `seed ${seed}`);
      if (decision.verdict !== "valid") continue;
      t.equal(verifyWitness(model, operations, decision.witnesses()), null);
    }
  },
);

t.test("an add that was forgotten: a minimal core that another engine refutes too", async (t) => {
  let small = 0;
  for (const seed of seeds) {
    const operations = operationsOf(
      forgetful(history({ clients: 3, operations: 120, lost: 0 }, seed)),
    );
    const certificate = certify(model, operations, unlimited);
    t.equal(certificate.verdict, "invalid");
    if (certificate.verdict !== "invalid") continue;
    const { core = [], isMinimal } = certificate.anomaly;
    if (core.length <= 6 && isMinimal === true) small++;
    const indexes = core.map(({ index }) => index);
    const { rows } = asOnePart(operations);
    const kept = rows.filter((row) => indexes.includes(operations.index[row] ?? -1));
    const search = new Search(model, relax(model, operations, rows, kept));
    t.equal(search.advance(Infinity, Infinity), "invalid", `core ${indexes}`);
  }
  t.ok(small >= seeds.length / 2, `${small} of ${seeds.length} cores are minimal and small`);
});

t.test("of all pairs of reads the one that needs the fewest adds is told", async (t) => {
  const add = (): ReturnType<typeof done> => done(0, "add", 1);
  const ops = script(
    // Five adds, of which a read knows three: a core of five. Further on one of three.
    ...[...add(), ...add(), ...add(), ...add(), ...add(), ...done(1, "read", undefined, 3)],
    ...[...done(1, "read", undefined, 4), ...add(), ...done(1, "read", undefined, 4)],
  );

  const decision = decide(model, operationsOf(ops), unlimited);

  t.match(decision, { verdict: "invalid", engine: "sums" });
  if (decision.verdict !== "invalid") return;
  t.equal(decision.core?.length, 3, "reads of 4 and 4, and the add between them");
});

t.test("amounts that differ: two sums that nothing leads from one to the other", async (t) => {
  const add = (amount: number): ReturnType<typeof done> => done(0, "add", amount);
  const read = (sum: number): ReturnType<typeof done> => done(1, "read", undefined, sum);
  const many = Array.from({ length: 40 }, () => [...add(10), ...add(25)]).flat();
  const cases = [
    { name: "a step of 5", ops: [...many, ...read(100), ...read(105)], core: 2 },
    { name: "a sum of 30", ops: [...add(10), ...add(25), ...read(30)], core: 1 },
    {
      name: "a large one is lost",
      ops: [...many, ...add(-9), ...add(900), ...read(1391)],
      core: 23,
    },
    {
      name: "a large one came between",
      ops: [...lost(2, "add", 20), ...add(-3), ...read(17), ...add(4), ...read(17)],
      core: 3,
    },
    {
      name: "it fell below all there is",
      ops: [...add(-3), ...add(2), ...read(2), ...read(-9)],
      core: 1,
    },
    {
      name: "it fell by more than was taken",
      ops: [...add(-3), ...add(9), ...read(9), ...read(0)],
      core: 2,
    },
    {
      name: "what takes away had ended",
      ops: [...add(-8), ...lost(2, "add", 12), ...read(4), ...add(-1), ...read(-5)],
      core: 3,
    },
  ];
  for (const { name, ops, core } of cases) {
    const operations = operationsOf(script(...ops));

    const decision = decide(model, operations, unlimited);

    t.match(decision, { verdict: "invalid", engine: "sums" }, name);
    if (decision.verdict !== "invalid" || decision.core === null) continue;
    t.equal(decision.core.length, core, name);
    const search = new Search(model, relax(model, operations, decision.rows, decision.core));
    t.equal(search.advance(Infinity, Infinity), "invalid", name);
  }
});
