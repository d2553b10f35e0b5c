import type { Effect, Observation } from "../fault.ts";
import { judgeAll, no, nothingMet, stuck, yes } from "../testing/judge.ts";
import { fault as clock } from "./clock.ts";
import { fault as crashPoint } from "./crash-point.ts";
import { fault as disk } from "./disk.ts";
import { fault as kill } from "./kill.ts";
import { fault as loseMessages } from "./lose-messages.ts";
import { fault as lossyLinks } from "./lossy-links.ts";
import { fault as partition } from "./partition.ts";
import { fault as pause } from "./pause.ts";
import { fault as powerLoss } from "./power-loss.ts";
import { fault as slowLinks } from "./slow-links.ts";
import { fault as wipe } from "./wipe.ts";

// What counts as evidence, fault by fault; of orders see judge-orders.test.ts.

const up = { n1: "answers" };
const gone = { n1: "refused" };
const still = { n1: "silent" };
const open = { "n1>n2": "open", "n2>n1": "open" };
const cut = { "n1>n2": "cut", "n2>n1": "cut" };
const half = { "n1>n2": "cut", "n2>n1": "open" };
const dark = { "n1>n2": "unknown", "n2>n1": "unknown" };
const partly = { "n1>n2": "cut", "n2>n1": "unknown" };
const lost = (unanswered: number): Observation => ({ n1: unanswered });
const reads = (skewMs: number, atMs: number, { rate = 1, boundMs = 2 } = {}): Observation => ({
  n1: { atMs, skewMs, boundMs, rate, rateBound: 0.01 },
});
const skew = (offsetMs: number, rate = 1): Effect => ({
  skewed: [{ node: "n1", setting: { offsetMs, rate } }],
});

/** `meeting`: still met within the look. */
const met = (count: number, hit: number, meeting = 0): Observation => ({
  n1: { met: count, hit, meeting },
});
const stop = (answers: Observation, hit: number): Observation => ({
  answers,
  counts: met(hit, hit),
});
const onDisk = (answers: Observation, counts: Observation): Observation => ({ answers, counts });
const lossy = { lossPermille: 100, duplicatePermille: 0 };
const rot = { kind: "rot", chancePermille: 100 };
const lostWrites = { kind: "lost-writes", chancePermille: 100 };

judgeAll([
  { name: "refused, then answering", fault: kill, looks: [up, gone, up], ...yes },
  { name: "silent behind a proxy counts", fault: kill, looks: [up, still, up], ...yes },
  { name: "answering all the time", fault: kill, looks: [up, up, up], ...no },
  { name: "already gone before", fault: kill, looks: [gone, gone, up], ...no },
  {
    name: "one of two still answers",
    fault: kill,
    looks: [{ n1: "answers", n2: "answers" }, { n1: "refused", n2: "answers" }, up],
    ...no,
  },
  { name: "never came back", fault: kill, looks: [up, gone, gone], ...stuck },
  { name: "came back frozen", fault: kill, looks: [up, gone, still], ...stuck },

  { name: "silent, then answering", fault: pause, looks: [up, still, up], ...yes },
  { name: "refused is gone, not frozen", fault: pause, looks: [up, gone, up], ...no },
  { name: "silent before", fault: pause, looks: [still, still, up], ...no },
  { name: "never thawed", fault: pause, looks: [up, still, still], ...stuck },

  { name: "cut, then open", fault: partition, looks: [open, cut, open], ...yes },
  { name: "one direction still open", fault: partition, looks: [open, half, open], ...no },
  {
    name: "a far end that is down hides a link",
    fault: partition,
    looks: [open, partly, open],
    ...yes,
  },
  { name: "nothing but hidden links", fault: partition, looks: [open, dark, open], ...nothingMet },
  { name: "cut before", fault: partition, looks: [half, cut, open], ...no },
  { name: "one direction left", fault: partition, looks: [open, cut, half], ...stuck },
  { name: "nobody knows whether it is gone", fault: partition, looks: [open, cut, dark], ...stuck },

  {
    name: "some lost, none before",
    fault: loseMessages,
    looks: [lost(0), lost(1), lost(0)],
    ...yes,
  },
  { name: "as many as before", fault: loseMessages, looks: [lost(2), lost(3), lost(2)], ...no },
  { name: "none lost", fault: loseMessages, looks: [lost(0), lost(0), lost(0)], ...no },
  { name: "down is not lossy", fault: loseMessages, looks: [lost(0), lost(20), lost(0)], ...no },
  {
    name: "nearly all lost",
    fault: loseMessages,
    detail: { requestsPermille: 900, repliesPermille: 900 },
    looks: [lost(0), lost(20), lost(0)],
    ...yes,
  },
  { name: "still losing", fault: loseMessages, looks: [lost(0), lost(9), lost(4)], ...stuck },

  {
    name: "some lost since the look before",
    fault: lossyLinks,
    detail: lossy,
    looks: [met(90, 9), met(150, 10, 20), met(300, 30)],
    ...yes,
  },
  {
    name: "so many came by that some had to be lost",
    fault: lossyLinks,
    detail: lossy,
    looks: [met(90, 9), met(290, 9, 20), met(290, 9)],
    ...no,
  },
  {
    name: "too few came by to tell",
    fault: lossyLinks,
    detail: lossy,
    looks: [met(90, 9), met(289, 9, 20), met(289, 9)],
    ...nothingMet,
  },
  {
    name: "still at risk",
    fault: lossyLinks,
    detail: lossy,
    looks: [met(0, 0), met(150, 10, 20), met(300, 30, 1)],
    ...stuck,
  },
  {
    name: "no frame came by",
    fault: slowLinks,
    looks: [met(5, 5), met(5, 5), met(5, 5)],
    ...nothingMet,
  },
  { name: "not looked at after", fault: slowLinks, looks: [met(0, 0), met(9, 9), {}], ...stuck },

  {
    name: "gone and counted",
    fault: powerLoss,
    looks: [stop(up, 0), stop(gone, 1), stop(up, 1)],
    ...yes,
  },
  {
    name: "gone, not counted",
    fault: powerLoss,
    looks: [stop(up, 1), stop(gone, 1), stop(up, 1)],
    ...no,
  },
  {
    name: "counted, still there",
    fault: powerLoss,
    looks: [stop(up, 0), stop(up, 1), stop(up, 1)],
    ...no,
  },
  {
    name: "never came back",
    fault: powerLoss,
    looks: [stop(up, 0), stop(gone, 1), stop(gone, 1)],
    ...stuck,
  },
  {
    name: "emptied and back",
    fault: wipe,
    looks: [stop(up, 0), stop(gone, 1), stop(up, 1)],
    ...yes,
  },
  {
    name: "came to its point",
    fault: crashPoint,
    looks: [stop(up, 0), stop(gone, 1), stop(up, 1)],
    ...yes,
  },
  {
    name: "never came there",
    fault: crashPoint,
    looks: [stop(up, 0), stop(up, 0), stop(up, 0)],
    ...nothingMet,
  },

  {
    name: "a rotten node stays away, and may",
    fault: disk,
    detail: rot,
    effect: { disks: ["n1"], down: ["n1"], retired: ["n1"] },
    looks: [onDisk(up, met(0, 0)), onDisk(gone, met(50, 3)), onDisk(gone, met(50, 3))],
    ...yes,
  },
  {
    name: "one that lost writes has to stay away",
    fault: disk,
    detail: lostWrites,
    effect: { disks: ["n1"], retired: ["n1"] },
    looks: [onDisk(up, met(0, 0)), onDisk(up, met(50, 3, 9)), onDisk(up, met(99, 9))],
    ...stuck,
  },
  {
    name: "one that ended itself on a full disk comes back",
    fault: disk,
    detail: { kind: "full" },
    effect: { disks: ["n1"], down: ["n1"] },
    looks: [onDisk(up, met(0, 0)), onDisk(gone, met(1, 1)), onDisk(gone, met(1, 1))],
    ...stuck,
  },

  {
    name: "moved by its offset and back",
    fault: clock,
    effect: skew(-90_000),
    looks: [reads(3, 0), reads(-89_997, 900), reads(3, 5000)],
    ...yes,
  },
  {
    name: "not moved",
    fault: clock,
    effect: skew(-90_000),
    looks: [reads(3, 0), reads(3, 900), reads(3, 5000)],
    ...no,
  },
  {
    name: "moved the wrong way",
    fault: clock,
    effect: skew(-90_000),
    looks: [reads(0, 0), reads(90_000, 900), reads(0, 5000)],
    ...no,
  },
  {
    name: "drifted as its rate allows",
    fault: clock,
    effect: skew(1000, 2),
    looks: [reads(0, 0), reads(3900, 3000, { rate: 2 }), reads(0, 5000)],
    ...yes,
  },
  {
    name: "drifted further than its rate allows",
    fault: clock,
    effect: skew(1000, 2),
    looks: [reads(0, 0), reads(5000, 3000, { rate: 2 }), reads(0, 5000)],
    ...no,
  },
  {
    name: "offset and drift cancel, the rate shows",
    fault: clock,
    effect: skew(1000, 0.5),
    looks: [reads(0, 0), reads(0, 2000, { rate: 0.5 }), reads(0, 5000)],
    ...yes,
  },
  {
    name: "a round trip too long to tell",
    fault: clock,
    effect: skew(300),
    looks: [reads(0, 0), reads(300, 900, { boundMs: 400 }), reads(0, 5000)],
    ...no,
  },
  {
    name: "left behind",
    fault: clock,
    effect: skew(-90_000),
    looks: [reads(0, 0), reads(-90_000, 900), reads(-90_000, 5000)],
    ...stuck,
  },
  {
    name: "one of two was down",
    fault: clock,
    effect: {
      skewed: ["n1", "n2"].map((node) => ({ node, setting: { offsetMs: 900, rate: 1 } })),
    },
    looks: [
      { ...reads(0, 0), n2: reads(0, 0)["n1"] ?? null },
      { ...reads(900, 900), n2: null },
      { ...reads(0, 5000), n2: reads(0, 5000)["n1"] ?? null },
    ],
    ...yes,
  },
  {
    name: "nobody answered during",
    fault: clock,
    effect: skew(-90_000),
    looks: [reads(0, 0), { n1: null }, reads(0, 5000)],
    ...nothingMet,
  },
  {
    name: "nobody answered after",
    fault: clock,
    effect: skew(-90_000),
    looks: [reads(0, 0), reads(-90_000, 900), { n1: null }],
    ...stuck,
  },
]);
