import { checkers, type Op } from "porcupine-ts";
import type { ClientEnv, NodeName, Outcome } from "../env/env.ts";
import type { Client, Completion, Invocation, Subject } from "../subject.ts";
import { Lab, type LabOptions } from "./lab.ts";

/** As the lab's clerks wait for ever, these wait longer than any scenario lasts. */
const timeoutMs = 600_000;
/** labrpc tells its caller at once that a message is lost: no bound of a scenario is for waiting. */
const tellMs = 13;

export type KvLabOptions = LabOptions & {
  readonly subject: Subject;
  readonly model?: string;
};

/** One client: a call at a time, each written down. */
export type LabClient = {
  readonly name: string;
  call(operation: Invocation, done: (completion: Completion) => void): void;
};

/** The tester of labs 2 and 4: clients of a key-value store, and what they saw. */
export class KvLab extends Lab {
  readonly ops: Op[] = [];
  readonly #subject: Subject;
  readonly #model: string;
  readonly #isUnreliable: boolean;
  #processes = 0;
  #clients = 0;

  constructor(options: KvLabOptions) {
    super(options);
    this.#subject = options.subject;
    this.#model = options.model ?? "versioned-kv";
    this.#isUnreliable = options.isUnreliable === true;
  }

  /** A client that reaches only what `reachable` says, everyone unless told. */
  openClient(reachable: (node: NodeName) => boolean = () => true): LabClient {
    const thread = this.#clients++;
    let process = -1;
    let client: Client | null = null;
    const { clock, requester } = this.world.clientEnv;
    const lost: Outcome = { kind: "lost", error: "timeout" };
    const env: ClientEnv = {
      clock,
      requester: {
        request: (to, request, withinMs, done) => {
          const fate = this.#drawFate();
          if (!reachable(to)) clock.setTimer(withinMs, () => done(lost));
          else if (fate === "request-lost") clock.setTimer(tellMs, () => done(lost));
          else {
            requester.request(to, request, withinMs, (outcome) =>
              done(fate === "reply-lost" ? lost : outcome),
            );
          }
        },
      },
    };
    const reopen = (): Client => {
      process = this.#processes++;
      return this.#subject.openClient(this.#model, {
        env,
        nodes: this.nodes,
        process,
        thread,
        route: "random",
        seed: `${this.rng.uint32()}`,
        timeoutMs,
      });
    };
    return {
      name: `c${thread}`,
      call: (operation, done) => {
        client ??= reopen();
        const { f } = operation;
        const key = operation.key === undefined ? {} : { key: operation.key };
        const { value } = operation;
        this.#write({ process, type: "invoke", f, ...key, ...(value !== undefined && { value }) });
        client.invoke(operation, (completion) => {
          this.#write({ process, f, ...key, ...completion });
          if (completion.type === "info") client = null;
          done(completion);
        });
      },
    };
  }

  /** Calls and lets time pass until the answer is there; fails after `withinMs`. */
  await(client: LabClient, operation: Invocation, withinMs = 30_000): Completion {
    let completion: Completion | null = null;
    client.call(operation, (result) => {
      completion = result;
    });
    if (!this.until(() => completion !== null, withinMs)) {
      this.fail(`${client.name} got no answer to ${JSON.stringify(operation)} in ${withinMs} ms`);
    }
    return completion as unknown as Completion;
  }

  get(
    client: LabClient,
    key: string,
    withinMs?: number,
  ): { value: string | null; version: number } {
    const { type, value, error } = this.await(client, { f: "get", key }, withinMs);
    if (type !== "ok") this.fail(`get ${key} ended ${type} ${error}, expected ok`);
    return value as { value: string | null; version: number };
  }

  /** `ok`, or the error. */
  put(client: LabClient, key: string, value: string, version: number, withinMs?: number): string {
    const operation = { f: "put", key, value: { value, version } };
    const { type, error } = this.await(client, operation, withinMs);
    return type === "ok" ? "ok" : String(error);
  }

  /** Fails unless the history is linearizable: an answer that is not found in time is a failure too. */
  checkHistory(): void {
    const budget = { stepsMax: 1e8, configurationsMax: 1e6, shouldStop: () => false };
    const result = checkers["linearizable"]?.check(this.ops, { model: this.#model }, budget);
    if (result?.verdict !== "valid") {
      this.fail(`the history is ${result?.verdict}: ${result?.summary}`);
    }
  }

  /** As labrpc: one of ten requests is lost, and of the others' replies one of ten. */
  #drawFate(): "good" | "request-lost" | "reply-lost" {
    if (!this.#isUnreliable) return "good";
    if (this.rng.chance(1, 10)) return "request-lost";
    return this.rng.chance(1, 10) ? "reply-lost" : "good";
  }

  #write(op: Omit<Op, "index" | "time">): void {
    this.ops.push({ ...op, index: this.ops.length, time: this.world.now() });
  }
}
