import { isSeen, type Stretch } from "../core-scale.ts";
import type { FaultBand } from "../fault-bands.ts";
import type { NodeLane, StateSpan } from "../node-lanes.ts";

/** A state of a node with its words. */
export type ToldState = StateSpan & { readonly words: string };

/** The others are among the faults above. */
const statesDrawn: ReadonlySet<StateSpan["state"]> = new Set([
  "cut",
  "partly-cut",
  "paused",
  "down",
  "retired",
  "exited",
]);

/** What was done to a node in the time that is drawn; what two faults did alike is one span where they meet. */
export function statesSeen(
  lane: NodeLane,
  scale: readonly Stretch[],
  bands: readonly FaultBand[],
): ToldState[] {
  const isDrawn = ({ from, to }: StateSpan): boolean => isSeen(scale, from, to);
  // Before they are united too: the words are those of a fault at that time.
  const seen = lane.states.filter((span) => statesDrawn.has(span.state) && isDrawn(span));
  return united(seen.map((span) => ({ ...span, words: wordsOf(span, lane.node, bands) }))).filter(
    isDrawn,
  );
}

/** Of a cut from whom; else the state alone. */
function wordsOf({ state, fault }: StateSpan, node: string, bands: readonly FaultBand[]): string {
  if (state !== "cut" && state !== "partly-cut") return state;
  const touched = bands.find(({ id }) => id === fault)?.touched ?? [];
  const clause = touched.find((effect) => effect.node === node && effect.state === state)?.clause;
  return clause?.replace(/^was /, "") ?? state;
}

function united(states: readonly ToldState[]): ToldState[] {
  const spans: ToldState[] = [];
  for (const span of states.toSorted((a, b) => a.from - b.from)) {
    // Of cuts that meet, each tells from whom.
    const at = spans.findIndex(
      ({ state, words, to }) => state === span.state && words === span.words && to >= span.from,
    );
    const met = spans[at];
    if (met === undefined) spans.push(span);
    else spans[at] = { ...met, to: Math.max(met.to, span.to) };
  }
  const cuts = spans.filter(({ state }) => state === "cut");
  const cutShort = spans.map((span) => {
    // From where a node is cut off altogether, that it was so in part is no news.
    const cut = cuts.find(({ from, to }) => from < span.to && to > span.from);
    return span.state === "partly-cut" && cut !== undefined
      ? { ...span, to: Math.max(span.from, cut.from) }
      : span;
  });
  return cutShort.filter(({ from, to }) => to > from);
}
