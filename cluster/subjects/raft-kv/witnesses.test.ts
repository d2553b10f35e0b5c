import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import t from "tap";
import type { Bug } from "../../env/program.ts";
import { runWitness, type WitnessRequest } from "../../witness/run-witness.ts";
import type { Witness } from "../../witness/witness.ts";
import { program, type Rules } from "./program.ts";
import { subject } from "./subject.ts";

// Each witness shows its bug, and nothing in the correct build, under one of a few seeds.

const seedsMax = 8;
const only = process.env["WITNESS"];

const letDraw: WitnessRequest<Rules>["letDraw"] = (rules, isFavoured) => ({
  ...rules,
  raft: {
    ...rules.raft,
    electionTimeoutUs: (raft) => {
      const favoured = isFavoured(raft.id);
      if (favoured === null) return rules.raft.electionTimeoutUs(raft);
      const { electionTimeoutMinMs, electionTimeoutMaxMs } = raft.options;
      return (favoured ? electionTimeoutMinMs : electionTimeoutMaxMs) * 1000;
    },
  },
});

const folder = fileURLToPath(new URL("./witnesses/", import.meta.url));
for (const file of readdirSync(folder)) {
  if (!/^[a-z]\d+\.ts$/.test(file) || (only !== undefined && file !== `${only}.ts`)) continue;
  const { witness }: { witness: Witness } = await import(`./witnesses/${file}`);
  const { bug }: { bug: Bug<Rules> } = await import(`./bugs/${file}`);
  const run = (planted: Bug<Rules> | null, seed: number) =>
    runWitness({ witness, program, subject, bug: planted, seed, letDraw });

  t.test(`${witness.bug}: its witness shows it, and the correct build survives it`, async (t) => {
    let shown = 0;
    let whole = 0;
    for (let seed = 1; seed <= seedsMax; seed++) {
      const correct = run(null, seed);
      t.same(correct.findings, [], `seed ${seed}: the correct build`);
      if (correct.isSetUp) whole += 1;
      const planted = run(bug, seed);
      if (only) t.comment(seed, correct.isSetUp, planted.isSetUp, planted.findings);
      if (planted.findings.some(({ kind }) => kind === witness.shows)) shown += 1;
    }
    t.ok(whole > 0, `${whole} of ${seedsMax} seeds play it whole`);
    t.ok(shown > 0, `${shown} of ${seedsMax} seeds show it`);
  });
}
