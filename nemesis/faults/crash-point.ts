import type { CrashPoint } from "../../cluster/control.ts";
import { wasHit } from "../counted.ts";
import { answersIn, lookAtStops, partOf } from "../counted-stop.ts";
import { forEach, inTurn } from "../each.ts";
import type { Fault } from "../fault.ts";
import { drawAwake, drawWord, nodesSchema, wordsSchema } from "../select.ts";
import { allAre, describeAnswers } from "../status-look.ts";

const points = [
  "before-append",
  "after-append",
  "before-send",
  "after-send",
  "before-replace",
  "after-replace",
] as const satisfies readonly CrashPoint[];

/**
 * Kills its targets when they next come to a certain point (between the write and the answer, before
 * a snapshot is replaced), and starts them again at heal. Who never comes there is left alone.
 */
export const fault: Fault = {
  name: "crash-point",
  summary: "kill nodes at a certain point of what they do, start them again later",
  needs: "crash-point",
  parameters: { nodes: nodesSchema, point: wordsSchema(points) },
  required: [],

  resolve(view, parameters, rng) {
    const targets = drawAwake(view, parameters, rng);
    if (typeof targets === "string") return targets;
    const point = drawWord(parameters["point"], points, rng);
    return { targets, detail: { point }, effect: { down: targets } };
  },

  inject({ control }, { targets, detail }, done) {
    const point = points.find((word) => word === detail["point"]) ?? "before-append";
    forEach(targets, (node, next) => control.crashAt(node, point, next), done);
  },

  heal({ control }, { targets }, done) {
    forEach(
      targets,
      (node, next) =>
        inTurn(
          [(step) => control.crashAt(node, null, step), (step) => control.start(node, step)],
          next,
        ),
      done,
    );
  },

  probe: lookAtStops(() => ({ met: ["crashes"], hit: ["crashes"] })),

  judge({ detail }, looks) {
    const { before, during, after } = answersIn(looks);
    return {
      effective: wasHit(partOf(looks, "counts"), 1000),
      healed: allAre(after, "answers"),
      evidence: () =>
        `crashed ${String(detail["point"])}; ` +
        `asked for status: ${describeAnswers({ before, during, after })}`,
    };
  },
};
