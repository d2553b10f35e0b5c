import t from "tap";
import type { Effect, Fault, Observation } from "../fault.ts";
import { fault as clock } from "./clock.ts";
import { fault as crashPoint } from "./crash-point.ts";
import { fault as disk } from "./disk.ts";
import { fault as kill } from "./kill.ts";
import { fault as loseMessages } from "./lose-messages.ts";
import { fault as lossyLinks } from "./lossy-links.ts";
import { fault as membership } from "./membership.ts";
import { fault as partition } from "./partition.ts";
import { fault as pause } from "./pause.ts";
import { fault as powerLoss } from "./power-loss.ts";
import { fault as slowLinks } from "./slow-links.ts";
import { fault as transfer } from "./transfer.ts";
import { fault as wipe } from "./wipe.ts";

// What counts as evidence, fault by fault: three looks, and what they amount to.

type Case = {
  readonly name: string;
  readonly fault: Fault;
  readonly detail?: Observation;
  readonly effect?: Effect;
  readonly looks: readonly [before: Observation, during: Observation, after: Observation];
  readonly effective: boolean | null;
  readonly healed: boolean;
};

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
/** Who leads in which term, who votes by its word, and what became of orders. */
const led = (
  leader: string,
  term: number,
  {
    voters = ["n1", "n2"],
    learners = [],
    isSettled = true,
    orders = {},
  }: {
    readonly voters?: readonly string[];
    readonly learners?: readonly string[];
    readonly isSettled?: boolean;
    readonly orders?: Observation;
  } = {},
): Observation => ({ lead: { leader, term, members: { voters, learners, isSettled } }, orders });
const leaderless: Observation = { lead: null, orders: {} };
const carriedOut = (order: string, answer = "done"): Observation => ({
  [order]: { by: "n2", term: 4, answer },
});
const without = { voters: ["n2"], orders: carriedOut("remove n1") };
const asLearner = {
  voters: ["n2"],
  learners: ["n1"],
  orders: { ...carriedOut("remove n1"), ...carriedOut("add n1") },
};
const removed = { as: "removed" };
const learner = { as: "learner" };

const lossy = { lossPermille: 100, duplicatePermille: 0 };
const rot = { kind: "rot", chancePermille: 100 };
const lostWrites = { kind: "lost-writes", chancePermille: 100 };

const nothingMet = { effective: null, healed: true };
const yes = { effective: true, healed: true };
const no = { effective: false, healed: true };
const stuck = { effective: true, healed: false };

const cases: readonly Case[] = [
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
    name: "the ordered node leads a later term",
    fault: transfer,
    looks: [led("n2", 4), led("n1", 5, { orders: carriedOut("transfer n1") }), led("n1", 5)],
    ...yes,
  },
  {
    name: "said to be done, and the old leader leads on",
    fault: transfer,
    looks: [led("n2", 4), led("n2", 4, { orders: carriedOut("transfer n1") }), led("n2", 4)],
    ...no,
  },
  {
    name: "refused, and elected all the same: not by the order",
    fault: transfer,
    looks: [
      led("n2", 4),
      led("n1", 5, { orders: carriedOut("transfer n1", "refused (aborted)") }),
      led("n1", 5),
    ],
    ...nothingMet,
  },
  {
    name: "another one was elected meanwhile",
    fault: transfer,
    looks: [led("n2", 4), led("n3", 6, { orders: carriedOut("transfer n1") }), led("n3", 6)],
    ...nothingMet,
  },
  {
    name: "nobody leads any more",
    fault: transfer,
    looks: [led("n2", 4), led("n1", 5, { orders: carriedOut("transfer n1") }), leaderless],
    ...stuck,
  },

  {
    name: "removed, and a voter again",
    fault: membership,
    detail: removed,
    looks: [led("n2", 4), led("n2", 4, without), led("n2", 4)],
    ...yes,
  },
  {
    name: "removed by order, and nobody knows what it was",
    fault: membership,
    detail: removed,
    looks: [leaderless, led("n2", 4, without), led("n2", 4)],
    ...yes,
  },
  {
    name: "removed already, and by no order of ours",
    fault: membership,
    detail: removed,
    looks: [led("n2", 4, { voters: ["n2"] }), led("n2", 4, { voters: ["n2"] }), led("n2", 4)],
    ...nothingMet,
  },
  {
    name: "removed by a leader that is not sure of it yet",
    fault: membership,
    detail: removed,
    looks: [led("n2", 4), led("n2", 4, { ...without, isSettled: false }), led("n2", 4)],
    ...nothingMet,
  },
  {
    name: "said to be removed, and it votes",
    fault: membership,
    detail: removed,
    looks: [led("n2", 4), led("n3", 5, { orders: carriedOut("remove n1") }), led("n3", 5)],
    ...no,
  },
  {
    name: "the order was refused",
    fault: membership,
    detail: removed,
    looks: [
      led("n2", 4),
      led("n2", 4, { orders: carriedOut("remove n1", "refused (busy)") }),
      led("n2", 4),
    ],
    ...nothingMet,
  },
  {
    name: "a learner now",
    fault: membership,
    detail: learner,
    looks: [led("n2", 4), led("n2", 4, asLearner), led("n2", 4)],
    ...yes,
  },
  {
    name: "removed, and no learner yet",
    fault: membership,
    detail: learner,
    looks: [led("n2", 4), led("n2", 4, without), led("n2", 4)],
    ...nothingMet,
  },
  {
    name: "still a learner",
    fault: membership,
    detail: removed,
    looks: [led("n2", 4), led("n2", 4, without), led("n2", 4, asLearner)],
    ...stuck,
  },
  {
    name: "a voter, but not for certain",
    fault: membership,
    detail: removed,
    looks: [led("n2", 4), led("n2", 4, without), led("n3", 5, { isSettled: false })],
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
];

for (const { name, fault, detail = {}, effect = {}, looks, effective, healed } of cases) {
  t.test(`${fault.name}: ${name}`, async (t) => {
    const instance = { targets: ["n1"], detail, effect };
    const [before, during, after] = looks;
    const judged = fault.judge(instance, { before, during, after });
    t.match(judged, { effective, healed }, judged.evidence());
  });
}
