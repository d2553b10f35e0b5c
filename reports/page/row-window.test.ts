import t from "tap";
import { scrollTo, windowOf } from "./row-window.ts";

const base = { rowHeight: 24, seen: 240 };

for (const count of [3, 1000, 333_333, 1_000_000, 20_000_000]) {
  t.test(`${count} rows: the first and the last can be reached, few are laid out`, async (t) => {
    const top = windowOf({ ...base, count, scrollTop: 0 });
    t.equal(top.first, 0);
    t.equal(top.top, 0);
    t.ok(top.height <= 8e6);

    const bottom = Math.max(0, top.height - base.seen);
    const last = windowOf({ ...base, count, scrollTop: bottom });
    t.equal(last.end, count);
    const lastEdge = last.top + (last.end - last.first) * base.rowHeight;
    t.ok(Math.abs(lastEdge - top.height) < 1, "the last row ends where the whole ends");
    t.ok(last.end - last.first < 25);
  });

  t.test(`${count} rows: scrolling to a row shows all of it`, async (t) => {
    for (const row of [0, Math.floor(count / 2), count - 1]) {
      for (const scrollTop of [0, 4e6]) {
        const reach = scrollTo(row, { ...base, count, scrollTop });
        const { first, top } = windowOf({ ...base, count, scrollTop: reach });
        const y = top + (row - first) * base.rowHeight - reach;
        t.ok(y > -0.01 && y + base.rowHeight < base.seen + 0.01, `row ${row} at ${y}`);
        if (count <= 10) break;
      }
    }
  });
}

t.test("nothing to show is no trouble", async (t) => {
  t.match(windowOf({ ...base, count: 0, scrollTop: 0 }), { first: 0, end: 0, height: 0 });
});
