import t from "tap";
import { models } from "../models.ts";
import { Comparison } from "../testing/comparison.ts";
import { toLines } from "../testing/lines.ts";
import { createRandom } from "../testing/random.ts";

// A part of `npm run fuzz:checker`, which takes a million histories a model.

const historiesCount = 4_000;

for (const [name, model] of Object.entries(models)) {
  t.test(`${name}: all engines agree with brute force on small random histories`, async (t) => {
    const comparison = new Comparison(model, createRandom(7));

    comparison.run(historiesCount);

    const { tally, differences } = comparison;
    for (const { engine, problem, operations } of differences.slice(0, 3)) {
      t.fail(`${engine}: ${problem}\n${toLines(operations)}`);
    }
    t.equal(differences.length, 0);
    t.ok(tally.invalid > historiesCount / 20, `${tally.invalid} histories are not linearizable`);
    t.ok(tally.witnesses > historiesCount / 2, `${tally.witnesses} witnesses were replayed`);
    t.ok(tally.streamed > historiesCount / 10, `${tally.streamed} were judged event by event`);
    t.equal(tally.givenUp, 0);
    t.ok(tally.minimalCores > historiesCount / 100, `${tally.minimalCores} minimal cores`);
    const traceless = `${tally.vain} with appends and puts that leave no trace`;
    if (model.texts !== undefined) t.ok(tally.vain > historiesCount / 10, traceless);
    if (model.fastPath === undefined) return;
    t.ok(tally.fast > historiesCount / 20, `the fast path decided ${tally.fast} histories`);
    t.ok(tally.fastInvalid > historiesCount / 100, `${tally.fastInvalid} of them invalid`);
    t.ok(tally.cores > 0, `${tally.cores} of its cores were re-checked`);
  });
}
