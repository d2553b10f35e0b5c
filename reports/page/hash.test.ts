import t from "tap";
import { noFilter } from "./filter.ts";
import { hashOfState, namesViewport, stateOfHash } from "./hash.ts";
import { initialState, type TimelineState } from "./timeline-state.ts";

const endNs = 60e9;
const fresh = initialState(endNs);

t.test("a fresh page has an empty address", async (t) => {
  t.equal(hashOfState(fresh, endNs), "");
});

t.test("#op=1234 selects an operation and nothing else", async (t) => {
  t.equal(hashOfState({ ...fresh, selected: 1234 }, endNs), "#op=1234");
  t.same(stateOfHash("#op=1234", endNs), { ...fresh, selected: 1234 });
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
  for (const state of states) t.same(stateOfHash(hashOfState(state, endNs), endNs), state);
});

t.test("an address that says nothing of the timeline leaves it alone", async (t) => {
  for (const hash of ["", "#", "#faults"]) t.equal(stateOfHash(hash, endNs), null);
});

t.test("an address made by hand never breaks the page", async (t) => {
  const bad = "#op=x&t=9..3&client=-1&outcome=maybe&sort=evil&marked=1..&anomaly=0&key=%E0%A4%A";
  t.match(stateOfHash(bad, endNs), {
    selected: null,
    viewport: fresh.viewport,
    stretch: null,
    anomaly: 0,
    sort: fresh.sort,
    filter: { client: null, outcomes: [] },
  });
});
