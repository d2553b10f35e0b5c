import { forms, never, type Operations, outcomes } from "../operations.ts";
import { IntegerValues } from "../values.ts";

/** What a large history looks like. */
export type LargeShape = {
  readonly model: "versioned-kv" | "register" | "cas-register";
  readonly operations: number;
  readonly clients: number;
  readonly keys: number;
  /** Share of operations without an answer; half of them take effect soon, a quarter late, a quarter never. */
  readonly unknown?: number;
  /**
   * Reads that answer an acknowledged write although another one was called after it and acknowledged
   * before the read: wrong where values are unique. Spread over the second half.
   */
  readonly corrupt?: number;
  /** Values are drawn from 1 to this; absent: each is written once. */
  readonly domain?: number;
  readonly seed?: number;
};

const idle = 0;
const called = 1;
const effected = 2;
const lateFactor = 25;

/**
 * The history of clients that call correct stores, as columns: a million operations in about a second.
 *
 * There is no clock: at each tick one client, drawn at random, goes one step on (calls, takes effect,
 * returns), so latencies are geometric and some four fifths of the clients are under way at any time.
 */
export function generateLarge(shape: LargeShape): Operations {
  return new Generator(shape).run();
}

/** Codes of the column `f`. */
const read = 0;
const write = 1;
const cas = 2;
const namesOf = {
  "versioned-kv": ["get", "put"],
  register: ["read", "write"],
  "cas-register": ["read", "write", "cas"],
};

class Generator {
  readonly #shape: LargeShape;
  readonly #isVersioned: boolean;
  readonly #columns: ReturnType<typeof allocate>;
  readonly #phase: Uint8Array;
  readonly #row: Int32Array;
  readonly #process: Int32Array;
  /** By client and key: what it saw last, -1 for nothing. */
  readonly #seen: Int32Array;
  readonly #value: Int32Array;
  readonly #version: Int32Array;
  /** By key, the row of an acknowledged write, and one before it that it surely replaced; or -1. */
  readonly #settled: Int32Array;
  readonly #replaced: Int32Array;
  /** By client, what was replaced on its key when it called. */
  readonly #stale: Int32Array;
  readonly #ghosts: { at: number; row: number }[] = [];
  #ghostNext = Infinity;
  #rows = 0;
  #events = 0;
  #values = 0;
  #processes: number;
  #corruptLeft: number;
  #corruptFrom: number;
  #state: number;

  constructor(shape: LargeShape) {
    const { operations, clients, keys, seed = 1, corrupt = 0 } = shape;
    this.#shape = shape;
    this.#isVersioned = shape.model === "versioned-kv";
    this.#columns = allocate(operations);
    this.#phase = new Uint8Array(clients);
    this.#row = new Int32Array(clients);
    this.#process = Int32Array.from({ length: clients }, (_, client) => client);
    this.#seen = new Int32Array(clients * keys).fill(-1);
    this.#value = new Int32Array(keys);
    this.#version = new Int32Array(keys);
    this.#settled = new Int32Array(keys).fill(-1);
    this.#replaced = new Int32Array(keys).fill(-1);
    this.#stale = new Int32Array(clients);
    this.#processes = clients;
    this.#corruptLeft = corrupt;
    this.#corruptFrom = operations >> 1;
    this.#state = Math.imul(seed, 0x9e3779b1) | 1;
  }

  run(): Operations {
    const { operations, clients } = this.#shape;
    let busy = 0;
    for (let tick = 0; this.#rows < operations || busy > 0; tick++) {
      if (tick >= this.#ghostNext) this.#haunt(tick);
      const client = this.#below(clients);
      switch (this.#phase[client]) {
        case called:
          this.#takeEffect(this.#row[client] ?? 0);
          this.#phase[client] = effected;
          break;
        case effected:
          this.#return(client);
          busy--;
          // Every other one goes on at once, the rest pause.
          if (this.#chance(0.5) && this.#call(client, tick)) busy++;
          break;
        default:
          if (this.#call(client, tick)) busy++;
      }
    }
    return this.#finish();
  }

  /** Whether the client waits for an answer now. */
  #call(client: number, tick: number): boolean {
    const { operations, keys, clients, unknown = 0 } = this.#shape;
    if (this.#rows === operations) return false;
    const key = this.#below(keys);
    const f = this.#chooseFunction(this.#seen[client * keys + key] ?? -1);
    const isLost = unknown > 0 && this.#chance(unknown);
    // A read without an answer tells nothing and is left out of histories.
    if (isLost && f === read) return false;
    const row = this.#rows++;
    const columns = this.#columns;
    columns.process[row] = this.#process[client] ?? 0;
    columns.f[row] = f;
    columns.key[row] = key;
    columns.outcome[row] = outcomes.open;
    columns.return[row] = never;
    columns.call[row] = this.#events++;
    if (f !== read) this.#setInput(row, f, this.#seen[client * keys + key] ?? -1);
    this.#row[client] = row;
    this.#stale[client] = this.#replaced[key] ?? -1;
    if (!isLost) {
      this.#phase[client] = called;
      return true;
    }
    this.#process[client] = this.#processes++;
    const fate = this.#below(4);
    const wait = this.#below(2 * clients) * (fate === 2 ? lateFactor : 1);
    if (fate < 3) this.#ghosts.push({ at: tick + wait, row });
    this.#ghostNext = Math.min(this.#ghostNext, tick + wait);
    return false;
  }

  #chooseFunction(seen: number): number {
    const draw = this.#below(20);
    if (this.#isVersioned) return seen >= 0 && draw < 12 ? write : read;
    if (this.#shape.model === "register") return draw < 10 ? write : read;
    return draw < 5 ? write : draw < 12 ? cas : read;
  }

  #setInput(row: number, f: number, seen: number): void {
    const { form, a, b } = this.#columns.input;
    if (f === cas) {
      form[row] = forms.pair;
      a[row] = seen >= 0 && this.#chance(0.8) ? seen : this.#someValue();
      b[row] = this.#newValue();
      return;
    }
    form[row] = this.#isVersioned ? forms.versioned : forms.plain;
    a[row] = this.#newValue();
    if (this.#isVersioned) b[row] = seen;
  }

  #newValue(): number {
    const { domain } = this.#shape;
    return domain === undefined ? ++this.#values : 1 + this.#below(domain);
  }

  /** One that a cas may expect: the first value where values are unique. */
  #someValue(): number {
    return this.#shape.domain === undefined ? 0 : this.#newValue();
  }

  #takeEffect(row: number): void {
    const columns = this.#columns;
    const { input, output } = columns;
    const key = columns.key[row] ?? 0;
    const f = columns.f[row];
    const value = this.#value[key] ?? 0;
    const version = this.#version[key] ?? 0;
    columns.outcome[row] = outcomes.ok;
    if (f === read) {
      output.form[row] = this.#isVersioned ? forms.versioned : forms.plain;
      output.a[row] = value;
      if (this.#isVersioned) output.b[row] = version;
      return;
    }
    const isConditional = f === cas || this.#isVersioned;
    const expected = f === cas ? input.a[row] : input.b[row];
    if (isConditional && expected !== (f === cas ? value : version)) {
      columns.outcome[row] = outcomes.refused;
      columns.error[row] = 1;
      return;
    }
    const next = (f === cas ? input.b[row] : input.a[row]) ?? 0;
    this.#value[key] = next;
    this.#version[key] = version + 1;
  }

  /** Makes the answer of a read a stale one, when it is time for that and one is known. */
  #corrupt(row: number, stale: number): void {
    if (this.#corruptLeft === 0 || row < this.#corruptFrom || stale < 0) return;
    const { operations, corrupt = 0 } = this.#shape;
    const { f, input, output } = this.#columns;
    this.#corruptLeft--;
    this.#corruptFrom += Math.floor(operations / 2 / corrupt);
    output.a[row] = (f[stale] === cas ? input.b[stale] : input.a[stale]) ?? 0;
    if (this.#isVersioned) output.b[row] = (input.b[stale] ?? 0) + 1;
  }

  /** Notes an acknowledged write, and what it replaced: one acknowledged before it was called. */
  #settle(row: number): void {
    const { key, call, return: end } = this.#columns;
    const at = key[row] ?? 0;
    const settled = this.#settled[at] ?? -1;
    if (settled >= 0 && (end[settled] ?? never) > (call[row] ?? 0)) return;
    this.#replaced[at] = settled;
    this.#settled[at] = row;
  }

  #return(client: number): void {
    const columns = this.#columns;
    const row = this.#row[client] ?? 0;
    columns.return[row] = this.#events++;
    this.#phase[client] = idle;
    const place = client * this.#shape.keys + (columns.key[row] ?? 0);
    const { input, output } = columns;
    const isRead = columns.f[row] === read;
    if (isRead) this.#corrupt(row, this.#stale[client] ?? -1);
    if (columns.outcome[row] === outcomes.refused) {
      this.#seen[place] = -1;
      return;
    }
    if (!isRead) this.#settle(row);
    if (this.#isVersioned) {
      this.#seen[place] = isRead ? (output.b[row] ?? 0) : (input.b[row] ?? 0) + 1;
    } else if (isRead) this.#seen[place] = output.a[row] ?? 0;
    else this.#seen[place] = (columns.f[row] === cas ? input.b : input.a)[row] ?? 0;
  }

  /** Lets lost operations take effect whose time has come; nobody learns their outcome. */
  #haunt(tick: number): void {
    const columns = this.#columns;
    this.#ghostNext = Infinity;
    let kept = 0;
    for (const ghost of this.#ghosts) {
      if (ghost.at > tick) {
        this.#ghosts[kept++] = ghost;
        this.#ghostNext = Math.min(this.#ghostNext, ghost.at);
        continue;
      }
      this.#takeEffect(ghost.row);
      columns.outcome[ghost.row] = outcomes.open;
      columns.error[ghost.row] = 0;
    }
    this.#ghosts.length = kept;
  }

  #finish(): Operations {
    const columns = this.#columns;
    const { keys, domain = 0, model } = this.#shape;
    const count = this.#rows;
    for (let row = 0; row < count; row++) {
      columns.index[row] = columns.call[row] ?? 0;
      columns.callTime[row] = (columns.call[row] ?? 0) * 1000;
      const end = columns.return[row] ?? never;
      columns.returnTime[row] = end === never ? NaN : end * 1000;
    }
    return {
      ...columns,
      count,
      functions: namesOf[model],
      keys: Array.from({ length: keys }, (_, key) => `k${key}`),
      errors: ["", "ErrVersion"],
      nodes: [],
      values: new IntegerValues(Math.max(this.#values, domain)),
    };
  }

  #below(bound: number): number {
    // Xorshift: three shifts a draw, good enough to choose among clients.
    let state = this.#state;
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    this.#state = state;
    return (((state >>> 0) * bound) / 0x1_0000_0000) | 0;
  }

  #chance(probability: number): boolean {
    return this.#below(1_000_000) < probability * 1_000_000;
  }
}

function allocate(length: number) {
  const valueColumn = () => ({
    form: new Uint8Array(length),
    a: new Int32Array(length),
    b: new Int32Array(length),
  });
  return {
    index: new Int32Array(length),
    process: new Int32Array(length),
    f: new Uint8Array(length),
    key: new Int32Array(length),
    input: valueColumn(),
    output: valueColumn(),
    error: new Uint8Array(length),
    outcome: new Uint8Array(length),
    call: new Int32Array(length),
    return: new Int32Array(length),
    callTime: new Float64Array(length),
    returnTime: new Float64Array(length),
    node: new Int16Array(length).fill(-1),
  };
}
