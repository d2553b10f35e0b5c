import type { LinkShape } from "../../cluster/control.ts";
import { describeHits, isQuiet, lookAtCounters, sendersOf, wasHit } from "../counted.ts";
import type { Fault, Observation } from "../fault.ts";
import { drawLinks, linkParameters } from "../link-fault.ts";
import { drawNumber, durationSchema } from "../parameters.ts";

/**
 * Delays every frame on the links of its targets by a time of its own, so that frames overtake each
 * other: late requests, replies of an older term, answers to what was asked twice.
 */
export const fault: Fault = {
  name: "slow-links",
  summary: "delay and reorder frames between nodes",
  needs: "shape-links",
  parameters: { ...linkParameters, delayUpTo: durationSchema },
  required: [],

  resolve(view, parameters, rng) {
    // The counters of a node do not tell two instances apart.
    if (view.slow.length > 0) return "links already slow";
    const drawn = drawLinks(view, parameters, rng);
    if (typeof drawn === "string") return drawn;
    const delayMaxMs = drawNumber(parameters["delayUpTo"], rng, { fallback: 100, stepsPerUnit: 1 });
    const { targets, direction, links } = drawn;
    return { targets, detail: { direction, delayMaxMs }, effect: { slow: links } };
  },

  inject({ control }, { effect, detail }, done) {
    control.shapeLinks(effect.slow ?? [], shapeOf(detail), done);
  },

  heal({ control }, { effect }, done) {
    control.shapeLinks(effect.slow ?? [], null, done);
  },

  probe(context, { effect }, done) {
    const counted = { met: ["framesDelayed"], hit: ["framesDelayed"] } as const;
    lookAtCounters(context, sendersOf(effect.slow ?? []), counted, done);
  },

  judge(_instance, looks) {
    return {
      effective: wasHit(looks, 1000),
      healed: isQuiet(looks.after),
      evidence: () => `the network delayed ${describeHits(looks)} frames`,
    };
  },
};

function shapeOf(detail: Observation): LinkShape {
  return {
    lossPermille: 0,
    duplicatePermille: 0,
    delayMinMs: 0,
    delayMaxMs: Number(detail["delayMaxMs"] ?? 0),
    isClogged: false,
  };
}
