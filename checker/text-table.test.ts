import t from "tap";
import { HistoryError } from "./errors.ts";
import { Names } from "./names.ts";
import { createRandom } from "./testing/random.ts";
import { TextTable } from "./text-table.ts";

const encoder = new TextEncoder();

t.test("equal texts have one id, in the order in which they were met", async (t) => {
  const random = createRandom(4);
  const table = new TextTable();
  const ids = new Map<string, number>();
  let wrong = 0;
  for (let round = 0; round < 20_000; round++) {
    const text = `${"ü".repeat(random.below(3))}${random.below(5000)}${"x".repeat(random.below(40))}`;
    const expected = ids.get(text) ?? ids.size;
    ids.set(text, expected);
    const bytes = encoder.encode(`>${text}<`);
    const isBytes = random.chance(0.5);
    const id = isBytes ? table.internBytes(bytes, 1, bytes.length - 1) : table.intern(text);
    if (id !== expected || table.text(id) !== text) wrong++;
  }
  t.equal(wrong, 0);
  t.equal(table.count, ids.size);
  t.throws(() => table.text(ids.size), RangeError);
  t.throws(() => table.text(-1), RangeError);
});

t.test("a name has one id, as text and as bytes; there is a limit", async (t) => {
  const names = new Names(3, [""]);
  const bytes = encoder.encode("a");
  t.same(
    [names.internBytes(bytes, 0, 1), names.intern("a"), names.internBytes(bytes, 0, 1)],
    [1, 1, 1],
  );
  // No UTF-8 tells them apart.
  t.not(names.intern("\ud800"), names.intern("a"));
  t.same(names.list, ["", "a", "\ud800"]);
  t.throws(() => names.intern("\ud801"), HistoryError);
});
