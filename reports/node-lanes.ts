import type { FaultBand, NodeEffect } from "./fault-bands.ts";
import type { TraceLine } from "./result.ts";

/** What a node was over time, for one row of the timeline. */
export type NodeLane = {
  readonly node: string;
  readonly roles: readonly RoleSpan[];
  readonly states: readonly StateSpan[];
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
  readonly state: NodeEffect["state"];
  readonly fault: string;
};

/** One lane a node: roles from its trace, states from what the faults did to it. */
export function nodeLanes(
  nodes: readonly string[],
  trace: Readonly<Record<string, readonly TraceLine[]>>,
  bands: readonly FaultBand[],
  endNs: number,
): NodeLane[] {
  return nodes.map((node) => {
    const states = statesOf(node, bands, endNs);
    const lines = trace[node] ?? [];
    return { node, roles: rolesOf(lines, states, endNs), states, commits: commitsOf(lines) };
  });
}

function statesOf(node: string, bands: readonly FaultBand[], endNs: number): StateSpan[] {
  return bands.flatMap((band) =>
    band.touched
      .filter((effect) => effect.node === node)
      .map(({ state, isForGood }) => {
        const to = isForGood === true ? Math.max(band.to, endNs) : band.to;
        return { from: band.from, to, state, fault: band.id };
      }),
  );
}

function commitsOf(lines: readonly TraceLine[]): NodeLane["commits"] {
  return lines.flatMap(({ mono, commitIndex }) =>
    typeof commitIndex === "number" ? [{ at: mono, commitIndex }] : [],
  );
}

function rolesOf(
  lines: readonly TraceLine[],
  states: readonly StateSpan[],
  endNs: number,
): RoleSpan[] {
  const spans: RoleSpan[] = [];
  const turns = lines.filter(({ kind }) => kind === "role" || kind === "start");
  for (const [position, line] of turns.entries()) {
    const from = Math.max(0, line.mono);
    const down = states.find(({ state, from: at }) => state === "down" && at >= from);
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
