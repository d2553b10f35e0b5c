import type { FaultBand, NodeEffect } from "./fault-bands.ts";
import type { CheckerResult, TraceLine } from "./result.ts";

/** What a node was over time, for one row of the timeline. */
export type NodeLane = {
  readonly node: string;
  readonly roles: readonly RoleSpan[];
  readonly states: readonly StateSpan[];
  /** From when on there was no such node any more, to the end of the run. */
  readonly goneFrom: number | null;
  /** What the node said of itself now and then, in time order. */
  readonly commits: readonly { readonly at: number; readonly commitIndex: number }[];
};

export type RoleSpan = {
  readonly from: number;
  readonly to: number;
  /** `leader`, `follower`, `candidate`, or whatever the subject calls it. */
  readonly role: string;
  readonly term: number | null;
};

export type StateSpan = {
  readonly from: number;
  readonly to: number;
  /** `exited`: it ended by itself and was not seen again. */
  readonly state: NodeEffect["state"] | "exited";
  /** `id` of the fault; empty where none did it. */
  readonly fault: string;
};

/** One lane a node: roles from its trace, states from what the faults did to it. */
export function nodeLanes(
  nodes: readonly string[],
  trace: Readonly<Record<string, readonly TraceLine[]>>,
  bands: readonly FaultBand[],
  endNs: number,
  checks: readonly CheckerResult[] = [],
): NodeLane[] {
  return nodes.map((node) => {
    const lines = trace[node] ?? [];
    const known = statesOf(node, bands, endNs);
    const exitAt = lastExitOf(node, checks, lines);
    const retiredAt = known.find(({ state }) => state === "retired")?.from ?? null;
    const goneFrom = exitAt ?? retiredAt;
    // What was done to a node that is gone was done to nobody.
    const states = goneFrom === null ? known : known.filter(({ from }) => from <= goneFrom);
    const ended = exitAt === null ? states : endedAt(exitAt, states, endNs);
    const roles = rolesOf(lines, ended, endNs);
    return { node, roles, states: ended, goneFrom, commits: commitsOf(lines) };
  });
}

/** When a node ended by itself, if it traced nothing after that. */
function lastExitOf(
  node: string,
  checks: readonly CheckerResult[],
  lines: readonly TraceLine[],
): number | null {
  const exits = checks
    .flatMap(({ anomalies }) => anomalies)
    .filter(({ kind, nodes }) => kind === "gave-up" && nodes?.includes(node))
    .map(({ time }) => time ?? Infinity);
  const at = Math.max(...exits);
  return Number.isFinite(at) && !lines.some(({ mono }) => mono > at) ? at : null;
}

function statesOf(node: string, bands: readonly FaultBand[], endNs: number): StateSpan[] {
  return bands.flatMap((band) =>
    band.touched
      .filter((effect) => effect.node === node)
      .map(({ state, isForGood, from = band.from }) => {
        const to = isForGood === true ? Math.max(band.to, endNs) : band.to;
        return { from, to, state, fault: band.id };
      }),
  );
}

function commitsOf(lines: readonly TraceLine[]): NodeLane["commits"] {
  return lines.flatMap(({ mono, commitIndex }) =>
    typeof commitIndex === "number" ? [{ at: mono, commitIndex }] : [],
  );
}

function endedAt(exitAt: number, states: readonly StateSpan[], endNs: number): StateSpan[] {
  const until = states.map((span) => ({ ...span, to: Math.min(span.to, exitAt) }));
  return [...until, { from: exitAt, to: endNs, state: "exited", fault: "" }];
}

const endsRole: ReadonlySet<string> = new Set(["down", "exited"]);

function rolesOf(
  lines: readonly TraceLine[],
  states: readonly StateSpan[],
  endNs: number,
): RoleSpan[] {
  const spans: RoleSpan[] = [];
  const turns = lines.filter(({ kind }) => kind === "role" || kind === "start");
  for (const [position, line] of turns.entries()) {
    const from = Math.max(0, line.mono);
    const down = states.find(({ state, from: at }) => endsRole.has(state) && at >= from);
    const next = turns[position + 1]?.mono ?? endNs;
    const span: RoleSpan = {
      from,
      // A killed node leaves no line: its role ends where the kill began.
      to: Math.max(from, Math.min(next, down?.from ?? endNs)),
      role: roleOf(line),
      term: typeof line.term === "number" ? line.term : null,
    };
    const previous = spans.at(-1);
    const continues =
      previous?.to === from && previous.role === span.role && previous.term === span.term;
    if (continues) spans[spans.length - 1] = { ...previous, to: span.to };
    else spans.push(span);
  }
  return spans;
}

function roleOf(line: TraceLine): string {
  const role = line["role"];
  return typeof role === "string" ? role : "follower";
}
