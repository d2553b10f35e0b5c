import { describeHits, isQuiet, lookAtCounters, sendersOf, wasHit } from "../counted.ts";
import type { Fault, Observation } from "../fault.ts";
import { drawLinks, linkParameters } from "../link-fault.ts";
import { drawNumber, shareSchema } from "../parameters.ts";

/** Loses a share of the frames on the links of its targets, and sends another share twice. */
export const fault: Fault = {
  name: "lossy-links",
  summary: "lose and duplicate frames between nodes",
  needs: "shape-links",
  parameters: { ...linkParameters, loss: shareSchema, duplicates: shareSchema },
  required: [],

  resolve(view, parameters, rng) {
    // The counters of a node do not tell two instances apart.
    if (view.lossy.length > 0) return "links already lossy";
    const drawn = drawLinks(view, parameters, rng);
    if (typeof drawn === "string") return drawn;
    const permille = (name: string): number =>
      drawNumber(parameters[name], rng, { fallback: 100, stepsPerUnit: 1 });
    const chances = { lossPermille: permille("loss"), duplicatePermille: permille("duplicates") };
    if (chancesOf(chances).sum === 0) return "neither loss nor duplicates";
    const { targets, direction, links } = drawn;
    return { targets, detail: { direction, ...chances }, effect: { lossy: links } };
  },

  inject({ control }, { effect, detail }, done) {
    const { lossPermille, duplicatePermille } = chancesOf(detail);
    const shape = { lossPermille, duplicatePermille, delayMinMs: 0, delayMaxMs: 0 };
    control.shapeLinks(effect.lossy ?? [], { ...shape, isClogged: false }, done);
  },

  heal({ control }, { effect }, done) {
    control.shapeLinks(effect.lossy ?? [], null, done);
  },

  probe(context, { effect }, done) {
    const counted = { met: ["framesRisked"], hit: ["framesLost", "framesDuplicated"] } as const;
    lookAtCounters(context, sendersOf(effect.lossy ?? []), counted, done);
  },

  judge({ detail }, looks) {
    return {
      effective: wasHit(looks, Math.min(1000, chancesOf(detail).sum)),
      healed: isQuiet(looks.after),
      evidence: () => `the network lost or doubled ${describeHits(looks)} frames`,
    };
  },
};

function chancesOf(detail: Observation): {
  readonly lossPermille: number;
  readonly duplicatePermille: number;
  readonly sum: number;
} {
  const lossPermille = Number(detail["lossPermille"] ?? 0);
  const duplicatePermille = Number(detail["duplicatePermille"] ?? 0);
  return { lossPermille, duplicatePermille, sum: lossPermille + duplicatePermille };
}
