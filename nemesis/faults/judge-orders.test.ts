import type { Observation } from "../fault.ts";
import { judgeAll, no, nothingMet, stuck, yes } from "../testing/judge.ts";
import { fault as membership } from "./membership.ts";
import { fault as transfer } from "./transfer.ts";

// What counts as evidence of faults that are orders to the cluster.

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

judgeAll([
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
]);
