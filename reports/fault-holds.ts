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
  return bands.map((band) => {
    const touched = band.touched.flatMap((effect) => felt(effect, band, signs) ?? []);
    return { ...band, touched };
  });
}

function felt(effect: NodeEffect, band: FaultBand, signs: Signs): NodeEffect | null {
  if (effect.state !== "down" && effect.state !== "paused") return effect;
  if (band.kind === "crash-point") return crashed(effect, band, signs);
  const from = lastAnswer(effect.node, band, signs.table);
  return from === null ? effect : { ...effect, from };
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
function lastAnswer(node: string, { from, to }: FaultBand, table: OperationTable): number | null {
  const code = table.codeOf(node);
  const info = outcomes.indexOf("info");
  const answers: number[] = [];
  for (let row = 0; row < table.firstCallAt(to); row++) {
    const end = table.endOf(row);
    if (table.node[row] === code && end > from && end < to && table.outcome[row] !== info) {
      answers.push(end);
    }
  }
  let [silentFrom, silentFor, previous] = [from, 0, from];
  for (const at of [...answers.sort((a, b) => a - b), to]) {
    if (at - previous > silentFor) [silentFrom, silentFor] = [previous, at - previous];
    previous = at;
  }
  const isLate = silentFrom > from && silentFrom - from <= holdsWithinNs;
  return isLate && silentFor * 2 >= to - from ? silentFrom : null;
}
