import { createInterface } from "node:readline";
import { PassThrough } from "node:stream";
import { ClusterError } from "../errors.ts";
import type { AgentCalls, AgentKind, AgentReply } from "./agent-protocol.ts";
import type { Engine } from "./engine.ts";

/** One pod's agent, spoken to over the attach stream: no network fault can cut it. */
export type Agent = {
  /** Rejects with E_AGENT when the agent fails, is gone, or does not answer in time. */
  ask<Kind extends AgentKind>(
    kind: Kind,
    args: AgentCalls[Kind]["args"],
  ): Promise<AgentCalls[Kind]["answer"]>;
  close(): void;
};

type Pending = {
  readonly resolve: (answer: never) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
};

const answerWithinMs = 20_000;

/** `stream` is that of a container without a terminal, attached with input and output. */
export function openAgent(
  engine: Engine,
  { node, stream }: { readonly node: string; readonly stream: NodeJS.ReadWriteStream },
): Agent {
  const pending = new Map<number, Pending>();
  const complaints: string[] = [];
  let lastId = 0;
  let failure: ClusterError | null = null;

  const output = new PassThrough();
  const errors = new PassThrough();
  engine.modem.demuxStream(stream, output, errors);
  createInterface({ input: output }).on("line", onReply);
  createInterface({ input: errors }).on("line", (line) => {
    complaints.push(line);
    if (complaints.length > 20) complaints.shift();
  });
  for (const event of ["end", "close", "error"]) stream.on(event, () => fail("is gone"));

  function agentError(what: string): ClusterError {
    const words = complaints.length === 0 ? "" : `: ${complaints.join(" | ")}`;
    return new ClusterError("E_AGENT", `the agent of ${node}'s pod ${what}${words}`, { node });
  }

  function fail(what: string): void {
    failure ??= agentError(what);
    for (const id of [...pending.keys()]) take(id)?.reject(failure);
  }

  function take(id: number): Pending | undefined {
    const call = pending.get(id);
    clearTimeout(call?.timer);
    pending.delete(id);
    return call;
  }

  function onReply(line: string): void {
    const reply = JSON.parse(line) as AgentReply;
    const call = take(reply.id);
    if (reply.error === undefined) call?.resolve(reply.answer as never);
    else call?.reject(agentError(`failed: ${reply.error}`));
  }

  return {
    ask: (kind, args) =>
      new Promise((resolve, reject) => {
        if (failure !== null) {
          reject(failure);
          return;
        }
        const id = ++lastId;
        const timer = setTimeout(() => {
          take(id)?.reject(agentError(`did not answer "${kind}" within ${answerWithinMs} ms`));
        }, answerWithinMs);
        pending.set(id, { resolve, reject, timer });
        stream.write(`${JSON.stringify({ id, kind, args })}\n`);
      }),
    close() {
      fail("was closed");
      stream.end();
    },
  };
}
