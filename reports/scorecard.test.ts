import fc from "fast-check";
import t from "tap";
import { type Scorecard, scoreBug, scoreCorrect, type Trial, wilsonInterval } from "./scorecard.ts";
import { renderScorecardPage, scorecardMarkdown } from "./scorecard-page.ts";

const bug = { id: "M1", subject: "raft-kv", family: "elections", breaks: "x", witness: null };

function trial(verdict: Trial["verdict"], seconds: number, more: Partial<Trial> = {}): Trial {
  return { seed: 1, workload: "w", verdict, seconds, caughtBy: [], faults: {}, ...more };
}

t.test("the interval agrees with published values, and holds at both ends", async (t) => {
  // Newcombe (1998), table I, method 3.
  const published: [number, number, number, number][] = [
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ];
  for (const [hits, runs, low, high] of published) {
    const [from, to] = wilsonInterval(hits, runs);
    t.ok(Math.abs(from - low) < 1e-4 && Math.abs(to - high) < 1e-4, `${hits} of ${runs}`);
  }
  t.same(wilsonInterval(0, 0), [0, 1], "nothing is known of no runs");
  fc.assert(
    fc.property(fc.nat(500), fc.nat(500), (hits, misses) => {
      const [from, to] = wilsonInterval(hits, hits + misses);
      const share = hits + misses === 0 ? 0.5 : hits / (hits + misses);
      return from >= 0 && to <= 1 && from <= share + 1e-12 && share <= to + 1e-12;
    }),
  );
});

t.test("catches are counted, timed from a fresh start each, and told by checker", async (t) => {
  const score = scoreBug(bug, [
    trial("valid", 2),
    trial("invalid", 1, { seed: 2, caughtBy: ["linearizable"], faults: { kill: 3 } }),
    trial("vacuous", 4),
    trial("unknown", 4),
    trial("invalid", 1, { seed: 5, caughtBy: ["linearizable", "liveness"], faults: { kill: 1 } }),
    trial("valid", 9),
  ]);

  t.match(score, { id: "M1", caught: 2, runs: 6, caughtBy: { linearizable: 2, liveness: 1 } });
  t.equal(score.medianSecondsToCatch, 6, "3 s and 9 s");
  t.same(score.cheapest, { seed: 5, workload: "w", faults: { kill: 1 } });
});

t.test("what was never caught has no time", async (t) => {
  const score = scoreBug(bug, [trial("valid", 2)]);
  t.match(score, { caught: 0, rate: 0, medianSecondsToCatch: null, cheapest: null });
});

t.test("a false alarm is an invalid run of the correct build, named by its seed", async (t) => {
  const trials = [trial("valid", 1), trial("invalid", 1, { seed: 77 }), trial("unknown", 1)];
  t.same(scoreCorrect([...trials, trial("vacuous", 1)]), {
    runs: 4,
    falseAlarms: 1,
    vacuous: 1,
    unknown: 1,
    falseAlarmSeeds: [77],
  });
});

t.test("the page and the table say it all, and nothing of it is markup", async (t) => {
  const card: Scorecard = {
    driver: "sim",
    correct: scoreCorrect([trial("valid", 1)]),
    bugs: [
      scoreBug({ ...bug, breaks: "<script>alert(1)</script>" }, [
        trial("invalid", 2, { seed: 7, caughtBy: ["liveness"], faults: { kill: 2 } }),
        trial("valid", 2),
      ]),
      scoreBug({ ...bug, id: "M2", guided: "needs a chain of leaders" }, [trial("valid", 1)]),
    ],
    caughtBugs: 1,
    totalBugs: 2,
    ablation: [{ without: "kill", lost: ["M1"] }],
    budgetSeconds: 60,
    measuredAt: "2026-01-02T03:04:05.678Z",
    commit: "abc",
  };
  const page = renderScorecardPage(card);

  t.match(page, "1 of 2 planted bugs caught; no false alarm in 1 run of the correct build.");
  t.match(page, "50.0 %, between 9.5 % and 90.5 %");
  t.match(page, "cheapest: w, seed 7, 2 kill");
  t.match(page, "needs a chain of leaders");
  t.match(page, "No longer caught");
  t.notMatch(page, "<script");
  t.match(scorecardMarkdown(card), "| M2 (guided) | elections | x | 0 of 1 | – |  |");
});

t.test("a card that was interrupted says that it is only a part", async (t) => {
  const card: Scorecard = {
    driver: "sim",
    correct: scoreCorrect([]),
    bugs: [scoreBug(bug, [trial("invalid", 2)])],
    caughtBugs: 1,
    totalBugs: 52,
    budgetSeconds: 60,
    measuredAt: "2026-01-02T03:04:05.678Z",
    commit: "abc",
  };
  const says = /Interrupted, so only a part: 1 of 52 bugs were played/;
  t.match(renderScorecardPage({ ...card, interrupted: true }), says);
  t.match(scorecardMarkdown({ ...card, interrupted: true }), says);
  t.notMatch(renderScorecardPage(card), /Interrupted/);
});
