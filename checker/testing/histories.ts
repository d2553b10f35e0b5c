import type { Op } from "../history.ts";
import type { Random } from "./random.ts";
import { type Domain, type Store, stores } from "./stores.ts";

export type Shape = {
  readonly model: string;
  readonly operations: number;
  readonly clients: number;
  /** Keys in use at a time; each is replaced by a fresh one after `rotateAfter` operations. */
  readonly keys: number;
  readonly rotateAfter: number;
  /** Share of operations that end `info`: half of them took effect, some of them late. */
  readonly lost: number;
  /** Share of mutations that end with ErrMaybe. */
  readonly maybe: number;
  readonly values: Domain;
};

type Pending = {
  readonly client: number;
  readonly process: number;
  readonly key: string;
  readonly call: Pick<Op, "f" | "value">;
  readonly fate: "answered" | "lost" | "maybe";
  answer: Pick<Op, "type" | "value" | "error">;
};

type Event = { readonly at: number; readonly run: () => void };

/**
 * A history of clients that call a correct store, each operation taking effect at one moment between its
 * call and its return: linearizable by construction.
 */
export function generateHistory(shape: Shape, random: Random): Op[] {
  return new Generator(shape, random).run();
}

class Generator {
  readonly #shape: Shape;
  readonly #random: Random;
  readonly #ops: Op[] = [];
  readonly #queue: Event[] = [];
  readonly #stores = new Map<string, Store>();
  readonly #lastSeen = new Map<string, unknown>();
  readonly #slots: { key: string; used: number }[];
  #keyCount = 0;
  #valueCount = 0;
  #processCount = 0;
  #started = 0;
  #now = 0;

  constructor(shape: Shape, random: Random) {
    this.#shape = shape;
    this.#random = random;
    this.#slots = Array.from({ length: shape.keys }, () => this.#freshSlot());
  }

  run(): Op[] {
    for (let client = 0; client < this.#shape.clients; client++) {
      this.#at(this.#random.next() * 2, () => this.#call(client, this.#processCount++));
    }
    for (let event = this.#queue.shift(); event !== undefined; event = this.#queue.shift()) {
      this.#now = event.at;
      event.run();
    }
    return this.#ops;
  }

  #at(at: number, run: () => void): void {
    let place = this.#queue.length;
    while (place > 0 && (this.#queue[place - 1]?.at ?? 0) > at) place--;
    this.#queue.splice(place, 0, { at, run });
  }

  #freshSlot(): { key: string; used: number } {
    const key = `k${this.#keyCount++}`;
    const store = stores[this.#shape.model]?.(this.#shape.values);
    if (store === undefined) throw new RangeError(`no store for model ${this.#shape.model}`);
    this.#stores.set(key, store);
    return { key, used: 0 };
  }

  #chooseKey(): string {
    const place = this.#random.below(this.#slots.length);
    let slot = this.#slots[place];
    if (slot === undefined || slot.used >= this.#shape.rotateAfter) slot = this.#freshSlot();
    slot.used++;
    this.#slots[place] = slot;
    return slot.key;
  }

  #call(client: number, process: number): void {
    if (this.#started >= this.#shape.operations) return;
    this.#started++;
    const now = this.#now;
    const key = this.#chooseKey();
    const store = this.#stores.get(key) as Store;
    const fresh = (): string => `v${this.#valueCount++}`;
    const call = store.ask(this.#random, this.#lastSeen.get(`${client} ${key}`), fresh);
    const fate = this.#drawFate(call.f);
    const pending: Pending = { client, process, key, call, fate, answer: { type: "info" } };
    this.#write(pending, { type: "invoke", value: call.value });

    const never = fate !== "answered" && this.#random.chance(0.4);
    const isEvaluated = fate === "maybe" && this.#shape.model === "versioned-kv";
    const late = fate === "lost" && this.#random.chance(0.3) ? 10 : 1;
    const effectAt = now + this.#random.next() * late;
    const run = (): void => {
      pending.answer = store.answer(call, process);
    };
    if (!never || isEvaluated) this.#at(effectAt, run);
    const end = fate === "lost" ? now + 1 : effectAt + this.#random.next();
    this.#at(end, () => this.#return(pending));
  }

  #drawFate(f: string): Pending["fate"] {
    const isRead = f === "get" || f === "read";
    const draw = this.#random.next();
    if (draw < this.#shape.lost) return "lost";
    return draw < this.#shape.lost + this.#shape.maybe && !isRead ? "maybe" : "answered";
  }

  #return(pending: Pending): void {
    const { client, process, key, fate, answer } = pending;
    let next = process;
    if (fate === "answered") {
      this.#write(pending, answer);
      if (answer.type === "ok") this.#lastSeen.set(`${client} ${key}`, this.#seen(pending));
    } else {
      this.#write(pending, { type: "info", error: fate === "maybe" ? "ErrMaybe" : "timeout" });
      next = this.#processCount++;
    }
    this.#at(this.#now + this.#random.next() * 0.3, () => this.#call(client, next));
  }

  #seen({ call, answer }: Pending): unknown {
    if (call.f === "get" || call.f === "read") return answer.value;
    if (call.f === "cas") return (call.value as readonly unknown[])[1];
    if (call.f !== "put") return call.value;
    return { version: (call.value as { version: number }).version + 1 };
  }

  #write({ process, key, call }: Pending, rest: Partial<Op>): void {
    const index = this.#ops.length;
    const time = Math.round(this.#now * 1_000_000);
    const op: Op = { index, time, process, type: "info", f: call.f, key, ...rest };
    this.#ops.push(op);
  }
}
