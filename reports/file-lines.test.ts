import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import t, { type Test } from "tap";
import { numberAt } from "./byte-lines.ts";
import { eachLine } from "./file-lines.ts";

async function linesOf(t: Test, content: string | Buffer): Promise<string[]> {
  const file = join(t.testdir({}), "lines");
  await writeFile(file, content);
  const lines: string[] = [];
  await eachLine(file, (bytes, from, end) => lines.push(bytes.toString("utf8", from, end)));
  return lines;
}

t.test("every line is given once, wherever the chunks end", async (t) => {
  const lines = Array.from({ length: 40_000 }, (_, line) => `${line} ${"ü".repeat(line % 97)}`);
  const text = lines.join("\n");
  t.ok((await linesOf(t, `${text}\n`)).join("\n") === text);
  t.ok((await linesOf(t, text)).join("\n") === text, "the last one without a line end");
  t.same(await linesOf(t, ""), []);
  t.same(await linesOf(t, "\n\na"), ["", "", "a"]);
});

t.test("a line longer than a chunk is whole", async (t) => {
  const long = "x".repeat(5 * 2 ** 20 + 1);
  t.ok((await linesOf(t, `a\n${long}\nb\n`)).join() === `a,${long},b`);
});

t.test("a line beyond all limits is left out, the next ones are not", async (t) => {
  const long = Buffer.alloc(18 * 2 ** 20, "x");
  t.same(await linesOf(t, Buffer.concat([Buffer.from("a\n"), long, Buffer.from("\nb")])), [
    "a",
    "b",
  ]);
});

t.test("numbers end at a comma in their line", async (t) => {
  const at = (text: string, end = text.length) => numberAt(Buffer.from(text), 0, end);
  t.same(
    [at("12,"), at("0.5,"), at("-3,"), at("12345678901234567,")],
    [12, 0.5, -3, 12345678901234568],
  );
  for (const bad of ["12", ",", "x,", '"1",', ""]) t.ok(Number.isNaN(at(bad)), bad);
  t.ok(Number.isNaN(at("12,", 2)), "the comma of the next line is none of this one");
});
