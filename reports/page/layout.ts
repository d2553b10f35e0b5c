import type { FaultBand } from "../fault-bands.ts";
import type { ViewModel } from "../view-model.ts";
import type { Viewport } from "./viewport.ts";

// Where things are on the timeline, in CSS pixels; the drawing and the pointer share it.

export const gutter = 100;
export const axisHeight = 22;
const leaderRowHeight = 16;
const faultRowHeight = 18;
const nodeRowHeight = 30;
const messageGap = 12;
const groupGap = 10;
const lanesHeightAimed = 340;

export type Row = { readonly top: number; readonly height: number };

export type Layout = {
  readonly height: number;
  /** Labels of leader changes; null when none is known. */
  readonly leaderRow: Row | null;
  readonly faultRows: readonly (Row & { readonly kind: string; readonly bands: FaultBand[] })[];
  readonly nodeRows: readonly Row[];
  readonly lanes: Row;
  readonly laneHeight: number;
};

export function layOut(view: ViewModel, hasLeaders: boolean): Layout {
  let top = axisHeight;
  const leaderRow = hasLeaders ? { top, height: leaderRowHeight } : null;
  top += leaderRow?.height ?? 0;
  const kinds = [...new Set(view.bands.map(({ kind }) => kind))].sort();
  const faultRows = kinds.map((kind) => {
    const row = {
      top,
      height: faultRowHeight,
      kind,
      bands: view.bands.filter((band) => band.kind === kind),
    };
    top += faultRowHeight;
    return row;
  });
  top += faultRows.length > 0 ? groupGap : 0;
  // Messages are drawn between the rows, and known around anomalies only.
  const gap = view.focuses.length > 0 ? messageGap : 0;
  const nodeRows = view.nodes.map(() => {
    const row = { top, height: nodeRowHeight };
    top += nodeRowHeight + gap;
    return row;
  });
  top += nodeRows.length > 0 ? groupGap : 0;
  const count = Math.max(1, view.laneCount);
  const laneHeight = Math.max(6, Math.min(20, Math.floor(lanesHeightAimed / count)));
  const lanes = { top, height: count * laneHeight };
  return { height: top + lanes.height + 4, leaderRow, faultRows, nodeRows, lanes, laneHeight };
}

export function toX(ns: number, view: Viewport, width: number): number {
  return gutter + ((ns - view.from) / (view.to - view.from)) * (width - gutter);
}

export function toTime(x: number, view: Viewport, width: number): number {
  return view.from + ((x - gutter) / (width - gutter)) * (view.to - view.from);
}
