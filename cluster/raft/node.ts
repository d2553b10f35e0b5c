import type { Json, NodeEnv, NodeName, Timer } from "../env/env.ts";
import { createRng } from "../env/rng.ts";
import type { RaftRules } from "./rules.ts";
import { createRaft, deadlineMs, step } from "./step.ts";
import { createWalWriter, type Recovered, recover, type WalWriter } from "./storage.ts";
import { createTracer, type Tracer } from "./trace.ts";
import type {
  Effect,
  Execution,
  Input,
  MemberChange,
  Message,
  Raft,
  RaftOptions,
  Refusal,
  Send,
  Snapshot,
} from "./types.ts";

const statusEveryMs = 1000;

/** Executes committed commands, on every node in the same order. Must be deterministic. */
export type StateMachine<Reply> = {
  apply(command: Json): Reply;
  /** A 32-bit number that tells replies apart: nodes in the same state give the same. */
  digest(reply: Reply): number;
  /** Everything that later replies depend on, as text: the same on every node at the same place. */
  snapshot(): string;
  /** Becomes what such a text says. */
  restore(snapshot: string): void;
};

export type Outcome<Reply> =
  | { readonly kind: "applied"; readonly reply: Reply }
  | { readonly kind: "refused"; readonly refusal: Refusal };

/** Callbacks (`done`) may come before the call returns, and must not call the node themselves. */
export type RaftNode<Reply> = {
  /** Replicates a command, not null; `done` once it was executed here, or it is refused. */
  propose(command: Json, done: (outcome: Outcome<Reply>) => void): void;
  /** Calls back when the state machine may be read, or with the refusal. */
  read(done: (refusal: Refusal | null) => void): void;
  /** Hands leadership over; calls back when it is gone, or with the refusal. */
  transfer(to: NodeName, done: (refusal: Refusal | null) => void): void;
  /** Adds, promotes or removes a server; calls back once that is committed, or with the refusal. */
  changeMembers(change: MemberChange, done: (refusal: Refusal | null) => void): void;
  /** Its state, to look at; null until the disk has been read. */
  state(): Raft | null;
};

export type RaftNodeSetup<Reply> = {
  /** Every server there may be, this node included. */
  readonly nodes: readonly NodeName[];
  readonly rules: RaftRules;
  readonly options: RaftOptions;
  readonly machine: StateMachine<Reply>;
};

/** Runs one Raft node over the ports of its environment. */
export function startRaftNode<Reply>(env: NodeEnv, setup: RaftNodeSetup<Reply>): RaftNode<Reply> {
  let running: Running<Reply> | null = null;
  const onFrame = (from: NodeName, frame: Json): void => {
    const message = parseMessage(frame);
    if (message !== null && setup.nodes.includes(from)) running?.receive(from, message);
  };
  env.network.onFrame(onFrame);
  recover(env, setup.rules, (recovered) => {
    if (recovered.snapshot !== null) setup.machine.restore(recovered.snapshot.data);
    running = new Running(env, setup.machine, start(env, setup, recovered));
  });
  return {
    propose: (command, done) => {
      if (running === null) done({ kind: "refused", refusal: "not-leader" });
      else running.propose(command, done);
    },
    read: (done) => {
      if (running === null) done("not-leader");
      else running.read(done);
    },
    transfer: (to, done) => {
      if (running === null) done("not-leader");
      else running.transfer(to, done);
    },
    changeMembers: (change, done) => {
      if (running === null) done("not-leader");
      else running.changeMembers(change, done);
    },
    state: () => running?.raft ?? null,
  };
}

function start(
  env: NodeEnv,
  { nodes, rules, options }: Omit<RaftNodeSetup<unknown>, "machine">,
  recovered: Recovered,
): Raft {
  const { hardState, snapshot, entries, tornBytes } = recovered;
  const { currentTerm: term, votedFor } = hardState;
  const { lastIncludedIndex: snapshotIndex = 0, lastIncludedTerm: snapshotTerm = 0 } =
    snapshot ?? {};
  const lastLogIndex = snapshotIndex + entries.length;
  const lastLogTerm = entries.at(-1)?.term ?? snapshotTerm;
  const found = { term, votedFor, snapshotIndex, snapshotTerm, lastLogIndex, lastLogTerm };
  env.trace({ kind: "start", ...found, tornBytes });
  env.log(`starts in term ${term} with ${entries.length} entries after index ${snapshotIndex}`);
  return createRaft({
    id: env.node,
    nodes,
    voters: options.initialVoters === 0 ? nodes : nodes.slice(0, options.initialVoters),
    rules,
    options,
    rng: createRng(env.randomSeed()),
    nowMs: nowMs(env),
    hardState,
    snapshot,
    entries,
  });
}

function nowMs(env: NodeEnv): number {
  return env.clock.now() / 1e6;
}

/** Frames arrive whole or not at all, so a look at the tag is enough. */
function parseMessage(frame: Json): Message | null {
  const isTagged = typeof frame === "object" && frame !== null && "type" in frame;
  return isTagged ? (frame as unknown as Message) : null;
}

/** A node whose disk has been read: feeds the core and does what it says. */
class Running<Reply> {
  readonly raft: Raft;
  readonly #env: NodeEnv;
  readonly #machine: StateMachine<Reply>;
  readonly #tracer: Tracer;
  readonly #wal: WalWriter;
  /** Messages that wait for the disk, in the order of their persists. */
  readonly #waiting: Send[] = [];
  #timer: Timer | null = null;
  #timerMs = 0;
  #ticket = 0;
  /** Taken in this step, and not yet told to the core. */
  #snapshot: Snapshot | null = null;
  readonly #proposals = new Map<number, (outcome: Outcome<Reply>) => void>();
  /** Reads, and orders of an administrator. */
  readonly #calls = new Map<number, (refusal: Refusal | null) => void>();

  constructor(env: NodeEnv, machine: StateMachine<Reply>, raft: Raft) {
    this.#env = env;
    this.#machine = machine;
    this.raft = raft;
    this.#tracer = createTracer(env, raft);
    this.#wal = createWalWriter(env, raft.rules, (sequence) => this.#onDurable(sequence));
    this.#arm();
    this.#traceStatus();
  }

  receive(from: NodeName, message: Message): void {
    this.#step({ kind: "receive", nowMs: nowMs(this.#env), from, message });
  }

  propose(command: Json, done: (outcome: Outcome<Reply>) => void): void {
    const ticket = ++this.#ticket;
    this.#proposals.set(ticket, done);
    this.#step({ kind: "propose", nowMs: nowMs(this.#env), ticket, command });
  }

  read(done: (refusal: Refusal | null) => void): void {
    const ticket = ++this.#ticket;
    this.#calls.set(ticket, done);
    this.#step({ kind: "read", nowMs: nowMs(this.#env), ticket });
  }

  transfer(to: NodeName, done: (refusal: Refusal | null) => void): void {
    const ticket = ++this.#ticket;
    this.#calls.set(ticket, done);
    this.#step({ kind: "transfer", nowMs: nowMs(this.#env), ticket, to });
  }

  changeMembers(change: MemberChange, done: (refusal: Refusal | null) => void): void {
    const ticket = ++this.#ticket;
    this.#calls.set(ticket, done);
    this.#step({ kind: "changeMembers", nowMs: nowMs(this.#env), ticket, change });
  }

  #step(input: Input): void {
    const effects = step(this.raft, input);
    this.#tracer.onStep(effects);
    for (const effect of effects) this.#perform(effect);
    if (this.#snapshot !== null) {
      const snapshot = this.#snapshot;
      this.#snapshot = null;
      this.#step({ kind: "snapshot", nowMs: input.nowMs, snapshot });
    }
    this.#arm();
  }

  #perform(effect: Effect): void {
    switch (effect.kind) {
      case "persist":
        this.#wal.write(effect);
        break;
      case "send":
        if (effect.after > 0) this.#waiting.push(effect);
        else this.#env.network.send(effect.to, effect.message);
        break;
      case "apply":
        this.#apply(effect.executions);
        break;
      case "takeSnapshot": {
        const { lastIncludedIndex, lastIncludedTerm, members } = effect;
        const data = this.#machine.snapshot();
        this.#snapshot = { lastIncludedIndex, lastIncludedTerm, members, data };
        break;
      }
      case "restore":
        this.#machine.restore(effect.snapshot.data);
        break;
      case "serveRead":
      case "transferred":
        this.#answerCall(effect.ticket, null);
        break;
      case "refuse": {
        const { ticket, refusal } = effect;
        this.#answerProposal(ticket, { kind: "refused", refusal });
        this.#answerCall(ticket, refusal);
        break;
      }
    }
  }

  /** All are executed, and traced, before anyone is answered. */
  #apply(executions: readonly Execution[]): void {
    const replies: (Reply | null)[] = [];
    const digests: number[] = [];
    for (const { entry } of executions) {
      const reply = entry.command === null ? null : this.#machine.apply(entry.command);
      replies.push(reply);
      digests.push(reply === null ? 0 : this.#machine.digest(reply));
    }
    this.#tracer.onApplied(executions, digests);
    for (let at = 0; at < executions.length; at++) {
      const { entry, ticket } = executions[at] as Execution;
      if (ticket === null) continue;
      if (entry.command === null) this.#answerCall(ticket, null);
      else this.#answerProposal(ticket, { kind: "applied", reply: replies[at] as Reply });
    }
  }

  #answerProposal(ticket: number, outcome: Outcome<Reply>): void {
    const done = this.#proposals.get(ticket);
    this.#proposals.delete(ticket);
    done?.(outcome);
  }

  #answerCall(ticket: number, refusal: Refusal | null): void {
    const done = this.#calls.get(ticket);
    this.#calls.delete(ticket);
    done?.(refusal);
  }

  #onDurable(sequence: number): void {
    let count = 0;
    while ((this.#waiting[count]?.after ?? Number.POSITIVE_INFINITY) <= sequence) count += 1;
    const ready = this.#waiting.splice(0, count);
    this.#step({ kind: "persisted", nowMs: nowMs(this.#env), sequence });
    for (const { to, message } of ready) this.#env.network.send(to, message);
  }

  /** One timer, for the earliest deadline seen: a later one is found when it fires. */
  #arm(): void {
    const wantedMs = deadlineMs(this.raft);
    if (this.#timer !== null && this.#timerMs <= wantedMs) return;
    this.#timer?.cancel();
    this.#timerMs = wantedMs;
    // Never zero: rounding must not make a timer fire again and again at one moment.
    const delayMs = Math.max(0.01, wantedMs - nowMs(this.#env));
    this.#timer = this.#env.clock.setTimer(delayMs, () => {
      this.#timer = null;
      this.#step({ kind: "time", nowMs: nowMs(this.#env) });
    });
  }

  #traceStatus(): void {
    this.#tracer.status();
    this.#env.clock.setTimer(statusEveryMs, () => this.#traceStatus());
  }
}
