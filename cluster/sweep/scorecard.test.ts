import t from "tap";
import { chooseEntrants } from "../cli/scorecard-entrants.ts";
import { loadRegistries } from "../registry.ts";
import { trialsBy } from "./play-simulated.ts";
import { type MeasureOptions, measureBugs, measureCorrect } from "./scorecard.ts";
import { loadPlans, playSeeds } from "./sweep.ts";

// A small scorecard: generic schedules catch each bug of the catalogue within so many seeds, but for the
// few that say why they need guidance, and cry no wolf over the correct build.

const runsMax = 400;

const registries = await loadRegistries();
const catalogue = (await chooseEntrants(registries, null, true)).entrants;
const entrants = catalogue.map((entrant) => ({
  ...entrant,
  bugs: entrant.bugs.filter(({ guided }) => guided === null),
}));
// On this thread, which knows the code by then: a worker for each bug would begin anew with all of it.
const play = trialsBy(async ({ spec, next, onResult }) => {
  const { repeats } = spec;
  await playSeeds({ plans: await loadPlans(spec, registries), repeats, next, onResult });
});
const options: MeasureOptions = {
  entrants,
  play,
  budgetSeconds: 600,
  runsMax,
  stopsWhenCaught: true,
  jobs: 1,
  witness: () => null,
  onBug: () => undefined,
  onError: (seed, error) => t.fail(`seed ${seed}: ${error}`),
  soft: new AbortController().signal,
  hard: new AbortController().signal,
};
const scores = await measureBugs(options);

t.test("generic schedules catch what needs no guidance", async (t) => {
  for (const { id, breaks, caught, runs } of scores) {
    t.ok(caught > 0, `${id} within ${runs} runs: ${breaks}`);
  }
});

t.test("few bugs need guidance", async (t) => {
  const all = catalogue.flatMap(({ bugs }) => bugs);
  const guided = all.filter((bug) => bug.guided !== null).map(({ id }) => id);
  t.ok(guided.length * 100 <= all.length * 15, `${guided}`);
});

t.test("no false alarm over the correct build", async (t) => {
  const few = scores.map((score) => ({ ...score, runs: 1 }));
  t.match(await measureCorrect(options, few), { falseAlarms: 0, unknown: 0 });
});
