import { formatMoment } from "../describe.ts";
import type { TraceLine } from "../result.ts";

/** Trace lines by node, in time order. */
export type Traces = Readonly<Record<string, readonly TraceLine[]>>;

/** What a node was while it served an operation, by its own trace and those of the others. */
export type Serving = {
  readonly node: string;
  /** `leader`, `follower`, `candidate`, `learner`. */
  readonly role: string;
  readonly term: number;
  /** When it came into this role and term, nanoseconds. */
  readonly since: number;
  /** Of a leader: when it had first committed an entry of its own term; null where its trace shows none. */
  readonly committedAt: number | null;
  /** It was started again after the run had begun, at this time. */
  readonly restartedAt: number | null;
  /** Who had begun to lead a later term before it was asked; null where no trace that is there shows one. */
  readonly successor: {
    readonly node: string;
    readonly term: number;
    /** When the first trace shows it: its own, or that of one that followed it. */
    readonly since: number;
  } | null;
};

/**
 * The role in which `node` answered what it was asked at `from` and answered by `until`; null where its trace
 * does not tell, or where the role changed meanwhile, unless it led once: others do not answer. Of
 * roles, role and start lines tell: they are written before any effect is seen.
 */
export function servingOf(
  traces: Traces,
  node: string,
  from: number,
  until: number,
): Serving | null {
  const turns = turnsOf(traces[node] ?? []);
  const asked = turns.findLast(({ at }) => at <= from);
  if (asked === undefined) return null;
  const meanwhile = [asked, ...turns.filter(({ at }) => at > from && at <= until)];
  const last = servedAs(meanwhile);
  if (last === null) return null;
  const before = turns.slice(0, turns.indexOf(last) + 1);
  const same = before.findLastIndex(({ role, term }) => role !== last.role || term !== last.term);
  const since = before[same + 1]?.at ?? last.at;
  const starts = (traces[node] ?? []).filter(({ kind, mono }) => kind === "start" && mono <= from);
  return {
    node,
    role: last.role,
    term: last.term,
    since,
    committedAt: last.role === "leader" ? ownCommit(traces[node] ?? [], last.term, since) : null,
    restartedAt: starts.length > 1 ? (starts.at(-1)?.mono ?? null) : null,
    successor: highestLeader(traces, from, last.term),
  };
}

type Turn = { readonly at: number; readonly role: string; readonly term: number };

/** Of what a node was meanwhile, in order. */
function servedAs(turns: readonly Turn[]): Turn | null {
  const isSame = (one: Turn, other: Turn) => one.role === other.role && one.term === other.term;
  const [first] = turns;
  if (first === undefined) return null;
  if (turns.every((turn) => isSame(turn, first))) return first;
  const led = turns.filter(({ role }) => role === "leader");
  const [leading] = led;
  return leading !== undefined && led.every((turn) => isSame(turn, leading)) ? leading : null;
}

function turnsOf(lines: readonly TraceLine[]): Turn[] {
  return lines.flatMap(({ kind, mono, term, role }) => {
    if (kind !== "role" && kind !== "start") return [];
    if (typeof term !== "number") return [];
    return [{ at: mono, role: typeof role === "string" ? role : "follower", term }];
  });
}

/** The lines hold of each time that a node led only the commit that is asked for. */
function ownCommit(lines: readonly TraceLine[], leads: number, since: number): number | null {
  const found = lines.find(
    ({ kind, mono, term }) => kind === "commit" && term === leads && mono >= since,
  );
  return found?.mono ?? null;
}

/** Of a later term than `above`, among those that led before `at`; the earliest sign of it. */
function highestLeader(traces: Traces, at: number, above: number): Serving["successor"] {
  let highest: Serving["successor"] = null;
  for (const [node, lines] of Object.entries(traces)) {
    for (const led of leadersIn(node, lines)) {
      if (led.since > at || led.term <= above) continue;
      const isEarlier = led.term === highest?.term && led.since < highest.since;
      if (highest === null || led.term > highest.term || isEarlier) highest = led;
    }
  }
  return highest;
}

/** Who led, as a node says of itself, and of those that it followed: their own traces may be missing. */
function leadersIn(
  node: string,
  lines: readonly TraceLine[],
): readonly NonNullable<Serving["successor"]>[] {
  return lines.flatMap(({ kind, mono, term, role, leader }) => {
    if (kind !== "role" && kind !== "status") return [];
    const led = role === "leader" ? node : leader;
    if (typeof led !== "string" || typeof term !== "number") return [];
    return [{ node: led, term, since: mono }];
  });
}

/** `whether n1 led a later term is unknown: the trace of n1 is missing`; empty where nothing is missing. */
export function gapClause(missing: readonly string[], node: string | null): string {
  if (missing.length === 0) return "";
  const names = missing.join(", ");
  const traces = missing.length === 1 ? `the trace of ${names} is` : `the traces of ${names} are`;
  return node !== null && missing.includes(node)
    ? `the role of ${node} is unknown: ${traces} missing`
    : `whether ${missing.join(" or ")} led a later term is unknown: ${traces} missing`;
}

const freshNs = 2e9;

/** `was a deposed leader (term 4, n3 led term 5 since 11.2 s)`: to follow the node's name. */
export function servingClause({ role, term, since, successor }: Serving, at: number): string {
  if (role === "leader" && successor !== null) {
    const { node, term: current } = successor;
    return `was a deposed leader (term ${term}, ${node} led term ${current} since ${formatMoment(successor.since)})`;
  }
  if (role !== "leader") return `was a ${role} (term ${term})`;
  return at - since < freshNs
    ? `had become leader of term ${term} at ${formatMoment(since)}`
    : `was the leader (term ${term})`;
}

/** The same of a leader that nobody had deposed, to stand between commas. */
export function leaderAside({ term, since }: Serving, at: number): string {
  return at - since < freshNs
    ? `leader of term ${term} since ${formatMoment(since)}`
    : `the leader of term ${term}`;
}

/** It believed to lead while another led a later term. */
export function isDeposed({ role, successor }: Serving): boolean {
  return role === "leader" && successor !== null;
}
