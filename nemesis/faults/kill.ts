import { forEach } from "../each.ts";
import type { Fault } from "../fault.ts";
import { drawSelector, nodesSchema, selectNodes, whyAsleep } from "../select.ts";
import { allAre, answersOf, describeAnswers, lookAtAnswers } from "../status-look.ts";

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
    const selector = drawSelector(parameters["nodes"], "random", rng);
    const targets = selectNodes(selector, view, rng, whyAsleep(view));
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
      effective:
        during.size > 0 && [...during].every(([node, now]) => isGone(before.get(node), now)),
      healed: allAre(after, "answers"),
      evidence: `asked for status: ${describeAnswers({ before, during, after })}`,
    };
  },
};

/**
 * A killed process refuses, or is silent behind a proxy: no proof if it was silent before. A busy
 * node may be silent, but only one that is gone refuses.
 */
function isGone(before: string | undefined, during: string): boolean {
  if (during === "refused") return before === "answers" || before === "silent";
  return during === "silent" && before === "answers";
}
