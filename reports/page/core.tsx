import type { VNode } from "preact";
import { letterOf } from "../core-orders.ts";
import { coreScale, isSeen, type Stretch } from "../core-scale.ts";
import type { FaultBand } from "../fault-bands.ts";
import type { Focus, FocusOperation } from "../focus.ts";
import type { NodeLane } from "../node-lanes.ts";
import { Axis, BandRow, NodeRow } from "./core-around.tsx";
import { Arrows } from "./core-arrows.tsx";
import { CoreKey } from "./core-key.tsx";
import { CoreRow } from "./core-row.tsx";
import { layoutOf } from "./core-rows.ts";

const bandsMax = 3;

export type CoreProps = {
  readonly focus: Focus;
  readonly bands: readonly FaultBand[];
  readonly nodes: readonly NodeLane[];
  readonly selected: number | null;
  readonly onSelect: (index: number) => void;
};

/** The operations of the core on real time, one row each; behind them the faults, below the nodes' roles. */
export function CoreDrawing(props: CoreProps): VNode | null {
  const { focus, selected, onSelect } = props;
  const core = coreOf(focus);
  if (core.length === 0) return null;
  const scale = scaleOf(core);
  const rows = layoutOf(core, scale);
  const names = nodesOf(focus, core);
  const bands = bandsNear(props.bands, scale, names, focus.fault);
  const blamed = bands.filter(({ id }) => id === focus.fault);
  const lanes = props.nodes.filter(({ node, roles }) => names.includes(node) && roles.length > 0);
  return (
    <div class="core">
      {bands.map((band) => (
        <BandRow key={band.id} band={band} scale={scale} isBlamed={band.id === focus.fault} />
      ))}
      <ol class="core-operations">
        <li class="arrows" aria-hidden="true">
          <span />
          <Arrows rows={rows} scale={scale} />
        </li>
        {rows.map((row, place) => (
          <CoreRow
            key={row.operation.index}
            row={row}
            letter={letterOf(place)}
            scale={scale}
            bands={blamed}
            isSelected={row.operation.index === selected}
            onSelect={onSelect}
          />
        ))}
      </ol>
      {lanes.map((lane) => (
        <NodeRow key={lane.node} lane={lane} bands={props.bands} scale={scale} />
      ))}
      <Axis scale={scale} />
      <CoreKey rows={rows} lanes={lanes} scale={scale} tint={blamed[0]?.kind} />
    </div>
  );
}

/** Without the operations that only ran at the same time. */
export function coreOf(focus: Focus): FocusOperation[] {
  return focus.operations.filter(({ part }) => part !== "context");
}

/** How far the axis goes on beyond the last grant of a lock, as a share of what is before it. */
const heldShare = 0.4;

/** All the operations; of the time that locks were held, enough to see them overlap. */
function scaleOf(core: readonly FocusOperation[]): Stretch[] {
  const first = Math.min(...core.map(({ call }) => call));
  const end = Math.max(...core.map((operation) => operation.return ?? operation.call));
  const heldUntil = end + heldShare * (end - first);
  return coreScale(
    core.flatMap(({ call, return: returned, held }) => [
      { from: call, to: returned ?? end },
      ...(held === null
        ? []
        : [{ from: held.from, to: Math.min(held.to ?? heldUntil, heldUntil) }]),
    ]),
  );
}

/** Those that answered or were sent a copy, and the one that led when a deposed one answered. */
function nodesOf({ serving }: Focus, core: readonly FocusOperation[]): string[] {
  const names = core.flatMap(({ node, copies }) => [node ?? [], copies.map(({ to }) => to)].flat());
  const successor = serving?.successor?.node;
  return [...new Set([...names, ...(successor === undefined ? [] : [successor])])];
}

/** The one that the sentence names first, then those on nodes that answered. */
function bandsNear(
  bands: readonly FaultBand[],
  scale: readonly Stretch[],
  nodes: readonly string[],
  blamed: string | null,
): FaultBand[] {
  const near = bands.filter(
    ({ id, from, to, effective }) =>
      id === blamed || (isSeen(scale, from, to) && effective !== false),
  );
  const weight = ({ id, touched }: FaultBand) => {
    if (id === blamed) return 0;
    return touched.some(({ node }) => nodes.includes(node)) ? 1 : 2;
  };
  return near.sort((a, b) => weight(a) - weight(b) || b.from - a.from).slice(0, bandsMax);
}
