import t from "tap";
import { type Inks, paintBar, paintCounts } from "./lane-image.ts";
import { channels } from "./summary.ts";

const inks: Inks = { outcomes: [1, 2, 3], faint: [4, 5, 6], other: 7 };
const box = { top: 1, height: 10 };

function pixels(width: number) {
  return { data: new Uint32Array(width * 12), width };
}

/** The colours of a column from top to bottom. */
function column({ data, width }: ReturnType<typeof pixels>, x: number): number[] {
  return Array.from({ length: 12 }, (_, y) => data[y * width + x] ?? 0);
}

/** One column with these counts of ok, fail, info and others. */
function stacked(...counts: number[]): number[] {
  const image = pixels(1);
  paintCounts(image, box, Uint32Array.from(counts), { columns: 1, first: 0, inks });
  return column(image, 0);
}

t.test("a column of one outcome fills its lane and nothing beside it", async (t) => {
  t.same(stacked(5, 0, 0, 0), [0, ...Array(10).fill(1), 0]);
  t.same(stacked(0, 0, 0, 5), [0, ...Array(10).fill(7), 0]);
  t.same(stacked(0, 0, 0, 0), Array(12).fill(0));
});

t.test("one failure among a thousand can be seen, in its own pattern", async (t) => {
  const info = stacked(1000, 0, 1, 0);
  t.ok(info.includes(3));
  t.ok(info.slice(1, 4).includes(0), "hatched");
  const fail = stacked(1000, 1, 0, 0);
  t.same(fail.slice(1, 4), [2, 0, 2], "striped");
});

t.test("a match among many others can be seen", async (t) => {
  const shown = stacked(1, 0, 0, 1000);
  t.equal(shown.filter((ink) => ink === 1).length, 3);
  t.equal(shown.filter((ink) => ink === 7).length, 7);
});

t.test("patterns move with the time, not with the window", async (t) => {
  const counts = new Uint32Array(8 * channels);
  for (let at = 0; at < 8; at++) counts[at * channels + 2] = 1;
  const [here, later] = [pixels(8), pixels(8)];
  paintCounts(here, box, counts, { columns: 8, first: 100, inks });
  paintCounts(later, box, counts, { columns: 8, first: 101, inks });
  t.same(column(later, 2), column(here, 3));
});

t.test("bars tell outcomes by shape, and what lies outside is left out", async (t) => {
  const draw = (outcome: number, from: number, to: number, isFaint = false) => {
    const image = pixels(20);
    paintBar(image, box, { from, to, outcome, isFaint }, { first: 0, inks });
    return image;
  };
  t.same(column(draw(0, 2, 12), 5), [0, ...Array(10).fill(1), 0], "ok is solid");
  t.same(column(draw(1, 2, 12), 5), [0, 2, ...Array(8).fill(0), 2, 0], "fail is hollow");
  const info = column(draw(2, 2, 12), 6);
  t.ok(info.includes(3) && info.slice(1, 11).includes(0), "info is hatched");
  t.same(column(draw(0, 2, 12, true), 5)[5], 4, "others are faint");
  t.equal(draw(0, -500, 900).data.filter((ink) => ink === 1).length, 200);
  t.equal(
    draw(0, 30, 40).data.some((ink) => ink !== 0),
    false,
  );
});
