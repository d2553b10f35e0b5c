import type { Op } from "porcupine-ts";
import type {
  ClockSetting,
  DiskShape,
  Done,
  Link,
  LinkShape,
  MessageLoss,
  Unsynced,
} from "../control.ts";
import type { Json, NodeName, TraceRecord } from "../env/env.ts";
import { openObserved } from "../observe-client.ts";
import type { World } from "../sim/world.ts";
import type { Completion, OpenClient } from "../subject.ts";

/** An operation that was begun; `completion` is null until it ends. */
export type Call = {
  readonly f: string;
  readonly node: NodeName;
  readonly value: unknown;
  completion: Completion | null;
};

/** One process: an operation at a time. */
export type StageClient = { begin(f: string, value?: unknown, key?: string): Call };

/** The schedule could not be set up under this seed: it proves nothing. */
export class NotSetUp extends Error {}

export type StageOptions = {
  readonly world: World;
  readonly nodes: readonly NodeName[];
  readonly model: string;
  readonly openClient: OpenClient;
};

const openLink: LinkShape = {
  lossPermille: 0,
  duplicatePermille: 0,
  delayMinMs: 0,
  delayMaxMs: 0,
  isClogged: false,
};

const goodDisk: DiskShape = {
  slowMs: 0,
  isFull: false,
  readErrorPermille: 0,
  writeErrorPermille: 0,
  lostWritePermille: 0,
  misdirectedWritePermille: 0,
  rotPermille: 0,
};

/** What the trace says of a node that is up. */
type Seen = { role: string; term: number; lastApplied: number };

/**
 * A simulated cluster as a witness moves it: time goes on only in `run`, `until`, `leader` and
 * `settle`, everything else is done at once.
 */
export class Stage {
  readonly nodes: readonly NodeName[];
  /** Everything that clients saw, in the order of its times. */
  readonly ops: Op[] = [];
  /** Demands that were not met. */
  readonly missed: string[] = [];
  readonly #world: World;
  readonly #options: StageOptions;
  readonly #seen = new Map<NodeName, Seen>();
  readonly #down = new Set<NodeName>();
  readonly #leftOut = new Set<NodeName>();
  #favoured: readonly NodeName[] = [];
  #calls = 0;

  constructor(options: StageOptions) {
    this.#options = options;
    this.#world = options.world;
    this.nodes = options.nodes;
  }

  /** Lets milliseconds pass. */
  run(ms: number): void {
    this.#world.runUntil(this.#world.now() + ms * 1e6);
  }

  /** Lets time pass until it holds; whether it did in time. */
  until(holds: () => boolean, withinMs: number): boolean {
    this.#world.runUntil(this.#world.now() + withinMs * 1e6, holds);
    return holds();
  }

  /** Gives up under this seed unless it holds within some seconds. */
  must(holds: () => boolean, what: string): void {
    if (!this.until(holds, 8000)) throw new NotSetUp(what);
  }

  /** The node that leads in the highest term, of those that are up; waits for one. */
  leader(): NodeName {
    this.must(() => this.leaderNow() !== null, "a leader");
    return this.leaderNow() ?? "";
  }

  leaderNow(): NodeName | null {
    let found: NodeName | null = null;
    for (const [node, { role, term }] of this.#seen) {
      if (role !== "leader" || this.#down.has(node)) continue;
      if (found === null || term > (this.#seen.get(found)?.term ?? 0)) found = node;
    }
    return found;
  }

  /** Waits until this node leads. */
  leads(node: NodeName): void {
    this.must(() => this.leaderNow() === node, `${node} leads`);
  }

  role(node: NodeName): string {
    return this.#seen.get(node)?.role ?? "follower";
  }

  term(node: NodeName): number {
    return this.#seen.get(node)?.term ?? 0;
  }

  lastApplied(node: NodeName): number {
    return this.#seen.get(node)?.lastApplied ?? 0;
  }

  /** The nodes but these, in order. */
  others(...nodes: readonly NodeName[]): readonly NodeName[] {
    return this.nodes.filter((node) => !nodes.includes(node));
  }

  /**
   * From their next wait on, these nodes draw the shortest election timeout and the others the
   * longest. None: everybody draws again.
   */
  favour(...nodes: readonly NodeName[]): void {
    this.#favoured = nodes;
  }

  /** Null: this node draws as it likes. */
  isFavoured(node: NodeName): boolean | null {
    return this.#favoured.length === 0 ? null : this.#favoured.includes(node);
  }

  kill(...nodes: readonly NodeName[]): void {
    for (const node of nodes) {
      this.#down.add(node);
      this.#world.control.kill(node, check);
    }
  }

  losePower(survives: Unsynced, ...nodes: readonly NodeName[]): void {
    for (const node of nodes) {
      this.#down.add(node);
      this.#world.control.losePower(node, survives, check);
    }
  }

  start(...nodes: readonly NodeName[]): void {
    for (const node of nodes) {
      if (this.#down.delete(node)) this.#seen.delete(node);
      this.#world.control.start(node, check);
    }
  }

  /** Kills nodes for good: `heal` leaves them down, and recovery is demanded of the others. */
  leaveOut(...nodes: readonly NodeName[]): void {
    this.kill(...nodes);
    for (const node of nodes) this.#leftOut.add(node);
  }

  /** Those that take part to the end. */
  remaining(): readonly NodeName[] {
    return this.others(...this.#leftOut);
  }

  wipe(node: NodeName): void {
    this.#world.control.wipe(node, check);
  }

  pause(...nodes: readonly NodeName[]): void {
    for (const node of nodes) this.#world.control.pause(node, check);
  }

  resume(...nodes: readonly NodeName[]): void {
    for (const node of nodes) this.#world.control.resume(node, check);
  }

  /** Nobody hears anybody of another group; whoever is in none is alone. */
  split(...groups: readonly (readonly NodeName[])[]): void {
    this.join();
    const groupOf = (node: NodeName) => groups.find((group) => group.includes(node)) ?? [node];
    const apart = this.#links(this.nodes, this.nodes).filter(
      ({ from, to }) => !groupOf(from).includes(to),
    );
    this.#world.control.cut(apart, check);
  }

  /** One way: what is sent from here to there is dropped from now on. */
  cut(from: readonly NodeName[], to: readonly NodeName[]): void {
    this.#world.control.cut(this.#links(from, to), check);
  }

  /** All links carry again. */
  join(): void {
    this.#world.control.join(this.#links(this.nodes, this.nodes), check);
  }

  /** One way: what is sent waits, and arrives when the clog is gone. */
  clog(from: readonly NodeName[], to: readonly NodeName[]): void {
    this.shape(from, to, { isClogged: true });
  }

  shape(from: readonly NodeName[], to: readonly NodeName[], shape: Partial<LinkShape>): void {
    this.#world.control.shapeLinks(this.#links(from, to), { ...openLink, ...shape }, check);
  }

  unclog(from: readonly NodeName[], to: readonly NodeName[]): void {
    this.#world.control.shapeLinks(this.#links(from, to), null, check);
  }

  disk(node: NodeName, shape: Partial<DiskShape> | null): void {
    this.#world.control.setDisk(node, shape && { ...goodDisk, ...shape }, check);
  }

  /** How the node's wall clock lies from now on. */
  clock(node: NodeName, setting: ClockSetting): void {
    this.#world.control.setClock(node, setting, check);
  }

  loseMessages(node: NodeName, loss: MessageLoss): void {
    this.#world.control.loseMessages(node, loss, check);
  }

  /** Begins to append an element of its own; the client knows only this node. */
  append(node: NodeName, timeoutMs = 1000): Call {
    return this.invoke(node, { f: "append", value: `e${this.#calls + 1}` }, timeoutMs);
  }

  read(node: NodeName, timeoutMs = 1000): Call {
    return this.invoke(node, { f: "read", value: null }, timeoutMs);
  }

  /** Begins an operation of a new client. */
  invoke(
    node: NodeName,
    { f, value, key }: { f: string; value?: unknown; key?: string },
    timeoutMs: number,
  ): Call {
    return this.client([node], timeoutMs).begin(f, value, key);
  }

  /** A client that stays, and begins with the first of the nodes it knows. */
  client(nodes: readonly NodeName[], timeoutMs = 1000): StageClient {
    const process = this.#calls++;
    const client = openObserved(this.#options.openClient, this.#options.model, {
      env: this.#world.clientEnv,
      nodes,
      process,
      thread: 0,
      route: "pinned",
      seed: `witness/${process}`,
      timeoutMs,
    });
    return {
      begin: (f, value, key = "k") => {
        const call: Call = { f, node: nodes[0] ?? "", value, completion: null };
        this.#record({ process, type: "invoke", f, key, value });
        client.invoke({ f, key, value }, (completion) => {
          call.completion = completion;
          this.#record({ process, f, key, value, ...completion });
        });
        return call;
      },
    };
  }

  /** Sends an administrator's order; `status` is null until it is answered, and 0 when it was lost. */
  order(node: NodeName, path: string, body: Json, timeoutMs = 2000): { status: number | null } {
    const answer: { status: number | null } = { status: null };
    const request = { method: "POST", path, body } as const;
    this.#world.clientEnv.requester.request(node, request, timeoutMs, (outcome) => {
      answer.status = outcome.kind === "response" ? outcome.status : 0;
    });
    return answer;
  }

  /** A bound that the script itself knows: missing it is a finding. */
  demand(isMet: boolean, otherwise: string): void {
    if (!isMet) this.missed.push(otherwise);
  }

  /** Waits for the end of calls. */
  settle(...calls: readonly Call[]): void {
    this.must(() => calls.every((call) => call.completion !== null), "calls end");
  }

  /** Waits for the end of calls, each of which must be `ok`. */
  ok(...calls: readonly Call[]): void {
    this.settle(...calls);
    const other = calls.find(({ completion }) => completion?.type !== "ok");
    if (other !== undefined) throw new NotSetUp(`${other.f} at ${other.node} is ok`);
  }

  /** Takes every fault away and starts every node that was not left out. */
  heal(): void {
    this.favour();
    this.join();
    this.unclog(this.nodes, this.nodes);
    for (const node of this.nodes) {
      this.disk(node, null);
      this.clock(node, { offsetMs: 0, rate: 1 });
      this.loseMessages(node, { requestsPermille: 0, repliesPermille: 0 });
    }
    this.resume(...this.nodes);
    this.start(...this.remaining());
  }

  /** What a node's trace says, told by the world. */
  observe(node: NodeName, record: TraceRecord): void {
    const seen = this.#seen.get(node) ?? { role: "follower", term: 0, lastApplied: 0 };
    this.#seen.set(node, seen);
    if (record.kind === "role") seen.role = String(record["role"]);
    if (record.kind === "role" || record.kind === "start") seen.term = Number(record["term"]);
    if (record.kind === "apply") seen.lastApplied = Number(record["index"]);
    if (record.kind === "start") seen.role = "follower";
  }

  #links(from: readonly NodeName[], to: readonly NodeName[]): readonly Link[] {
    return from.flatMap((a) => to.filter((b) => b !== a).map((b) => ({ from: a, to: b })));
  }

  #record(op: Omit<Op, "index" | "time">): void {
    this.ops.push({ index: this.ops.length, time: this.#world.now(), ...op });
  }
}

const check: Done = (error) => {
  if (error !== null) throw error;
};
