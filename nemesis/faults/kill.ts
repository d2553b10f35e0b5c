import { forEach } from "../each.ts";
import type { Fault } from "../fault.ts";
import { drawAwake, nodesSchema } from "../select.ts";
import { allAre, answersOf, areGone, describeAnswers, lookAtAnswers } from "../status-look.ts";

/**
 * Kills its targets (SIGKILL) and starts them again on the disk they left.
 *
 * Tests what a node promised before it was durable: votes, acknowledged writes, a torn log tail.
 * A paused node is not a target: it could not tell that it was killed until it thaws.
 */
export const fault: Fault = {
  name: "kill",
  summary: "kill nodes with SIGKILL, start them again later",
  needs: "kill",
  parameters: { nodes: nodesSchema },
  required: [],

  resolve(view, parameters, rng) {
    const targets = drawAwake(view, parameters, rng);
    if (typeof targets === "string") return targets;
    return { targets, detail: {}, effect: { down: targets } };
  },

  inject({ control }, { targets }, done) {
    forEach(targets, control.kill, done);
  },

  heal({ control }, { targets }, done) {
    forEach(targets, control.start, done);
  },

  probe: lookAtAnswers,

  judge(_instance, looks) {
    const before = answersOf(looks.before);
    const during = answersOf(looks.during);
    const after = answersOf(looks.after);
    return {
      effective: areGone(before, during),
      healed: allAre(after, "answers"),
      evidence: () => `asked for status: ${describeAnswers({ before, during, after })}`,
    };
  },
};
