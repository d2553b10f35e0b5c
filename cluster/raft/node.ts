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
  Ticket,
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

/** How a command ended: refused, or with the reply of the state machine. */
export type Done<Reply> = (refusal: Refusal | null, reply: Reply | null) => void;

/** Callbacks (`done`) may come before the call returns, and must not call the node themselves. */
export type RaftNode<Reply> = {
  /** Replicates a command, not null; `done` once it was executed here, or it is refused. */
  propose(command: Json, done: Done<Reply>): void;
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
    if (message !== null) running?.receive(from, message);
  };
  env.network.onFrame(onFrame);
  recover(env, setup.rules, (recovered) => {
    if (recovered.snapshot !== null) setup.machine.restore(recovered.snapshot.data);
    running = new Running(env, setup.machine, start(env, setup, recovered));
  });
  return {
    propose: (command, done) => {
      if (running === null) done("not-leader", null);
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
  const message = frame as unknown as Message | null;
  return typeof message?.type === "string" ? message : null;
}

/**
 * Inputs of every kind in one shape, and one object for all steps of a node: they are what a
 * simulation does most, and the core looks at each of them several times.
 */
type MutableInput = {
  kind: Input["kind"];
  nowMs: number;
  from: NodeName;
  message: Message | null;
  ticket: Ticket;
  command: Json;
  to: NodeName;
  change: MemberChange | null;
  sequence: number;
  snapshot: Snapshot | null;
};

/** A node whose disk has been read: feeds the core and does what it says. */
class Running<Reply> {
  readonly raft: Raft;
  readonly #env: NodeEnv;
  readonly #machine: StateMachine<Reply>;
  readonly #tracer: Tracer;
  readonly #wal: WalWriter;
  /** Messages that wait for the disk, in the order of their persists. */
  #waiting: Send[] = [];
  #timer: Timer | null = null;
  #timerMs = 0;
  readonly #onTimer = (): void => {
    this.#timer = null;
    this.#next("time");
    this.#step();
  };
  readonly #onStatusDue = (): void => this.#traceStatus();
  /** Of the entries that are being executed. */
  readonly #replies: (Reply | null)[] = [];
  /** Taken in this step, and not yet told to the core. */
  #snapshot: Snapshot | null = null;
  readonly #input: MutableInput = {
    kind: "time",
    nowMs: 0,
    from: "",
    message: null,
    ticket: null,
    command: null,
    to: "",
    change: null,
    sequence: 0,
    snapshot: null,
  };

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
    const input = this.#next("receive");
    input.from = from;
    input.message = message;
    this.#step();
  }

  propose(command: Json, ticket: Done<Reply>): void {
    const input = this.#next("propose");
    input.command = command;
    input.ticket = ticket;
    this.#step();
  }

  read(ticket: (refusal: Refusal | null) => void): void {
    this.#next("read").ticket = ticket;
    this.#step();
  }

  transfer(to: NodeName, ticket: (refusal: Refusal | null) => void): void {
    const input = this.#next("transfer");
    input.to = to;
    input.ticket = ticket;
    this.#step();
  }

  changeMembers(change: MemberChange, ticket: (refusal: Refusal | null) => void): void {
    const input = this.#next("changeMembers");
    input.change = change;
    input.ticket = ticket;
    this.#step();
  }

  #next(kind: Input["kind"]): MutableInput {
    const input = this.#input;
    input.kind = kind;
    input.nowMs = nowMs(this.#env);
    return input;
  }

  #step(): void {
    const { raft } = this;
    const persist = step(raft, this.#input as Input);
    this.#tracer.onStep(persist);
    if (persist !== null) this.#wal.write(persist);
    const { effects, outbox } = raft;
    for (let at = 0; at < effects.count; at++) this.#perform(effects.items[at] as Effect);
    for (let at = 0; at < outbox.count; at++) this.#send(outbox.items[at] as Send);
    if (this.#snapshot !== null) {
      const snapshot = this.#snapshot;
      this.#snapshot = null;
      this.#next("snapshot").snapshot = snapshot;
      this.#step();
    }
    this.#arm();
  }

  #perform(effect: Effect): void {
    switch (effect.kind) {
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
        answer(effect.ticket, null, null);
        break;
      case "refuse":
        answer(effect.ticket, effect.refusal, null);
        break;
    }
  }

  /** Executes one entry, and returns its reply's digest; the reply is kept at this place. */
  #execute({ entry }: Execution, at: number): number {
    const reply = entry.command === null ? null : this.#machine.apply(entry.command);
    this.#replies[at] = reply;
    return reply === null ? 0 : this.#machine.digest(reply);
  }

  /** All are executed, and traced, before anyone is answered. */
  #apply(executions: readonly Execution[]): void {
    const replies = this.#replies;
    // Most often there is one: a list that begins empty makes room for many.
    const digests = [this.#execute(executions[0] as Execution, 0)];
    for (let at = 1; at < executions.length; at++) {
      digests.push(this.#execute(executions[at] as Execution, at));
    }
    this.#tracer.onApplied(executions, digests);
    for (let at = 0; at < executions.length; at++) {
      const { ticket } = executions[at] as Execution;
      if (ticket !== null) answer(ticket, null, replies[at] as Reply | null);
    }
  }

  #send(send: Send): void {
    if (send.after === 0) this.#env.network.send(send.to, send.message);
    else {
      const { to, message, after } = send;
      if (this.#waiting.length > 0) this.#waiting.push({ to, message, after });
      else this.#waiting = [{ to, message, after }];
    }
  }

  #onDurable(sequence: number): void {
    const waiting = this.#waiting;
    let count = 0;
    while (count < waiting.length && (waiting[count] as Send).after <= sequence) count += 1;
    this.#waiting = count === waiting.length ? [] : waiting.slice(count);
    this.#next("persisted").sequence = sequence;
    this.#step();
    for (let at = 0; at < count; at++) {
      const { to, message } = waiting[at] as Send;
      this.#env.network.send(to, message);
    }
  }

  /** One timer, for the earliest deadline seen: a later one is found when it fires. */
  #arm(): void {
    const wantedMs = deadlineMs(this.raft);
    if (this.#timer !== null && this.#timerMs <= wantedMs) return;
    this.#timer?.cancel();
    this.#timerMs = wantedMs;
    // Never zero: rounding must not make a timer fire again and again at one moment.
    const delayMs = Math.max(0.01, wantedMs - nowMs(this.#env));
    this.#timer = this.#env.clock.setTimer(delayMs, this.#onTimer);
  }

  #traceStatus(): void {
    this.#tracer.status();
    this.#env.clock.setTimer(statusEveryMs, this.#onStatusDue);
  }
}

/** Tickets are the callbacks of those who wait. */
function answer<Reply>(ticket: Ticket, refusal: Refusal | null, reply: Reply | null): void {
  (ticket as Done<Reply>)(refusal, reply);
}
