import type { Json, NodeName } from "../cluster/env/env.ts";
import type { Rng } from "../cluster/env/rng.ts";
import type { ClusterView, Observation, Selector } from "./fault.ts";
import { majoritySize } from "./grudge.ts";

const selectors = ["leader", "follower", "minority", "majority", "random", "all"] as const;

/** JSON Schema of a parameter that takes nodes, in the YAML form. */
export const nodesSchema: object = {
  title: `${selectors.join(", ")}, a node, or a list to draw from`,
  description: "A list is drawn from, one entry each time; a fixed set of nodes is one entry.",
  anyOf: [
    { type: "string", minLength: 1 },
    {
      type: "array",
      minItems: 1,
      items: {
        anyOf: [
          { type: "string", minLength: 1 },
          { type: "array", minItems: 1, items: { type: "string", minLength: 1 } },
        ],
      },
    },
  ],
};

/** One entry of a parameter given as a list; anything else as it is. */
export function drawEntry(value: Json | undefined, rng: Rng): Json | undefined {
  return Array.isArray(value) && value.length > 0 ? rng.pick(value as readonly Json[]) : value;
}

/** A selector from a parameter: one of the words, a node's name, or a list of names. */
export function drawSelector(value: Json | undefined, fallback: Selector, rng: Rng): Selector {
  const entry = drawEntry(value, rng);
  if (entry === undefined || entry === null) return fallback;
  if (Array.isArray(entry)) return entry.map(String);
  return selectors.find((word) => word === entry) ?? [String(entry)];
}

/**
 * The nodes that a selector means, in the cluster's order, or in a few words why there are none.
 *
 * `excluded` says in a few words why a node cannot be a target (`already down`), null when it can.
 * `minority` and `majority` count all voters but draw from those that are left; so does `all`, of all
 * nodes. A selector of one certain node (leader, a name) does not switch to another one.
 */
export function selectNodes(
  selector: Selector,
  view: ClusterView,
  rng: Rng,
  excluded: (node: NodeName) => string | null,
): readonly NodeName[] | string {
  const candidates = view.nodes.filter((node) => excluded(node) === null);
  const voters = view.electorate ?? view.nodes;
  const draw = (size: number, of = view.nodes): readonly NodeName[] | string => {
    if (size === 0) return `a cluster of ${of.length} has no ${String(selector)}`;
    const able = candidates.filter((node) => of.includes(node));
    if (able.length === 0) return whyNone(of, excluded);
    const drawn = new Set(rng.shuffle(able).slice(0, size));
    return view.nodes.filter((node) => drawn.has(node));
  };
  switch (selector) {
    case "leader":
      if (view.leader === null) return "no leader known";
      return candidates.includes(view.leader) ? [view.leader] : whyNone([view.leader], excluded);
    case "follower": {
      if (view.leader === null) return "no leader known";
      const followers = candidates.filter((node) => node !== view.leader);
      return followers.length === 0 ? "no follower to choose" : [rng.pick(followers)];
    }
    case "minority":
      return draw(voters.length - majoritySize(voters.length), voters);
    case "majority":
      return draw(majoritySize(voters.length), voters);
    case "random":
      return draw(1);
    case "all":
      return draw(view.nodes.length);
    default: {
      const known = view.nodes.filter((node) => selector.includes(node));
      if (known.length < selector.length) return `no node ${unknownOf(selector, known)}`;
      const left = known.filter((node) => candidates.includes(node));
      return left.length === 0 ? whyNone(known, excluded) : left;
    }
  }
}

function unknownOf(names: readonly NodeName[], known: readonly NodeName[]): string {
  return names.filter((name) => !known.includes(name)).join(", ");
}

function whyNone(nodes: readonly NodeName[], excluded: (node: NodeName) => string | null): string {
  return nodes.map((node) => `${node} ${excluded(node) ?? ""}`.trim()).join(", ");
}

/** For faults that need a process at work: why a node cannot be a target. */
export function whyAsleep(view: ClusterView): (node: NodeName) => string | null {
  return (node) => {
    if (view.retired.has(node)) return "retired";
    if (view.down.has(node)) return "already down";
    return view.paused.has(node) ? "already paused" : null;
  };
}

/** For orders about voters: why a node cannot be the one. */
export function whyNoVoter(view: ClusterView): (node: NodeName) => string | null {
  const whyNot = whyAsleep(view);
  return (node) => {
    if (view.away.has(node)) return "already away";
    if (view.voters?.includes(node) === false) return "no voter";
    return whyNot(node);
  };
}

/** Draws targets that are awake from the parameter `nodes`; in a few words why there are none. */
export function drawAwake(
  view: ClusterView,
  parameters: Observation,
  rng: Rng,
): readonly NodeName[] | string {
  const selector = drawSelector(parameters["nodes"], "random", rng);
  return selectNodes(selector, view, rng, whyAsleep(view));
}

/** A word from a parameter that is one of `words` or a list of them; any of them when not given. */
export function drawWord<Word extends string>(
  value: Json | undefined,
  words: readonly Word[],
  rng: Rng,
): Word {
  const entry = drawEntry(value ?? words, rng);
  return words.find((word) => word === entry) ?? rng.pick(words);
}

/** JSON Schema of a parameter for `drawWord`. */
export function wordsSchema(words: readonly string[]): object {
  return {
    title: `${words.join(", ")}, or a list of these to draw from`,
    anyOf: [{ enum: words }, { type: "array", minItems: 1, items: { enum: words } }],
  };
}
