import type { Unsynced } from "../../cluster/control.ts";
import { describeHits, wasHit } from "../counted.ts";
import { answersIn, lookAtStops, partOf } from "../counted-stop.ts";
import { forEach } from "../each.ts";
import type { Fault } from "../fault.ts";
import { drawAwake, drawWord, nodesSchema, wordsSchema } from "../select.ts";
import { allAre, areGone, describeAnswers } from "../status-look.ts";

const survivals = ["all", "none", "prefix", "torn"] as const satisfies readonly Unsynced[];

/**
 * Takes the power of its targets away and starts them again later: what no fsync has confirmed is
 * gone, in part or torn. It may hit all nodes at once, since nobody may rely on such writes.
 */
export const fault: Fault = {
  name: "power-loss",
  summary: "kill nodes and lose what they did not fsync, start them again later",
  needs: "power-loss",
  parameters: { nodes: nodesSchema, survives: wordsSchema(survivals) },
  required: [],

  resolve(view, parameters, rng) {
    const targets = drawAwake(view, parameters, rng);
    if (typeof targets === "string") return targets;
    const survives = drawWord(parameters["survives"], survivals, rng);
    return { targets, detail: { survives }, effect: { down: targets } };
  },

  inject({ control }, { targets, detail }, done) {
    const survives = survivals.find((word) => word === detail["survives"]) ?? "none";
    forEach(targets, (node, next) => control.losePower(node, survives, next), done);
  },

  heal({ control }, { targets }, done) {
    forEach(targets, control.start, done);
  },

  probe: lookAtStops(() => ({ met: ["powerLosses"], hit: ["powerLosses"] })),

  judge(_instance, looks) {
    const { before, during, after } = answersIn(looks);
    const counts = partOf(looks, "counts");
    return {
      effective: areGone(before, during) && wasHit(counts, 1000) === true,
      healed: allAre(after, "answers"),
      evidence: () =>
        `asked for status: ${describeAnswers({ before, during, after })}; ` +
        `${describeHits(counts)} power losses`,
    };
  },
};
