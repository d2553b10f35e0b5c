import type { NodeName } from "../env/env.ts";
import type { Message, Send } from "./types.ts";

/** The messages of one step, in a list that the next step uses again. */
export class Outbox {
  /** Only the first `count` are of this step. */
  readonly sends: Send[] = [];
  count = 0;

  clear(): void {
    this.count = 0;
  }

  add(to: NodeName, message: Message): void {
    this.sends[this.count++] = { to, message, after: 0 };
  }
}
