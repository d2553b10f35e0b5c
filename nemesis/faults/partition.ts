import type { Link } from "../../cluster/control.ts";
import type { NodeName } from "../../cluster/env/env.ts";
import type { Rng } from "../../cluster/env/rng.ts";
import type { ClusterView, Fault } from "../fault.ts";
import { bridge, halves, isolate, linkKey, majoritiesRing, oneWay } from "../grudge.ts";
import { judgeCut, lookAtLinks } from "../link-look.ts";
import { drawEntry, wordsSchema } from "../select.ts";

const shapes = [
  "isolate",
  "isolate-leader",
  "leader-in-minority",
  "halves",
  "bridge",
  "majorities-ring",
  "one-way",
];

/**
 * Silently drops what nodes send each other, along one of several shapes of links.
 *
 * Clients still reach every node. `isolate` and `one-way` choose their victim at random; `one-way`
 * also whether the victim can still hear or still send. With `leader-in-minority` the leader keeps
 * some followers: what it appends is on more nodes than one when the others overwrite it.
 */
export const fault: Fault = {
  name: "partition",
  summary: "cut links between nodes",
  needs: "cut",
  parameters: {
    shape: wordsSchema(shapes),
  },
  required: ["shape"],

  resolve(view, parameters, rng) {
    const shape = String(drawEntry(parameters["shape"], rng));
    const drawn = drawShape(shape, view, rng);
    if (typeof drawn === "string") return drawn;
    const alreadyCut = new Set(view.cut.map(linkKey));
    if (drawn.links.length === 0) return `${shape} cuts nothing in a cluster of this size`;
    if (drawn.links.every((link) => alreadyCut.has(linkKey(link)))) return "links already cut";
    return { targets: drawn.targets, detail: { shape }, effect: { cut: drawn.links } };
  },

  inject({ control }, { effect }, done) {
    control.cut(effect.cut ?? [], done);
  },

  heal({ control }, { effect }, done) {
    control.join(effect.cut ?? [], done);
  },

  probe: lookAtLinks,

  judge: (_instance, looks) => judgeCut(looks),
};

type Drawn = { readonly targets: readonly NodeName[]; readonly links: readonly Link[] };

/** `targets`: who is cut off, or all nodes where the shape has no victim. */
function drawShape(shape: string, view: ClusterView, rng: Rng): Drawn | string {
  const nodes = rng.shuffle(view.nodes);
  const victim = rng.pick(view.nodes);
  switch (shape) {
    case "isolate":
      return { targets: [victim], links: isolate(view.nodes, victim) };
    case "isolate-leader":
      if (view.leader === null) return "no leader known";
      return { targets: [view.leader], links: isolate(view.nodes, view.leader) };
    case "leader-in-minority": {
      if (view.leader === null) return "no leader known";
      const { leader } = view;
      const ordered = [leader, ...nodes.filter((node) => node !== leader)];
      const few = Math.floor(ordered.length / 2);
      return { targets: ordered.slice(0, few), links: halves(ordered) };
    }
    case "halves":
      return { targets: nodes.slice(0, Math.floor(nodes.length / 2)), links: halves(nodes) };
    case "bridge":
      return { targets: view.nodes, links: bridge(nodes) };
    case "majorities-ring":
      if (nodes.length < 3) return "a majorities ring takes three nodes";
      return { targets: view.nodes, links: majoritiesRing(nodes) };
    case "one-way": {
      const left = rng.pick(["only-hears", "only-sends"] as const);
      return { targets: [victim], links: oneWay(view.nodes, victim, left) };
    }
    default:
      return `no shape ${shape}`;
  }
}
