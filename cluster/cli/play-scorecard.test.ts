import { readFileSync } from "node:fs";
import { join } from "node:path";
import t, { type Test } from "tap";
import type { Trial } from "../../reports/scorecard.ts";
import { loadRegistries } from "../registry.ts";
import { measureAblation, measureBugs, type PlayTrials } from "../sweep/scorecard.ts";
import { createOutput } from "./output.ts";
import { playScorecard } from "./play-scorecard.ts";
import { chooseEntrants } from "./scorecard-entrants.ts";

// Who plays is made up: what becomes of its trials and errors is not.

const { entrants, totalBugs } = await chooseEntrants(
  await loadRegistries(),
  ["M6", "M20", "M28"],
  true,
);

function trial(seed: number, verdict: Trial["verdict"]): Trial {
  return { seed, workload: "w", verdict, caughtBy: [], seconds: 1, faults: {} };
}

async function score(
  t: Test,
  play: PlayTrials,
  interrupt = new AbortController(),
  hasAblation = false,
) {
  const said: string[] = [];
  const stream = { write: (text: string) => said.push(text) };
  const folder = t.testdir({});
  const code = await playScorecard(
    {
      ...{ entrants, play, budgetSeconds: 1, jobs: 1, witness: () => null },
      soft: interrupt.signal,
      hard: new AbortController().signal,
    },
    {
      ...{ driver: "sim", totalBugs, hasAblation, folder },
      output: createOutput({ json: false, stdout: stream, stderr: stream }),
    },
  );
  const read = (name: string): string => readFileSync(join(folder, name), "utf8");
  const card = JSON.parse(read("scorecard.json"));
  return { code, said: said.join(""), card, page: read("scorecard.html") };
}

/** Each bug is caught, the correct build is not; where asked, one run ends with an error of ours. */
function playing(correct: Trial["verdict"], errorOf: string | null): PlayTrials {
  return async ({ bug }, { first }, { onError }) => {
    if (bug === errorOf) onError(first, "DivergenceError: two runs of seed 1 diverge");
    return [trial(first, bug === null ? correct : "invalid")];
  };
}

t.test("a scorecard without a false alarm and without an error is 0", async (t) => {
  const { code, card } = await score(t, playing("valid", ""));
  t.equal(code, 0);
  t.match(card, { caughtBugs: 3, totalBugs: 3, correct: { runs: 1, falseAlarms: 0 } });
  t.notHas(card, { interrupted: true });
});

t.test("an error of ours is 70, told with its seed, and hides nothing", async (t) => {
  for (const where of ["M6", null]) {
    const { code, said, card } = await score(t, playing("valid", where));
    t.equal(code, 70);
    t.match(said, "seed 1: DivergenceError: two runs of seed 1 diverge");
    t.match(card, { caughtBugs: 3 });
  }
});

t.test("a false alarm is 1, whatever else went wrong", async (t) => {
  const { code, said } = await score(t, playing("invalid", "M6"));
  t.equal(code, 1);
  t.match(said, "false alarm: seed 1");
});

t.test("an interrupted scorecard is 130, and says that it is a part", async (t) => {
  const interrupt = new AbortController();
  const play: PlayTrials = async ({ bug }, seeds, limits) => {
    const trials = await playing("valid", "M28")({ workloads: [], bug }, seeds, limits);
    if (bug === "M28") interrupt.abort();
    return trials;
  };
  const { code, said, card, page } = await score(t, play, interrupt);

  t.equal(code, 130, "before the error of ours");
  const says = /only a part: \d of 3 bugs were played/;
  t.match(said, says);
  t.match(page, says);
  t.match(card, { interrupted: true, correct: { runs: 0 } });
  const played = card.bugs.map(({ id }: { id: string }) => id);
  t.same(played, ["M20", "M28"], "nothing was begun after it");
});

t.test("an ablation names the bugs that are not caught without a family of faults", async (t) => {
  const stops = new Set<boolean | undefined>();
  const play: PlayTrials = async ({ workloads, bug }, { first }, { stopsWhenCaught }) => {
    if (bug !== null) stops.add(stopsWhenCaught);
    const isKilled = workloads.some(({ nemesis }) =>
      nemesis.faults.some(({ fault }) => fault === "kill"),
    );
    const isCaught = bug !== null && (bug !== "M20" || isKilled);
    return [trial(first, isCaught ? "invalid" : "valid")];
  };
  const { card, said } = await score(t, play, new AbortController(), true);
  const lost = card.ablation.filter((one: { lost: string[] }) => one.lost.length > 0);
  t.same(lost, [{ without: "kill", lost: ["M20"] }]);
  t.match(said, "without kill: M20 is lost");
  t.ok(card.ablation.length > 10, "every family of the schedules is left out once");
  t.same([...stops], [undefined, true], "whoever is caught without it needs no more runs");
});

t.test("a family that no schedule of a subject has costs its bugs no run", async (t) => {
  const { entrants } = await chooseEntrants(await loadRegistries(), ["M20", "K1"], true);
  const without = (name: string): boolean =>
    entrants.some(({ workloads }) =>
      workloads.every(({ nemesis }) => nemesis.faults.every(({ fault }) => fault !== name)),
    );
  t.ok(without("membership"), "the single server has no members to change");
  const played: (string | null)[] = [];
  const options = {
    ...{ entrants, jobs: 1, budgetSeconds: 1, witness: () => null, onBug: () => undefined },
    ...{ soft: new AbortController().signal, hard: new AbortController().signal },
    onError: () => undefined,
    play: (async ({ bug }) => {
      played.push(bug);
      return [trial(1, "invalid")];
    }) satisfies PlayTrials,
  };
  const scores = await measureBugs(options);
  const before = played.length;
  const ablations = await measureAblation(options, scores, () => undefined);
  const families = ablations.length;
  t.equal(played.slice(before).filter((bug) => bug === "M20").length, families);
  t.ok(played.slice(before).filter((bug) => bug === "K1").length < families);
});
