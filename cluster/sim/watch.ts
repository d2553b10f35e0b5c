import type { Counter } from "../control.ts";
import type { NodeName, TraceRecord } from "../env/env.ts";
import { messageLine, recordMessages } from "../env/message-record.ts";
import type { NodeProgram } from "../env/program.ts";
import { createInvariants, type Invariants } from "../raft/invariants.ts";
import type { World } from "./world.ts";

/** What is seen of the nodes while a run goes on. */
export type Watch = {
  /** Before anything runs. */
  begin(world: World): void;
  readonly onTrace: (node: NodeName, inc: number, record: TraceRecord) => void;
  readonly onLog: (node: NodeName, line: string) => void;
  readonly invariants: Invariants;
  /** How often a node became leader. */
  elections(): number;
  /** JSON lines of each node, as a real one writes them; empty unless kept. */
  readonly traces: ReadonlyMap<NodeName, readonly string[]>;
  readonly logs: ReadonlyMap<NodeName, readonly string[]>;
  /** The program with its messages recorded, where traces are kept. */
  watched(program: NodeProgram<unknown>): NodeProgram<unknown>;
  /** JSON lines of each node; the last hundred thousand at least, as in a real node's ring. */
  readonly messages: ReadonlyMap<NodeName, readonly string[]>;
};

const messagesMax = 100_000;

/** A node whose disk did one of these had promised what it cannot keep: the fault's doing, not its own. */
const harms: readonly Counter[] = ["recordsRotten", "writesMisdirected", "writesLost", "wipes"];

/** Feeds every trace record to the invariants of Raft, in the order in which things happened. */
export function createWatch(nodes: readonly NodeName[], keepsTrace: boolean): Watch {
  const invariants = createInvariants(nodes);
  const traces = new Map<NodeName, string[]>();
  const logs = new Map<NodeName, string[]>();
  const messages = new Map<NodeName, string[]>();
  const starts = new Map<NodeName, number>();
  /** The next line's number, of the incarnation that is up. */
  const nextSeq = new Map<NodeName, number>();
  const harmCounts = new Map<NodeName, number>();
  let world: World | null = null;
  let elections = 0;

  function timeNs(): number {
    return world?.now() ?? 0;
  }

  /** What a disk lost shows when the node starts again, and not before. */
  function forgiveHarmed(node: NodeName): void {
    const counters = world?.counters(node);
    const count = harms.reduce((sum, harm) => sum + (counters?.[harm] ?? 0), 0);
    if (count > (harmCounts.get(node) ?? 0)) invariants.forgive(node);
    harmCounts.set(node, count);
  }

  function keep(node: NodeName, inc: number, record: TraceRecord): void {
    const lines = traces.get(node) ?? [];
    traces.set(node, lines);
    const wall = world?.wallMs(node) ?? 0;
    const seq = record.kind === "start" ? 0 : (nextSeq.get(node) ?? 0);
    nextSeq.set(node, seq + 1);
    const stamp = { mono: timeNs(), wall, node, inc, seq };
    lines.push(JSON.stringify({ ...stamp, ...record }));
  }

  function keepMessage(node: NodeName, line: string): void {
    const lines = messages.get(node) ?? [];
    messages.set(node, lines);
    if (lines.length === 2 * messagesMax) lines.splice(0, messagesMax);
    lines.push(line);
  }

  return {
    begin: (begun) => {
      world = begun;
    },
    onTrace: (node, inc, record) => {
      if (record.kind === "start") forgiveHarmed(node);
      else if (record.kind === "role" && record["role"] === "leader") elections += 1;
      invariants.observe(node, inc, record, timeNs());
      if (keepsTrace) keep(node, inc, record);
    },
    onLog: (node, line) => {
      if (!keepsTrace) return;
      const lines = logs.get(node) ?? [];
      logs.set(node, lines);
      lines.push(`${(timeNs() / 1e9).toFixed(6)} ${line}`);
    },
    invariants,
    elections: () => elections,
    traces,
    logs,
    watched: (program) => {
      if (!keepsTrace) return program;
      return {
        ...program,
        start: (env, config, rules) => {
          const { node } = env;
          const inc = (starts.get(node) ?? 0) + 1;
          starts.set(node, inc);
          const network = recordMessages(env.network, inc, (message) =>
            keepMessage(node, messageLine(timeNs(), message)),
          );
          program.start({ ...env, network }, config, rules);
        },
      };
    },
    messages,
  };
}
