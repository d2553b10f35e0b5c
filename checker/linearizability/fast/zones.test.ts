import t from "tap";
import { createRandom } from "../../testing/random.ts";
import { findConflict, sortByKey } from "./zones.ts";

t.test("ids are sorted by key, nearly in order or not at all", async (t) => {
  const random = createRandom(5);
  for (const disorder of [0, 3, 1e6]) {
    const key = Int32Array.from({ length: 3000 }, (_, id) => id * 4 + random.below(disorder + 1));
    const ids = Int32Array.from(key, (_, id) => id);

    sortByKey(ids, key);

    const sorted = Array.from(ids, (id) => key[id] ?? 0);
    t.ok(sorted.every((own, place) => place === 0 || (sorted[place - 1] ?? 0) <= own));
    t.equal(new Set(ids).size, key.length);
  }
});

t.test("the pair found is in conflict, and none is missed", async (t) => {
  const random = createRandom(6);
  let conflicts = 0;
  let differences = 0;
  for (let round = 0; round < 5000; round++) {
    const count = 1 + random.below(6);
    const positions = Array.from({ length: 2 * count }, (_, at) => at);
    const draw = () => positions.splice(random.below(positions.length), 1)[0] ?? 0;
    const first = Int32Array.from({ length: count }, draw);
    const last = Int32Array.from({ length: count }, draw);
    const ids = Int32Array.from(first, (_, id) => id);
    sortByKey(ids, first);

    const found = findConflict(ids, first, last);

    const isBefore = (a: number, b: number) => (first[a] ?? 0) < (last[b] ?? 0);
    const inConflict = (a: number, b: number) => a !== b && isBefore(a, b) && isBefore(b, a);
    const isConflict = Array.from(ids).some((a) => Array.from(ids).some((b) => inConflict(a, b)));
    if (isConflict) conflicts++;
    if (isConflict !== (found !== null)) differences++;
    if (found !== null && !inConflict(...found)) differences++;
  }
  t.equal(differences, 0);
  t.ok(conflicts > 1000 && conflicts < 4500, `${conflicts} of 5000 have a conflict`);
});
