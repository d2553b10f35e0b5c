import type { Json, NodeName, Request, Response } from "../env/env.ts";
import type { Schedule, SimEvent } from "./schedule.ts";
import { Serving } from "./serving.ts";
import type { SimNode } from "./sim-node.ts";

/** Thrown where a node's code must not go on: it was killed in the middle of a call. */
export const ended: unique symbol = Symbol("the incarnation has ended");

/** What everything in a world shares. */
export type Core = {
  readonly schedule: Schedule;
  /** The incarnation whose code is running; null while the world's or a client's is. */
  running: Life | null;
};

/** One incarnation of a node: from a start to the kill that ends it. */
export class Life {
  readonly node: SimNode;
  /** Counts from 1. */
  readonly inc: number;
  isAlive = true;
  isPaused = false;
  onFrame: ((from: NodeName, frame: Json) => void) | null = null;
  onRequest: ((request: Request, respond: (response: Response) => void) => void) | null = null;
  /** What came due while it was paused, in order. */
  readonly deferred: SimEvent[] = [];
  /** Requests that arrived and are not answered. */
  readonly serving: Serving = new Serving();

  constructor(node: SimNode, inc: number) {
    this.node = node;
    this.inc = inc;
  }
}

/** Everything that came due meanwhile happens now, in its order. */
export function resume(core: Core, life: Life): void {
  life.isPaused = false;
  for (const event of life.deferred) core.schedule.add(0, event);
  life.deferred.length = 0;
}
