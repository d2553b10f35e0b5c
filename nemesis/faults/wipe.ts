import { wasHit } from "../counted.ts";
import { answersIn, lookAtStops, partOf } from "../counted-stop.ts";
import { forEach, inTurn } from "../each.ts";
import type { Fault } from "../fault.ts";
import { drawAwake, nodesSchema } from "../select.ts";
import { allAre, areGone, describeAnswers } from "../status-look.ts";

/**
 * Kills its targets, empties their disks and starts them again under the same name. They have
 * forgotten votes and entries that others count on: Raft does not survive it.
 */
export const fault: Fault = {
  name: "wipe",
  summary: "kill nodes and start them again with an empty disk (beyond what Raft survives)",
  needs: "wipe",
  parameters: { nodes: nodesSchema },
  required: [],

  resolve(view, parameters, rng) {
    const targets = drawAwake(view, parameters, rng);
    if (typeof targets === "string") return targets;
    return { targets, detail: {}, effect: { down: targets, forgets: targets } };
  },

  inject({ control }, { targets }, done) {
    forEach(
      targets,
      (node, next) =>
        inTurn([(step) => control.kill(node, step), (step) => control.wipe(node, step)], next),
      done,
    );
  },

  heal({ control }, { targets }, done) {
    forEach(targets, control.start, done);
  },

  probe: lookAtStops(() => ({ met: ["wipes"], hit: ["wipes"] })),

  judge(_instance, looks) {
    const { before, during, after } = answersIn(looks);
    return {
      effective: areGone(before, during) && wasHit(partOf(looks, "counts"), 1000) === true,
      healed: allAre(after, "answers"),
      evidence: () => `asked for status: ${describeAnswers({ before, during, after })}`,
    };
  },
};
