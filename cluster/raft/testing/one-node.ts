import type { NodeName } from "../../env/env.ts";
import { createRng } from "../../env/rng.ts";
import { raftRules } from "../rules.ts";
import { createRaft, deadlineMs, type RaftStart, step } from "../step.ts";
import type { Effect, Entry, Input, Message, Persist, Raft, Send } from "../types.ts";

export const fiveNodes: readonly NodeName[] = ["n1", "n2", "n3", "n4", "n5"];

/** Entries of these terms; each command is its own index. */
export function entriesOf(...terms: readonly number[]): readonly Entry[] {
  return terms.map((term, at) => ({ term, command: `c${at + 1}` }));
}

/** Node n1 of five, in the given state. */
export function createNode(start: Partial<RaftStart> = {}): Raft {
  return createRaft({
    id: "n1",
    nodes: fiveNodes,
    rules: raftRules,
    rng: createRng(1),
    nowMs: 0,
    hardState: { currentTerm: 1, votedFor: null },
    snapshot: null,
    entries: [],
    ...start,
  });
}

/** All that a step leaves to do, in order. */
export type Todo =
  | ({ readonly kind: "persist" } & Persist)
  | Effect
  | ({ readonly kind: "send" } & Send);

function todoAfter(raft: Raft, input: Input): readonly Todo[] {
  const persist = step(raft, input);
  const { effects, outbox } = raft;
  return [
    ...(persist === null ? [] : [{ kind: "persist", ...persist } as const]),
    ...effects.items.slice(0, effects.count),
    ...outbox.items.slice(0, outbox.count).map((send) => ({ kind: "send", ...send }) as const),
  ];
}

type InputNow = Input extends infer One ? (One extends Input ? Omit<One, "nowMs"> : never) : never;

/** Steps without letting time pass. */
export function stepNow(raft: Raft, input: InputNow): readonly Todo[] {
  return todoAfter(raft, { ...input, nowMs: raft.nowMs } as Input);
}

export function receive(raft: Raft, from: NodeName, message: Message): readonly Todo[] {
  return stepNow(raft, { kind: "receive", from, message });
}

export function propose(raft: Raft, ticket: number, command = `p${ticket}`): readonly Todo[] {
  return stepNow(raft, { kind: "propose", ticket, command });
}

export function read(raft: Raft, ticket: number): readonly Todo[] {
  return stepNow(raft, { kind: "read", ticket });
}

/** Lets time pass up to the node's deadline. */
export function expire(raft: Raft): readonly Todo[] {
  return todoAfter(raft, { kind: "time", nowMs: Math.max(raft.nowMs, deadlineMs(raft)) });
}

/** As `expire`; whoever asks for pre-votes then gets those of n2 and n3. */
export function timeOut(raft: Raft): readonly Todo[] {
  const effects = expire(raft);
  if (raft.preVotes.size === 0) return effects;
  const reply = { type: "preVoteReply", term: raft.currentTerm + 1, granted: true } as const;
  return [...receive(raft, "n2", reply), ...receive(raft, "n3", reply)];
}

/** The disk has everything that was asked for. */
export function persistAll(raft: Raft): readonly Todo[] {
  return stepNow(raft, { kind: "persisted", sequence: raft.persistSequence });
}

/** Makes the node leader of the next term, by the votes of n2 and n3. */
export function elect(raft: Raft): readonly Todo[] {
  timeOut(raft);
  persistAll(raft);
  const vote = { type: "requestVoteReply", term: raft.currentTerm, granted: true } as const;
  return [...receive(raft, "n2", vote), ...receive(raft, "n3", vote)];
}

/** A follower agrees up to `matchIndex`, in answer to the given round. */
export function agree(
  raft: Raft,
  from: NodeName,
  matchIndex: number,
  round: number = raft.round,
): readonly Todo[] {
  const { currentTerm: term } = raft;
  return receive(raft, from, {
    type: "appendEntriesReply",
    term,
    requestTerm: term,
    round,
    prevLogIndex: matchIndex,
    result: { success: true, matchIndex },
  });
}

/** The messages among the effects, in order. */
export function messagesIn(effects: readonly Todo[]): readonly Message[] {
  return effects.flatMap((effect) => (effect.kind === "send" ? [effect.message] : []));
}
