import t from "tap";
import type { SeedOutcome } from "./run-seed.ts";
import { summarize } from "./summary.ts";

function outcomeOf(seed: number, more: Partial<SeedOutcome>): SeedOutcome {
  return {
    seed,
    verdict: "valid",
    sentence: "",
    caughtBy: [],
    vacuous: [],
    stats: { virtualNs: 30e9, events: 1000, okOps: 100, elections: 3 },
    opsChecked: 120,
    faults: {},
    simulationMs: 20,
    checkMs: 5,
    ...more,
  };
}

t.test("vacuous runs are told by reason, the commonest first, with their seeds", async (t) => {
  const proof = (seed: number, ...vacuous: string[]) =>
    outcomeOf(seed, { verdict: "vacuous", vacuous });
  const outcomes = [
    proof(7, "disk-3 was injected without effect: n1 answered"),
    outcomeOf(1, {}),
    proof(9, "disk-12 was injected without effect: n4 answered", "no read succeeded"),
    proof(8, "only 87 mutations were acknowledged, 100 are asked for"),
    // What was found wrong is told as a failure.
    outcomeOf(2, { verdict: "invalid", vacuous: ["no read succeeded"] }),
  ];

  const { vacuous, verdicts } = summarize(outcomes, { jobs: 1, repeat: String });

  t.equal(verdicts.vacuous, 3);
  t.same(vacuous, [
    { reason: "disk-N was injected without effect", runs: 2, seeds: [7, 9] },
    { reason: "only N mutations were acknowledged, N are asked for", runs: 1, seeds: [8] },
    { reason: "no read succeeded", runs: 1, seeds: [9] },
  ]);
});

t.test("a kind that was never seen counts once, whatever it was skipped for", async (t) => {
  const reasons = [
    "no clog took an effect that was seen (skipped: no leader known)",
    "no clog took an effect that was seen",
  ];
  const outcomes = [outcomeOf(3, { verdict: "vacuous", vacuous: reasons })];

  const { vacuous } = summarize(outcomes, { jobs: 1, repeat: String });

  t.same(vacuous, [{ reason: "no clog took an effect that was seen", runs: 1, seeds: [3] }]);
});
