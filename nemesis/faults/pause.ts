import { forEach } from "../each.ts";
import type { Fault } from "../fault.ts";
import { drawAwake, nodesSchema } from "../select.ts";
import { allAre, answersOf, describeAnswers, lookAtAnswers } from "../status-look.ts";

/**
 * Freezes the processes of its targets and thaws them later.
 *
 * A frozen node keeps its sockets open while time passes, so peers see silence, not a reset. On
 * thaw it acts on a stale term and an expired lease: a deposed leader must not serve reads.
 */
export const fault: Fault = {
  name: "pause",
  summary: "freeze the processes of nodes, thaw them later",
  needs: "pause",
  parameters: { nodes: nodesSchema },
  required: [],

  resolve(view, parameters, rng) {
    const targets = drawAwake(view, parameters, rng);
    if (typeof targets === "string") return targets;
    return { targets, detail: {}, effect: { paused: targets } };
  },

  inject({ control }, { targets }, done) {
    forEach(targets, control.pause, done);
  },

  heal({ control }, { targets }, done) {
    forEach(targets, control.resume, done);
  },

  probe: lookAtAnswers,

  judge(_instance, looks) {
    const before = answersOf(looks.before);
    const during = answersOf(looks.during);
    const after = answersOf(looks.after);
    return {
      // Silent, not refused: a process that is gone was not paused.
      effective: allAre(before, "answers") && allAre(during, "silent"),
      healed: allAre(after, "answers"),
      evidence: () => `asked for status: ${describeAnswers({ before, during, after })}`,
    };
  },
};
