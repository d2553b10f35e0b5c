import t from "tap";
import { noFilter } from "./filter.ts";
import { hashOfState, namesViewport, stateOfHash } from "./hash.ts";
import type { Run } from "./home.ts";
import { initialState, type TimelineState } from "./timeline-state.ts";

const run: Run = { endNs: 60e9, focuses: [] };
const fresh = initialState(run);

t.test("a fresh page has an empty address", async (t) => {
  t.equal(hashOfState(fresh, run), "");
});

t.test("#op=1234 selects an operation and nothing else", async (t) => {
  t.equal(hashOfState({ ...fresh, selected: 1234 }, run), "#op=1234");
  t.same(stateOfHash("#op=1234", run), { ...fresh, selected: 1234 });
  t.equal(namesViewport("#op=1234"), false);
  t.equal(namesViewport("#op=1234&t=1..2"), true);
});

t.test("whatever is seen, its address gives it back", async (t) => {
  const states: readonly TimelineState[] = [
    { ...fresh, viewport: { from: 12_410_000_001, to: 12_410_100_001 } },
    { ...fresh, stretch: { from: 0, to: 1 }, anomaly: 3 },
    { ...fresh, sort: { by: "took", isDescending: true } },
    {
      ...fresh,
      filter: {
        key: "k&3 =\u{1f600}#",
        client: 0,
        node: "n1",
        f: "put",
        outcomes: ["ok", "info"],
        text: 'took>10ms "two words"',
        others: "hidden",
      },
    },
    { ...fresh, filter: { ...noFilter, outcomes: [] } },
  ];
  for (const state of states) t.same(stateOfHash(hashOfState(state, run), run), state);
});

t.test("a page opens near its anomaly; the whole run is then something to say", async (t) => {
  const focus = { operations: [], at: 20e9 } as unknown as Run["focuses"][number];
  const broken: Run = { endNs: 60e9, focuses: [focus, { ...focus, at: 59.9e9 }] };
  const opened = initialState(broken);
  t.same(opened.viewport, { from: 18.5e9, to: 21.5e9 });
  t.equal(hashOfState(opened, broken), "");
  t.same(stateOfHash("#anomaly=2", broken)?.viewport, { from: 57e9, to: 60e9 });

  const whole = { ...opened, viewport: { from: 0, to: 60e9 } };
  t.equal(hashOfState(whole, broken), "#t=0..60");
  t.same(stateOfHash("#t=0..60", broken), whole);
});

t.test("an address that says nothing of the timeline leaves it alone", async (t) => {
  for (const hash of ["", "#", "#faults"]) t.equal(stateOfHash(hash, run), null);
});

t.test("an address made by hand never breaks the page", async (t) => {
  const bad = "#op=x&t=9..3&client=-1&outcome=maybe&sort=evil&marked=1..&anomaly=0&key=%E0%A4%A";
  t.match(stateOfHash(bad, run), {
    selected: null,
    viewport: fresh.viewport,
    stretch: null,
    anomaly: 0,
    sort: fresh.sort,
    filter: { client: null, outcomes: [] },
  });
});
