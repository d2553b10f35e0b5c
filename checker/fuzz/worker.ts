import { models } from "../models.ts";
import { Comparison, type Difference } from "../testing/comparison.ts";
import { toLines } from "../testing/lines.ts";
import { createRandom } from "../testing/random.ts";
import type { Found, Job } from "./messages.ts";

/** Enough to see what is wrong; a broken engine differs in thousands of histories. */
const differencesMax = 3;

// A share is finished when the user ends the command.
process.on("SIGINT", () => undefined);
process.on("message", (job: Job) => {
  const model = models[job.model];
  if (model === undefined) throw new RangeError(`no model "${job.model}"`);
  const comparison = new Comparison(model, createRandom(job.seed));
  comparison.run(job.count);
  const { tally } = comparison;
  const shortest = comparison.differences.sort((a, b) => sizeOf(a) - sizeOf(b));
  const differences = shortest.slice(0, differencesMax).map(describe);
  process.send?.({ job, tally, differences } satisfies Found);
});

function sizeOf({ operations }: Difference): number {
  return operations.length;
}

function describe({ model, engine, problem, operations }: Difference): string {
  return `${model}: ${engine}: ${problem}\n${toLines(operations)}`;
}
