import type { FaultBand, NodeEffect } from "./fault-bands.ts";
import type { OperationTable } from "./operation-table.ts";
import { outcomes } from "./operations.ts";
import type { NodeTrace } from "./trace-scan.ts";

/** What shows when a fault took hold of a node. */
export type Signs = {
  readonly table: OperationTable;
  readonly traces: Readonly<Record<string, Pick<NodeTrace, "ends">>>;
  readonly endNs: number;
};

/** A node that runs traces its status more often. */
const silentNs = 2e9;
/** So long it takes at most until an engine has paused or killed what it was asked to. */
const holdsWithinNs = 0.5e9;

/**
 * Faults as their nodes felt them. A pause or a kill is asked for before it takes hold: until then a node
 * answers. A crash point is armed before it is met: its node is down from its last line on; one that was not
 * met took nothing down. Pure; where nothing shows it, a fault took hold when it was asked for.
 */
export function asFelt(bands: readonly FaultBand[], signs: Signs): FaultBand[] {
  let answers: Answers | null = null;
  const felt = (effect: NodeEffect, band: FaultBand): NodeEffect | null => {
    if (effect.state !== "down" && effect.state !== "paused") return effect;
    if (band.kind === "crash-point") return crashed(effect, band, signs);
    answers ??= answersOf(signs.table);
    const code = signs.table.codeOf(effect.node);
    const from = lastAnswer((code < 0 ? undefined : answers.get(code)) ?? none, band);
    return from === null ? effect : { ...effect, from };
  };
  return bands.map((band) => {
    const touched = band.touched.flatMap((effect) => felt(effect, band) ?? []);
    return { ...band, touched };
  });
}

/** When each node, by its code, sent answers: ascending, nanoseconds. */
type Answers = ReadonlyMap<number, Float64Array>;

const none = new Float64Array(0);

/** In two passes over the rows, however many faults there were. */
function answersOf(table: OperationTable): Answers {
  const { node, outcome, size } = table;
  const info = outcomes.indexOf("info");
  const counts = new Map<number, number>();
  for (let row = 0; row < size; row++) {
    if (outcome[row] === info) continue;
    const code = node[row] as number;
    counts.set(code, (counts.get(code) ?? 0) + 1);
  }
  const answers = new Map(Array.from(counts, ([code, count]) => [code, new Float64Array(count)]));
  for (let row = size - 1; row >= 0; row--) {
    if (outcome[row] === info) continue;
    const code = node[row] as number;
    const left = (counts.get(code) as number) - 1;
    counts.set(code, left);
    (answers.get(code) as Float64Array)[left] = table.endOf(row);
  }
  for (const ends of answers.values()) ends.sort();
  return answers;
}

function crashed(effect: NodeEffect, band: FaultBand, { traces, endNs }: Signs): NodeEffect | null {
  const ends = traces[effect.node]?.ends ?? [];
  const last = ends.at(-1);
  if (last === undefined) return effect;
  const isEnd = (at: number): boolean => at !== last || last + silentNs < endNs;
  const from = ends.find((at) => at >= band.from && at <= band.to && isEnd(at));
  if (from !== undefined) return { ...effect, from };
  return band.effective === true ? effect : null;
}

/**
 * The answer after which a node was silent for longest while it lasted; null where that was from its
 * beginning on, or where it was hardly ever silent.
 */
function lastAnswer(answers: Float64Array, { from, to }: FaultBand): number | null {
  let [silentFrom, silentFor, previous] = [from, 0, from];
  for (let place = firstAfter(answers, from); previous < to; place++) {
    const at = Math.min(answers[place] ?? to, to);
    if (at - previous > silentFor) [silentFrom, silentFor] = [previous, at - previous];
    previous = at;
  }
  const isLate = silentFrom > from && silentFrom - from <= holdsWithinNs;
  return isLate && silentFor * 2 >= to - from ? silentFrom : null;
}

/** The first place of what is above `ns`. */
function firstAfter(sorted: Float64Array, ns: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) <= ns) low = middle + 1;
    else high = middle;
  }
  return low;
}
