import t from "tap";
import type { Op } from "../history.ts";
import type { Operation } from "../model.ts";
import { models } from "../models.ts";
import { pairOperations } from "../pairing.ts";
import { isLinearizable } from "../testing/brute-force.ts";
import { corrupt } from "../testing/corrupt.ts";
import { generateHistory } from "../testing/histories.ts";
import { createRandom } from "../testing/random.ts";
import { Search } from "./search.ts";

const historiesCount = 100_000;

for (const [name, model] of Object.entries(models)) {
  t.test(`${name}: the search agrees with brute force on small random histories`, async (t) => {
    const random = createRandom(7);
    let invalid = 0;
    let differences = 0;
    let falseAlarms = 0;
    let history: readonly Op[] = [];
    for (let round = 0; round < historiesCount; round++) {
      const isCorrupted = round % 2 === 1;
      const shape = {
        model: name,
        operations: 2 + random.below(6),
        clients: 2 + random.below(3),
        keys: 1,
        rotateAfter: Infinity,
        lost: 0.15,
        maybe: 0.15,
        // Values written once allow other reductions than values that come again.
        values: round % 4 < 2 ? null : ["a", "b"],
      };
      history = isCorrupted ? corrupt(history, random) : generateHistory(shape, random);
      const operations = pairOperations(history);
      const search = new Search(model, operations);
      const isValid = search.advance(Infinity, Infinity) === "valid";
      const expected = isLinearizable(model, operations);
      if (isValid !== expected) differences++;
      if (!expected) invalid++;
      if (!isCorrupted && !isValid) falseAlarms++;
      if (isValid) {
        const witness = Array.from(search.witness, (place) => operations[place] as Operation);
        checkWitness(operations, witness);
      }
    }

    t.equal(differences, 0);
    t.equal(falseAlarms, 0, "what a correct store answered is linearizable");
    t.ok(invalid > historiesCount / 20, `${invalid} histories are not linearizable`);

    function checkWitness(operations: readonly Operation[], witness: readonly Operation[]): void {
      let state: unknown = model?.init();
      const places = new Map(witness.map((operation, place) => [operation, place]));
      for (const [place, operation] of witness.entries()) {
        state = model?.step(state, operation);
        if (state === undefined) differences++;
        const isLate = witness.some((other, at) => other.return < operation.call && at > place);
        if (isLate) differences++;
      }
      for (const operation of operations) {
        const isNeeded = operation.outcome === "ok" || operation.outcome === "refused";
        if (isNeeded && !places.has(operation)) differences++;
      }
    }
  });
}
