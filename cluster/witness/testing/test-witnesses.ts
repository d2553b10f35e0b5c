import { readdirSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import t from "tap";
import type { Bug, ClientBug, NodeProgram } from "../../env/program.ts";
import type { Subject } from "../../subject.ts";
import { runWitness, type WitnessRequest, type WitnessRun } from "../run-witness.ts";
import type { Witness } from "../witness.ts";

const seedsMax = 8;
/** Bugs without a witness at most, each argued to be equivalent. */
const equivalentMax = 4;

/** Each witness shows its bug, and nothing in the correct build, under one of a few seeds. */
export async function testWitnesses<Rules>({
  subject,
  program,
  folder,
  letDraw,
}: {
  readonly subject: Subject;
  readonly program: NodeProgram<Rules>;
  /** Of the subject: has `bugs/` and `witnesses/`. */
  readonly folder: URL;
  readonly letDraw: WitnessRequest<Rules>["letDraw"];
}): Promise<void> {
  const load = async <T>(path: string): Promise<T> =>
    import(pathToFileURL(fileURLToPath(new URL(path, folder))).href);
  const files = readdirSync(new URL("./witnesses/", folder)).filter((file) =>
    /^[a-z]\d+\.ts$/.test(file),
  );

  for (const file of files) {
    const { witness } = await load<{ witness: Witness }>(`./witnesses/${file}`);
    const { bug } = await load<{ bug: Bug<Rules> & ClientBug<unknown> }>(`./bugs/${file}`);
    const planted = subject.bugs.find(({ id }) => id === bug.id)?.openClient ?? subject.openClient;
    const run = (isPlanted: boolean, seed: number): WitnessRun =>
      runWitness({
        witness,
        program,
        subject: { ...subject, openClient: isPlanted ? planted : subject.openClient },
        bug: isPlanted ? bug : null,
        seed,
        letDraw,
      });

    t.test(`${bug.id}: its witness shows it, and the correct build survives it`, async (t) => {
      t.equal(witness.bug, bug.id);
      let isPlayed = false;
      let isShown = false;
      for (let seed = 1; seed <= seedsMax; seed++) {
        const correct = run(false, seed);
        t.same(correct.findings, [], `seed ${seed}: the correct build`);
        isPlayed ||= correct.isSetUp;
        isShown ||= run(true, seed).findings.some(({ kind }) => kind === witness.shows);
      }
      t.ok(isPlayed, "the correct build plays it to its end");
      t.ok(isShown, `shown by ${witness.shows}`);
    });
  }

  t.test("every bug has a witness, or is equivalent", async (t) => {
    const without = subject.bugs.filter(({ id }) => !files.includes(`${id.toLowerCase()}.ts`));
    const equivalent = subject.bugs.filter((bug) => bug.equivalent !== null);
    t.same(
      without.map(({ id }) => id),
      equivalent.map(({ id }) => id),
    );
    t.ok(without.length <= equivalentMax);
  });
}
