import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { olderFile, openMessageRing } from "./message-ring.ts";

const linesOf = (file: string): string[] => readFileSync(file, "utf8").split("\n").slice(0, -1);

t.test("lines are in the file after a flush, and those of a later start behind them", async (t) => {
  const file = join(t.testdir(), "messages.jsonl");
  for (const start of [1, 2]) {
    const ring = openMessageRing(file);
    for (let number = 0; number < 3; number++) ring.add(`${start}.${number}`);
    ring.flush();
  }

  t.same(linesOf(file), ["1.0", "1.1", "1.2", "2.0", "2.1", "2.2"]);
});

t.test("lines are written without being asked for, soon", async (t) => {
  const file = join(t.testdir(), "messages.jsonl");
  const ring = openMessageRing(file);
  ring.add("one");
  await new Promise((resolve) => setTimeout(resolve, 200));

  t.same(linesOf(file), ["one"]);
});

t.test(
  "however much is added, the last lines are there, in order, in a bounded space",
  async (t) => {
    const file = join(t.testdir(), "messages.jsonl");
    const bytesMax = 100_000;
    const ring = openMessageRing(file, bytesMax);
    const count = 60_000;
    for (let number = 0; number < count; number++) ring.add(`line ${number}`);
    ring.flush();

    const kept = [...linesOf(olderFile(file)), ...linesOf(file)];
    const first = count - kept.length;
    t.equal(kept[0], `line ${first}`);
    t.equal(kept.at(-1), `line ${count - 1}`);
    t.ok(kept.every((line, at) => line === `line ${first + at}`));
    const sizes = [olderFile(file), file].map((each) => statSync(each).size);
    t.ok(
      sizes.every((size) => size < bytesMax + 70_000),
      `${sizes}`,
    );
    t.ok((sizes[0] ?? 0) >= bytesMax, "one whole file is always behind the one that is written");
  },
);

t.test("a ring that cannot be written says nothing and keeps nothing", async (t) => {
  const file = join(t.testdir(), "no", "such", "folder");
  const ring = openMessageRing(file);
  ring.add("line");
  ring.flush();

  t.notOk(existsSync(file));
});
