import t from "tap";
import type { ListedCampaign } from "./page-data.ts";
import { nightsByPath, trendsOf } from "./trend.ts";

function campaign(path: string, day: number, found: readonly string[]): ListedCampaign {
  return {
    ...{ path, href: `/store/${path}/index.html`, name: "nightly", durationMs: 1000 * day },
    ...{ startedAt: `2026-11-0${day}T01:00:00.000Z`, runs: 3, counts: { valid: 3 } },
    ...{ workloads: [], subjects: [], bugs: [] },
    signatures: found.map((text) => ({
      text,
      id: text,
      class: "stale-read",
      general: text,
      isRefined: true,
      faults: [],
    })),
  };
}

t.test("a night tells what it shows first, and what it shows no more", async (t) => {
  const [trend] = trendsOf([
    campaign("c", 4, ["b", "a"]),
    campaign("a", 1, ["a"]),
    campaign("b", 2, ["b"]),
  ]);

  t.match(trend?.nights, [
    { campaign: { path: "a" }, fresh: [], gone: [], durationRatio: null },
    { campaign: { path: "b" }, fresh: [{ text: "b" }], gone: [{ text: "a" }], durationRatio: 2 },
    { campaign: { path: "c" }, gone: [], durationRatio: 2 },
  ]);
  t.same(trend?.nights[2]?.fresh, [], "what came back after a night is not new");
  t.same(trend?.nights[0]?.fresh, [], "of a first night nothing is new");
});

t.test("nights lie side by side and have one name; the latest trend goes first", async (t) => {
  const other = { ...campaign("x", 3, []), name: "smoke" };
  const all = [campaign("old/a", 1, []), campaign("a", 2, []), campaign("old/b", 4, []), other];
  const trends = trendsOf(all);

  t.same(
    trends.map(({ name, folder, nights }) => [name, folder, nights.length]),
    [
      ["nightly", "old", 2],
      ["smoke", "", 1],
      ["nightly", "", 1],
    ],
  );
  t.equal(nightsByPath(trends).get("old/b")?.campaign, all[2]);
});
