import t from "tap";
import { runRaftKv } from "./testing/raft-kv-world.ts";

const seconds = 10;

t.test("the same seed gives the same run, another one another", async (t) => {
  const one = runRaftKv(1, false, seconds);
  t.ok(one.okCount > 100, `${one.okCount} appends`);
  t.same(one.world.unexpectedExits(), []);
  t.equal(one.lines.join("\n"), runRaftKv(1, false, seconds).lines.join("\n"));
  t.not(one.lines.join("\n"), runRaftKv(2, false, seconds).lines.join("\n"));
});

t.test("what passes through the real codecs changes nothing", async (t) => {
  // Without bytes nobody knows how many of them are left of a torn record.
  const linesOf = (seed: number, codecs: boolean): readonly string[] =>
    runRaftKv(seed, codecs, seconds).lines.map((line) =>
      line.replace(/"tornBytes":[1-9]\d*/, '"tornBytes":1'),
    );
  for (const seed of [3, 4]) {
    const objects = linesOf(seed, false);
    const bytes = linesOf(seed, true);
    const at = objects.findIndex((line, index) => line !== bytes[index]);
    t.equal(at, -1, `seed ${seed}: ${objects[at]} became ${bytes[at]}`);
    t.equal(objects.length, bytes.length);
  }
});
