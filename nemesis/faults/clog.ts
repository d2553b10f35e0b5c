import type { LinkShape } from "../../cluster/control.ts";
import type { Fault } from "../fault.ts";
import { linkKey } from "../grudge.ts";
import { drawLinks, linkParameters } from "../link-fault.ts";
import { judgeCut, lookAtLinks } from "../link-look.ts";

const clogged: LinkShape = {
  lossPermille: 0,
  duplicatePermille: 0,
  delayMinMs: 0,
  delayMaxMs: 0,
  isClogged: true,
};

/**
 * Holds back every frame on the links of its targets and lets all of them arrive at heal: a
 * partition as long as it lasts, then a burst of requests and votes from the past.
 */
export const fault: Fault = {
  name: "clog",
  summary: "hold back frames between nodes, deliver them late and all at once",
  needs: "shape-links",
  parameters: linkParameters,
  required: [],

  resolve(view, parameters, rng) {
    const drawn = drawLinks(view, parameters, rng);
    if (typeof drawn === "string") return drawn;
    const alreadyCut = new Set(view.cut.map(linkKey));
    const { targets, direction, links } = drawn;
    if (links.every((link) => alreadyCut.has(linkKey(link)))) return "links already cut";
    return { targets, detail: { direction }, effect: { cut: links } };
  },

  inject({ control }, { effect }, done) {
    control.shapeLinks(effect.cut ?? [], clogged, done);
  },

  heal({ control }, { effect }, done) {
    control.shapeLinks(effect.cut ?? [], null, done);
  },

  probe: lookAtLinks,

  judge: (_instance, looks) => judgeCut(looks),
};
