import t from "tap";
import type { Effect } from "./fault.ts";
import { bridge, halves, isolate, majoritiesRing, oneWay } from "./grudge.ts";
import { hasConnectedMajority } from "./quorum.ts";

const five = ["n1", "n2", "n3", "n4", "n5"];
const four = five.slice(0, 4);
const three = five.slice(0, 3);

const cases: readonly {
  readonly name: string;
  readonly nodes: readonly string[];
  readonly effects: readonly Effect[];
  readonly expected: boolean;
}[] = [
  { name: "nothing active", nodes: five, effects: [], expected: true },
  { name: "two of five down", nodes: five, effects: [{ down: ["n1", "n2"] }], expected: true },
  { name: "three of five down", nodes: five, effects: [{ down: three }], expected: false },
  {
    name: "down, paused and isolated add up",
    nodes: five,
    effects: [{ down: ["n1"] }, { paused: ["n2"] }, { cut: isolate(five, "n3") }],
    expected: false,
  },
  {
    name: "nodes that have gone for good are missing, slow and lossy ones are not",
    nodes: five,
    effects: [{ retired: ["n1", "n2"] }, { slow: isolate(five, "n3"), lossy: isolate(five, "n4") }],
    expected: true,
  },
  {
    name: "three of five have gone for good",
    nodes: five,
    effects: [{ retired: ["n1", "n2"] }, { retired: ["n3"] }],
    expected: false,
  },
  {
    name: "who is no voter counts as missing",
    nodes: five,
    effects: [{ away: ["n1", "n2"] }, { down: ["n3"] }],
    expected: false,
  },
  {
    name: "three voters are enough",
    nodes: five,
    effects: [{ away: ["n1", "n2"] }],
    expected: true,
  },
  {
    name: "handing over takes nothing away",
    nodes: three,
    effects: [{ leads: three }],
    expected: true,
  },
  {
    name: "the same node down and isolated counts once",
    nodes: five,
    effects: [{ down: ["n1"] }, { cut: isolate(five, "n1") }, { paused: ["n2"] }],
    expected: true,
  },
  {
    name: "half of four is no majority",
    nodes: four,
    effects: [{ cut: halves(four) }],
    expected: false,
  },
  {
    name: "halves of five leave three",
    nodes: five,
    effects: [{ cut: halves(five) }],
    expected: true,
  },
  {
    name: "a bridge of five has one",
    nodes: five,
    effects: [{ cut: bridge(five) }],
    expected: true,
  },
  {
    name: "a bridge of five without its bridge has none",
    nodes: five,
    effects: [{ cut: bridge(five) }, { down: ["n3"] }],
    expected: false,
  },
  {
    name: "a majorities ring of five has none",
    nodes: five,
    effects: [{ cut: majoritiesRing(five) }],
    expected: false,
  },
  {
    name: "one way leaves the others",
    nodes: five,
    effects: [{ cut: oneWay(five, "n1", "only-hears") }],
    expected: true,
  },
  {
    name: "a link cut in one direction does not connect",
    nodes: three,
    effects: [{ cut: [{ from: "n1", to: "n2" }] }, { down: ["n3"] }],
    expected: false,
  },
  {
    name: "a link cut in the other direction does not connect either",
    nodes: three,
    effects: [{ cut: [{ from: "n2", to: "n1" }] }, { down: ["n3"] }],
    expected: false,
  },
  {
    name: "wrong clocks take nothing away",
    nodes: three,
    effects: [{ skewed: three.map((node) => ({ node, setting: { offsetMs: 9, rate: 2 } })) }],
    expected: true,
  },
  { name: "a single node is one", nodes: ["n1"], effects: [], expected: true },
  {
    name: "a single node down is none",
    nodes: ["n1"],
    effects: [{ down: ["n1"] }],
    expected: false,
  },
];

for (const { name, nodes, effects, expected } of cases) {
  t.test(`DESIGN 9, connected majority: ${name}`, async (t) => {
    t.equal(hasConnectedMajority(nodes, effects), expected);
  });
}
