import { type Outcome, outcomes as outcomeNames } from "../operations.ts";
import { noFilter } from "./filter.ts";
import { homeOf, type Run } from "./home.ts";
import { isSortColumn } from "./row-order.ts";
import { initialState, type Sort, type TimelineState } from "./timeline-state.ts";
import type { Viewport } from "./viewport.ts";

/**
 * What the address says (`#op=1234&key=k3&t=12.41..13.2`), over what a fresh page shows. What it does
 * not understand it leaves out; null when it says nothing of the timeline (`""`, `#faults`).
 */
export function stateOfHash(hash: string, run: Run): TimelineState | null {
  if (!hash.includes("=")) return null;
  const values = new URLSearchParams(hash.replace(/^#/, ""));
  const anomaly = Math.max(1, countOf(values.get("anomaly")) ?? 1) - 1;
  const start = initialState(run, anomaly);
  const outcome = values.get("outcome");
  return {
    viewport: stretchOf(values.get("t"), run.endNs) ?? start.viewport,
    selected: countOf(values.get("op")),
    anomaly,
    stretch: stretchOf(values.get("marked"), run.endNs),
    sort: sortOf(values.get("sort")) ?? start.sort,
    filter: {
      key: values.get("key"),
      client: countOf(values.get("client")),
      node: values.get("node"),
      f: values.get("f"),
      outcomes: outcome === null ? outcomeNames : outcomesOf(outcome),
      text: values.get("q") ?? "",
      others: values.get("others") === "hidden" ? "hidden" : "dimmed",
    },
  };
}

/** Whether the address names a stretch of time itself. */
export function namesViewport(hash: string): boolean {
  return new URLSearchParams(hash.replace(/^#/, "")).has("t");
}

/** The shortest address that gives this state back; empty for that of a fresh page. */
export function hashOfState(state: TimelineState, run: Run): string {
  const { viewport, filter, selected, stretch, anomaly, sort } = state;
  const home = homeOf(run, anomaly);
  const isHome = viewport.from === home.from && viewport.to === home.to;
  const isAnyOutcome = filter.outcomes.length === outcomeNames.length;
  const isUnsorted = sort.by === "op" && !sort.isDescending;
  const parts: readonly (readonly [string, string | number | null])[] = [
    ["op", selected],
    ["anomaly", anomaly === 0 ? null : anomaly + 1],
    ["t", isHome ? null : textOfStretch(viewport)],
    ["key", filter.key],
    ["client", filter.client],
    ["node", filter.node],
    ["f", filter.f],
    ["outcome", isAnyOutcome ? null : filter.outcomes.join(",")],
    ["q", filter.text.trim() === "" ? null : filter.text],
    ["others", filter.others === noFilter.others ? null : filter.others],
    ["marked", stretch === null ? null : textOfStretch(stretch)],
    ["sort", isUnsorted ? null : `${sort.isDescending ? "-" : ""}${sort.by}`],
  ];
  const said = parts.flatMap(([name, value]) =>
    value === null ? [] : [`${name}=${encodeURIComponent(value)}`],
  );
  return said.length === 0 ? "" : `#${said.join("&")}`;
}

function countOf(text: string | null): number | null {
  return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : null;
}

function outcomesOf(text: string): Outcome[] {
  const wanted = text.split(",");
  return outcomeNames.filter((name) => wanted.includes(name));
}

/** Seconds with as many decimals as nanoseconds need. */
function textOfStretch({ from, to }: Viewport): string {
  const seconds = (ns: number) => (Math.round(ns) / 1e9).toFixed(9).replace(/\.?0+$/, "");
  return `${seconds(from)}..${seconds(to)}`;
}

function stretchOf(text: string | null, endNs: number): Viewport | null {
  const [, start, end] = /^(\d+(?:\.\d+)?)\.\.(\d+(?:\.\d+)?)$/.exec(text ?? "") ?? [];
  if (start === undefined || end === undefined) return null;
  const from = Math.round(Number(start) * 1e9);
  const to = Math.min(endNs, Math.round(Number(end) * 1e9));
  return from < to ? { from, to } : null;
}

function sortOf(text: string | null): Sort | null {
  const [, minus, by = ""] = /^(-?)(\w+)$/.exec(text ?? "") ?? [];
  return isSortColumn(by) ? { by, isDescending: minus === "-" } : null;
}
