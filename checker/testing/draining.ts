import type { Op } from "../history.ts";
import type { Random } from "./random.ts";

type Client = {
  process: number;
  f: "enqueue" | "dequeue" | "drain" | null;
  value: number;
  /** What it took, and whether it is done but for the answer. */
  taken: number[];
  isDone: boolean;
};

const clientsCount = 4;

/**
 * A history of clients of one correct queue, first in first out, `operations` long. A drain takes one element
 * after the other, other clients in between, until it finds the queue empty. Some clients never get their
 * answer, having done all, nothing, or half of it.
 */
export function drainingHistory(operations: number, random: Random): Op[] {
  const ops: Op[] = [];
  const queue: number[] = [];
  let processes = 0;
  const fresh = (): Client => {
    return { process: processes++, f: null, value: 0, taken: [], isDone: false };
  };
  const clients = Array.from({ length: clientsCount }, fresh);
  const write = ({ process, f }: Client, rest: Pick<Op, "type" | "value" | "error">): void => {
    const index = ops.length;
    ops.push({ index, time: index * 1000, process, f: f ?? "", key: "q", ...rest });
  };
  for (let called = 0; called < operations; ) {
    const place = random.below(clientsCount);
    const client = clients[place] ?? fresh();
    if (client.f === null) {
      called++;
      client.f = random.chance(0.5) ? "enqueue" : random.chance(0.9) ? "dequeue" : "drain";
      client.value = called;
      write(client, { type: "invoke", value: client.f === "enqueue" ? called : undefined });
    } else if (random.chance(0.03)) {
      write(client, { type: "info", error: "timeout" });
      clients[place] = fresh();
    } else if (client.isDone) {
      write(client, answer(client));
      clients[place] = { ...fresh(), process: client.process };
    } else work(client, queue);
  }
  return ops;
}

/** One step of what a client asked for. */
function work(client: Client, queue: number[]): void {
  if (client.f === "enqueue") queue.push(client.value);
  else {
    const element = queue.shift();
    if (element !== undefined) client.taken.push(element);
    if (client.f === "drain" && element !== undefined) return;
  }
  client.isDone = true;
}

function answer({ f, taken }: Client): Pick<Op, "type" | "value" | "error"> {
  if (f === "enqueue") return { type: "ok", value: undefined };
  if (f === "drain") return { type: "ok", value: taken };
  return taken.length === 0 ? { type: "fail", error: "empty" } : { type: "ok", value: taken[0] };
}
