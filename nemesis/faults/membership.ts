import { describeOrders, doneIn, leadIn, lookAtLead } from "../admin.ts";
import { forEach } from "../each.ts";
import type { ClusterView, Fault, Instance, Observation } from "../fault.ts";
import { majoritySize } from "../grudge.ts";
import { bringTo, type Standing, standingOf } from "../members.ts";
import {
  drawSelector,
  drawWord,
  nodesSchema,
  selectNodes,
  whyNoVoter,
  wordsSchema,
} from "../select.ts";

const standings = ["removed", "learner"] as const satisfies readonly Standing[];

/**
 * Removes voters, one after another, as an administrator does (thesis, chapter 4); at heal they are
 * added as learners, catch up and are promoted. `as: learner` adds them at once, and leaves them so.
 * No fewer voters are ever left than a majority of all nodes.
 *
 * The nodes run on. A removed one may not know that it is, and one that knows may be killed.
 */
export const fault: Fault = {
  name: "membership",
  summary: "remove voters, or make them learners; later they are voters again",
  needs: "orders",
  parameters: { nodes: nodesSchema, as: wordsSchema(standings) },
  required: [],

  resolve(view, parameters, rng) {
    const selector = drawSelector(parameters["nodes"], "random", rng);
    const chosen = selectNodes(selector, view, rng, whyNoVoter(view));
    if (typeof chosen === "string") return chosen;
    const standing = drawWord(parameters["as"], standings, rng);
    const spare = spareCount(view);
    if (spare <= 0) return "no voter can be spared";
    const targets = chosen.length <= spare ? chosen : rng.shuffle(chosen).slice(0, spare);
    return { targets, detail: { as: standing }, effect: { away: targets } };
  },

  /** What cannot be brought about is no failure: the looks say that it was not. */
  inject(context, instance, done) {
    const { targets } = instance;
    forEach(
      targets,
      (node, next) => bringTo(context, node, wantedOf(instance), () => next(null)),
      done,
    );
  },

  heal(context, { targets }, done) {
    forEach(targets, (node, next) => bringTo(context, node, "voter", next), done);
  },

  probe: (context, _instance, done) => lookAtLead(context, done),

  judge(instance, { before, during, after }) {
    const looks = { before, during, after };
    const seen = Object.entries(looks).map(([when, look]) => `${when} ${describe(instance, look)}`);
    return {
      effective: isChanged(instance, before, during),
      healed: areAll(instance, after, "voter"),
      evidence: () => `${seen.join("; ")}; ${describeOrders(during)}`,
    };
  },
};

/** How many more may go: those that are gone for good are no use to the ones that are left. */
function spareCount({ nodes, electorate = nodes, voters, retired, away }: ClusterView): number {
  const useful = (voters ?? electorate).filter((node) => !retired.has(node) && !away.has(node));
  return useful.length - majoritySize(electorate.length);
}

function wantedOf({ detail }: Instance): Standing {
  return standings.find((word) => word === detail["as"]) ?? "removed";
}

/** By the word of a leader whose members are committed. */
function areAll({ targets }: Instance, look: Observation, standing: Standing): boolean {
  const lead = leadIn(look);
  const isSettled = lead?.members?.isSettled === true;
  return isSettled && targets.every((node) => standingOf(lead, node) === standing);
}

/** Seen to be so, and not before; false where the cluster says that it did it, and it is not so. */
function isChanged(instance: Instance, before: Observation, during: Observation): boolean | null {
  const isPromised = wasPromised(instance, during);
  if (!areAll(instance, during, wantedOf(instance))) return isPromised ? false : null;
  return isPromised || areAll(instance, before, "voter") ? true : null;
}

/** Every order was carried out, so the cluster says, and by now it is committed. */
function wasPromised(instance: Instance, during: Observation): boolean {
  const order = wantedOf(instance) === "learner" ? "add" : "remove";
  const isOrdered = instance.targets.every((node) => doneIn(during, { order, node }) !== null);
  return isOrdered && leadIn(during)?.members?.isSettled === true;
}

function describe({ targets }: Instance, look: Observation): string {
  const lead = leadIn(look);
  if (lead === null) return "nobody was seen to lead";
  const words = targets.map((node) => `${node} ${standingOf(lead, node) ?? "not told of"}`);
  const isSettled = lead.members?.isSettled === true;
  return `${words.join(", ")} by ${lead.leader} in term ${lead.term}${isSettled ? "" : ", not committed"}`;
}
