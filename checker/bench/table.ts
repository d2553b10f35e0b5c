import type { Measured } from "./measure.ts";
import type { Goal, Row } from "./rows.ts";

/** One line of the table: a row with what came out, or why nothing did. */
export type Line = { readonly row: Row; readonly result: Measured | string };

const columns = [
  "row",
  "engine",
  "verdict",
  "warm",
  "cold",
  "cold, CPU",
  "memory",
  "goal",
  "met",
  "Go, quoted",
];

/** The table as markdown, its columns padded. */
export function renderTable(lines: readonly Line[]): string {
  const rows = [columns, columns.map(() => "---"), ...lines.map(cellsOf)];
  const widths = columns.map((_, column) =>
    Math.max(...rows.map((cells) => cells[column]?.length ?? 0)),
  );
  return rows
    .map((cells) => `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(" | ")} |`)
    .join("\n");
}

function cellsOf({ row, result }: Line): string[] {
  const { name, goal, go } = row;
  if (typeof result === "string")
    return [name, "", result, "", "", "", "", describeGoal(goal), "", go];
  const { engine, verdict, warmMs, eachMs, coldMs, coldCpuMs, memoryMb } = result;
  const each = goal.eachMs === undefined ? "" : `, slowest ${time(eachMs)}`;
  const met = goalsMissed(goal, result).length === 0 ? "yes" : "NO";
  const core = result.core === null ? "" : `, core ${result.core}`;
  const times = [`${time(warmMs)}${each}`, time(coldMs), time(coldCpuMs)];
  const figures = [...times, `${memoryMb.toFixed(0)} MB`];
  return [name, engine, `${verdict}${core}`, ...figures, describeGoal(goal), met, go];
}

/** What a result misses of its goal, in words; a wrong verdict always counts. */
export function goalsMissed(goal: Goal, result: Measured): string[] {
  const missed: string[] = [];
  const hold = (name: string, got: number | null, most: number | undefined): void => {
    if (most !== undefined && (got === null || got > most)) missed.push(name);
  };
  if (!result.isRight) missed.push("verdict");
  hold("warm", result.warmMs ?? result.coldMs, goal.warmMs);
  hold("each", result.eachMs, goal.eachMs);
  hold("cold", result.coldMs, goal.coldMs);
  hold("memory", result.memoryMb, goal.memoryMb);
  hold("core", result.core, goal.core);
  return missed;
}

function describeGoal({ warmMs, eachMs, coldMs, memoryMb, core }: Goal): string {
  const parts = [
    warmMs === undefined ? "" : `warm ${time(warmMs)}`,
    eachMs === undefined ? "" : `each ${time(eachMs)}`,
    coldMs === undefined ? "" : `cold ${time(coldMs)}`,
    memoryMb === undefined ? "" : `${memoryMb} MB`,
    core === undefined ? "" : `core ${core}`,
  ];
  return parts.filter((part) => part !== "").join(", ") || "decided";
}

/** Milliseconds with three significant digits. */
function time(ms: number | null): string {
  if (ms === null) return "";
  return ms >= 10_000 ? `${(ms / 1000).toFixed(1)} s` : `${Number(ms.toPrecision(3))} ms`;
}
