import type { NodeOptions } from "../../env/program.ts";
import { raftOptionsDefault } from "../../raft/step.ts";
import type { RaftOptions } from "../../raft/types.ts";
import type { OptionProblem, OptionSchema } from "../../subject.ts";
import { sessionsMaxDefault } from "./state-machine.ts";

/** What `options` of a workload may hold: names and defaults are the core's. */
export const optionSchemas: Readonly<Record<string, OptionSchema>> = {
  electionTimeoutMinMs: milliseconds("electionTimeoutMinMs", "The shortest election timeout."),
  electionTimeoutMaxMs: milliseconds("electionTimeoutMaxMs", "The longest election timeout."),
  heartbeatMs: milliseconds("heartbeatMs", "From one heartbeat of a leader to the next."),
  batchEntriesMax: {
    type: "integer",
    minimum: 1,
    maximum: 100_000,
    default: raftOptionsDefault.batchEntriesMax,
    description: "At most so many entries go to a follower in one message.",
  },
  snapshotEntriesMax: {
    type: "integer",
    minimum: 1,
    maximum: 1_000_000_000,
    default: raftOptionsDefault.snapshotEntriesMax,
    description: "A snapshot takes the place of the log when more entries than this were executed.",
  },
  snapshotChunkChars: {
    type: "integer",
    minimum: 1,
    maximum: 10_000_000,
    default: raftOptionsDefault.snapshotChunkChars,
    description: "How much of a snapshot goes to a follower in one message.",
  },
  initialVoters: {
    type: "integer",
    minimum: 0,
    maximum: 7,
    default: raftOptionsDefault.initialVoters,
    description: "So many nodes, from the first on, are voters at the start; 0: all of them.",
  },
  leaseReads: {
    type: "boolean",
    default: raftOptionsDefault.leaseReads,
    description: "Whether a leader serves reads by its lease, and asks nobody while it holds.",
  },
  clockDriftPermille: {
    type: "integer",
    minimum: 0,
    maximum: 900,
    default: raftOptionsDefault.clockDriftPermille,
    description: "By how much the rates of two monotonic clocks may differ; leases rest on it.",
  },
  sessionsMax: {
    type: "integer",
    minimum: 1,
    maximum: 1_000_000,
    default: sessionsMaxDefault,
    description: "Clients whose latest append is remembered; the longest unused one expires.",
  },
};

function milliseconds(
  name: "electionTimeoutMinMs" | "electionTimeoutMaxMs" | "heartbeatMs",
  description: string,
): OptionSchema {
  return {
    type: "integer",
    minimum: 1,
    maximum: 60_000,
    default: raftOptionsDefault[name],
    description,
  };
}

/** What does not fit together in whole and well-formed options, or null. */
export function findOptionProblem(options: NodeOptions): OptionProblem | null {
  const { electionTimeoutMinMs, electionTimeoutMaxMs, heartbeatMs } = raftOptionsOf(options);
  if (electionTimeoutMaxMs < electionTimeoutMinMs) {
    const expected = `at least electionTimeoutMinMs (${electionTimeoutMinMs})`;
    return { option: "electionTimeoutMaxMs", expected };
  }
  if (heartbeatMs >= electionTimeoutMinMs) {
    const expected = `less than electionTimeoutMinMs (${electionTimeoutMinMs})`;
    return { option: "heartbeatMs", expected };
  }
  return null;
}

/** The core's options: those that are given, and its defaults. */
export function raftOptionsOf(options: NodeOptions): RaftOptions {
  return { ...raftOptionsDefault, ...options };
}

export function sessionsMaxOf({ sessionsMax = sessionsMaxDefault }: NodeOptions): number {
  return Number(sessionsMax);
}
