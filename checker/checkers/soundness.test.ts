import t from "tap";
import type { Budget, CheckOptions } from "../checker.ts";
import { checkers } from "../checkers.ts";
import type { Model } from "../model.ts";
import { models } from "../models.ts";
import { toColumns } from "../operations-of.ts";
import { isLinearizable } from "../testing/brute-force.ts";
import { generateHistory } from "../testing/histories.ts";
import { toLines } from "../testing/lines.ts";
import { createRandom } from "../testing/random.ts";
import { SmallHistories } from "../testing/small-histories.ts";

// What these checkers call invalid breaks a promise that every linearizable history keeps. So on random
// small histories, right and wrong ones, none of them may accuse where brute force finds an order; and
// each must find a good share of what is wrong.

const budget: Budget = { stepsMax: Infinity, configurationsMax: Infinity, shouldStop: () => false };
const historiesCount = 600;

type Case = {
  readonly checker: string;
  readonly model: string;
  readonly options?: CheckOptions;
  /** Least share of the histories that are not linearizable which it must call invalid. */
  readonly foundAtLeast: number;
};

const cases: readonly Case[] = [
  { checker: "set", model: "set", foundAtLeast: 0.75 },
  { checker: "set", model: "append-list", foundAtLeast: 0.75 },
  { checker: "set-full", model: "set", options: { linearizable: true }, foundAtLeast: 0.95 },
  { checker: "set-full", model: "append-list", options: { linearizable: true }, foundAtLeast: 0.9 },
  { checker: "counter", model: "counter", foundAtLeast: 0.85 },
  { checker: "queue", model: "queue", foundAtLeast: 0.8 },
  { checker: "session-guarantees", model: "versioned-kv", foundAtLeast: 0.2 },
  { checker: "session-guarantees", model: "register", foundAtLeast: 0.08 },
  { checker: "session-guarantees", model: "cas-register", foundAtLeast: 0.02 },
  { checker: "session-guarantees", model: "append-list", foundAtLeast: 0.4 },
  { checker: "session-guarantees", model: "set", foundAtLeast: 0.4 },
  { checker: "staleness", model: "versioned-kv", options: { versionsMax: 0 }, foundAtLeast: 0.2 },
  { checker: "staleness", model: "register", options: { versionsMax: 0 }, foundAtLeast: 0.12 },
  { checker: "staleness", model: "cas-register", options: { versionsMax: 0 }, foundAtLeast: 0.05 },
  { checker: "staleness", model: "append-list", options: { versionsMax: 0 }, foundAtLeast: 0.1 },
];

for (const { checker: name, model: modelName, options = {}, foundAtLeast } of cases) {
  t.test(`${name} accuses no linearizable history of ${modelName}`, async (t) => {
    const checker = checkers[name];
    const model = models[modelName] as Model;
    const histories = new SmallHistories(model, createRandom(5));
    let wrong = 0;
    let found = 0;
    let falseAlarms = 0;
    for (let round = 0; round < historiesCount; round++) {
      const { operations } = histories.next();
      const result = checker?.checkOperations?.(toColumns(operations), options, budget);
      const isAccused = result?.verdict === "invalid";
      const isRight = isLinearizable(model, operations);
      if (!isRight) wrong++;
      if (isAccused && isRight && falseAlarms++ === 0) {
        t.fail(`${result.summary}\n${toLines(operations)}`);
      }
      if (isAccused && !isRight) found++;
    }
    t.equal(falseAlarms, 0);
    const share = found / wrong;
    t.ok(share >= foundAtLeast, `${Math.round(100 * share)} % of ${wrong} wrong ones found`);
  });
}

t.test(
  "none accuses what a correct store answered, many clients and lost answers among it",
  async (t) => {
    for (const { checker: name, model, options = {} } of cases) {
      const random = createRandom(13);
      for (let round = 0; round < 10; round++) {
        const shape = {
          model,
          operations: 300,
          clients: 2 + random.below(10),
          keys: 2,
          rotateAfter: 80,
          lost: 0.1,
          maybe: 0.05,
          values: round % 2 === 0 ? null : ["a", "b", "c"],
        };
        const ops = generateHistory(shape, random);
        const result = checkers[name]?.check(ops, options, budget);
        if (result?.verdict === "invalid") t.fail(`${name} of ${model}: ${result.summary}`);
      }
    }
  },
);
