import { formatValue } from "./describe.ts";
import type { FaultResult, LinkResult } from "./result.ts";

/** One instance of a fault as a stretch of the time axis. */
export type FaultBand = {
  readonly id: string;
  readonly kind: string;
  /** Kind, shape and targets in a few words. */
  readonly label: string;
  /** Of a partition its shape, of a crash point which one: `isolate-leader`, `after-replace`. */
  readonly shape?: string | null;
  readonly targets: readonly string[];
  /** Nanoseconds since the run began. */
  readonly from: number;
  readonly to: number;
  readonly effective: boolean | null;
  /** What it did to each node it touched. */
  readonly touched: readonly NodeEffect[];
};

export type NodeEffect = {
  readonly node: string;
  /** `cut`: lost more than half of the nodes that the cut is about; `partly-cut`: fewer. */
  readonly state:
    | "down"
    | "paused"
    | "cut"
    | "partly-cut"
    | "skewed"
    | "away"
    | "slow"
    | "lossy"
    | "reset"
    | "disk"
    | "retired";
  /** A clause with the node as its subject: `was isolated`. */
  readonly clause: string;
  /** When it took hold, where that shows and was later than it was asked for. */
  readonly from?: number;
  /** It outlasts the fault, to the end of the run. */
  readonly isForGood?: true;
};

/** When it first took hold of a node. */
export function heldFrom({ from, touched }: FaultBand): number {
  return touched.length === 0 ? from : Math.min(...touched.map((effect) => effect.from ?? from));
}

/** The faults that were injected, in time order; skipped ones have no stretch of time. */
export function faultBands(faults: readonly FaultResult[], endNs: number): FaultBand[] {
  const bands: FaultBand[] = [];
  for (const fault of faults) {
    if (fault.injectedAt === null || fault.skipped !== null) continue;
    bands.push({
      id: fault.id,
      kind: fault.fault,
      label: labelOf(fault),
      shape: shapeOf(fault),
      targets: fault.targets,
      from: fault.injectedAt,
      to: Math.max(fault.injectedAt, fault.healedAt ?? endNs),
      effective: fault.effective,
      touched: touchedNodes(fault),
    });
  }
  return bands.sort((a, b) => a.from - b.from);
}

function labelOf(fault: FaultResult): string {
  const shape = shapeOf(fault);
  const words = [fault.fault];
  if (shape !== null && shape !== fault.fault) words.push(shape);
  if (fault.targets.length > 0) words.push(fault.targets.join(" "));
  return words.join(" ");
}

function shapeOf({ detail }: FaultResult): string | null {
  const shape = detail["shape"] ?? detail["point"];
  return typeof shape === "string" ? shape : null;
}

/** Reads the declared effect; a record without one is read by the name of its fault. */
function touchedNodes(fault: FaultResult): NodeEffect[] {
  const effect = fault.effect;
  if (effect === undefined) return fault.targets.flatMap((node) => byName(fault.fault, node));
  return [
    ...(effect.down ?? []).map((node) => touch(node, "down", "was down")),
    ...(effect.paused ?? []).map((node) => touch(node, "paused", "was paused")),
    ...(effect.away ?? []).map((node) => touch(node, "away", "was no voter")),
    ...cutNodes(effect.cut ?? []),
    ...(effect.skewed ?? []).map(({ node, setting }) =>
      touch(node, "skewed", `had its clock off (${formatSetting(setting)})`),
    ),
    ...(effect.disks ?? []).map((node) => touch(node, "disk", "had a disk that failed it")),
    ...ends(effect.slow).map((node) => touch(node, "slow", "had slow links")),
    ...ends(effect.lossy).map((node) => touch(node, "lossy", "had links that lost messages")),
    ...ends(effect.reset).map((node) => touch(node, "reset", "had its connections reset")),
    ...(effect.retired ?? []).map((node) => ({
      ...touch(node, "retired", "lost its data and stayed away"),
      isForGood: true as const,
    })),
  ];
}

function byName(fault: string, node: string): NodeEffect[] {
  if (fault === "kill") return [touch(node, "down", "was down")];
  if (fault === "pause") return [touch(node, "paused", "was paused")];
  if (fault === "clock") return [touch(node, "skewed", "had its clock off")];
  if (fault === "partition") return [touch(node, "cut", "was partitioned")];
  return [];
}

/** The nodes that any of these links leads from or to. */
function ends(links: readonly LinkResult[] = []): string[] {
  return others(links.flatMap(({ from, to }) => [from, to]));
}

/** A node is isolated when it lost all others that any cut link mentions; else losses are named. */
function cutNodes(links: readonly LinkResult[]): NodeEffect[] {
  const all = new Set(links.flatMap((link) => [link.from, link.to]));
  return [...all].sort().map((node) => {
    const hears = others(links.filter((link) => link.to === node).map((link) => link.from));
    const reaches = others(links.filter((link) => link.from === node).map((link) => link.to));
    const both = hears.filter((other) => reaches.includes(other));
    const lost = new Set([...hears, ...reaches]);
    const state = lost.size * 2 > all.size - 1 ? "cut" : "partly-cut";
    if (both.length === all.size - 1 && all.size > 2) return touch(node, state, "was isolated");
    if (both.length > 0) return touch(node, state, `was cut off from ${both.join(", ")}`);
    if (hears.length > 0) return touch(node, state, `could not hear ${hears.join(", ")}`);
    return touch(node, state, `could not reach ${reaches.join(", ")}`);
  });
}

function others(nodes: readonly string[]): string[] {
  return [...new Set(nodes)].sort();
}

function touch(node: string, state: NodeEffect["state"], clause: string): NodeEffect {
  return { node, state, clause };
}

function formatSetting(setting: { readonly offsetMs: number; readonly rate: number }): string {
  const parts: string[] = [];
  if (setting.offsetMs !== 0) {
    parts.push(`${setting.offsetMs > 0 ? "+" : "−"}${Math.abs(setting.offsetMs) / 1000} s`);
  }
  if (setting.rate !== 1) parts.push(`rate ${formatValue(setting.rate)}`);
  return parts.join(", ") || "no change";
}
