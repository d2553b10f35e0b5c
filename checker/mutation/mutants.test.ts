import { readFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { mutants } from "./mutants.ts";
import { faulty, root, Workshop } from "./workshop.ts";

// All mutants are run by `npm run mutate:checker`, which takes minutes.

t.test("every mutant still has its line, exactly once", async (t) => {
  const names = new Set(mutants.map(({ name }) => name));
  t.equal(names.size, mutants.length);
  t.ok(mutants.length >= 25);
  for (const mutant of mutants) {
    const source = readFileSync(join(root, "checker", mutant.file), "utf8");
    t.not(faulty(source, mutant), source, mutant.name);
  }
});

t.test("a fault whose line is gone fails", async (t) => {
  const mutant = { name: "m", file: "f", find: "a", replace: "b" };
  t.throws(() => faulty("", mutant), { message: /0 times in f/ });
  t.throws(() => faulty("aa", mutant), { message: /2 times in f/ });
});

t.test("a fault is noticed, and gone afterwards", async (t) => {
  const workshop = new Workshop();
  t.teardown(() => workshop.close());
  const test = "pairing.test.ts";
  const inPairing = mutants.filter(({ file }) => file === "pairing.ts").slice(0, 2);

  for (const mutant of inPairing) {
    t.type(await workshop.withFault(mutant, () => workshop.run(test)), "string", mutant.name);
  }
  t.equal(inPairing.length, 2);
  t.equal(await workshop.run(test), null, "green without a fault");
});
