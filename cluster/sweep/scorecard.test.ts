import { availableParallelism } from "node:os";
import t from "tap";
import { chooseEntrants } from "../cli/scorecard-entrants.ts";
import { loadRegistries } from "../registry.ts";
import { playSimulated } from "./play-simulated.ts";
import { type MeasureOptions, measureBugs, measureCorrect } from "./scorecard.ts";

// A small scorecard: generic schedules catch each bug of the catalogue within so many seeds, but for the
// few that say why they need guidance, and cry no wolf over the correct build.

const runsMax = 400;
// Caught in one run of about forty or a hundred: played from shortly before the seed that does it, as the
// runs before it would take longer than all other bugs together. `whitewater scorecard` plays from seed 1.
const firstSeeds: Readonly<Record<string, number>> = { M8: 31, M14: 121, M31: 81 };

const catalogue = (await chooseEntrants(await loadRegistries(), null, true)).entrants;
const entrants = catalogue.map((entrant) => ({
  ...entrant,
  bugs: entrant.bugs.filter(({ guided }) => guided === null),
}));
const options: MeasureOptions = {
  entrants,
  play: (what, seeds, limits) =>
    playSimulated(what, { ...seeds, first: firstSeeds[what.bug ?? ""] ?? seeds.first }, limits),
  budgetSeconds: 600,
  runsMax,
  stopsWhenCaught: true,
  jobs: availableParallelism(),
  witness: () => null,
  onBug: () => undefined,
  onError: (seed, error) => t.fail(`seed ${seed}: ${error}`),
  soft: new AbortController().signal,
  hard: new AbortController().signal,
};
const scores = await measureBugs(options);

t.test("generic schedules catch what needs no guidance", async (t) => {
  for (const { id, breaks, caught, runs } of scores) {
    t.ok(caught > 0, `${id} within ${runs} runs from ${firstSeeds[id] ?? 1} on: ${breaks}`);
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
