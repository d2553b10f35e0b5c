import type { NodeName } from "../env/env.ts";
import type { Message, Send } from "./types.ts";

/** The messages of one step, in a list that the next step uses again, and so what is in it. */
export class Outbox {
  /** Only the first `count` are of this step. */
  readonly items: Send[] = [];
  count = 0;

  clear(): void {
    this.count = 0;
  }

  add(to: NodeName, message: Message): void {
    const send = this.items[this.count];
    if (send === undefined) {
      this.items.push({ to, message, after: 0 });
    } else {
      send.to = to;
      send.message = message;
      send.after = 0;
    }
    this.count += 1;
  }
}
