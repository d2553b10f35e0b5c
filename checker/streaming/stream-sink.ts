import type { OperationSink, SinkEvent } from "../formats/sink.ts";
import { Names } from "../names.ts";
import { forms, never, outcomeNames, outcomes } from "../operations.ts";
import { leftOut } from "../operations-builder.ts";
import { PassingValues } from "./passing-values.ts";
import { ReturnQueue } from "./return-queue.ts";
import type { HistoryStream } from "./stream.ts";
import { nullToken, type Partition, type StreamOperation, type Token } from "./stream-operation.ts";

export type StreamSinkOptions = {
  /** Called once, at the first event: the reader knows by then what its header says. */
  readonly createStream: () => HistoryStream;
  /**
   * True of the generator's format: values are integers that stand for themselves, and an operation comes
   * with its return, ahead of the calls between. Else returns come in the order of positions.
   */
  readonly isWholeRows: boolean;
};

type SinkReturn = Pick<SinkEvent, "outcome" | "error" | "form" | "a" | "b">;

/** Of a row that never returned. */
const unknown: SinkReturn = { outcome: outcomes.open, error: 0, form: forms.none, a: 0, b: 0 };

/** Feeds a stream with what a reader reads; keeps what is under way, and the names of keys. */
export class StreamSink implements OperationSink {
  readonly functions: Names = new Names(255);
  readonly keys: Names = new Names(2 ** 31 - 1);
  readonly errors: Names = new Names(255, [""]);
  readonly nodes: Names = new Names(2 ** 15 - 1);
  readonly values: PassingValues = new PassingValues();
  readonly #options: StreamSinkOptions;
  readonly #isWholeRows: boolean;
  #stream: HistoryStream | null = null;
  /** By slot, as are the returns that lie ahead of whole rows. */
  readonly #operations: StreamOperation[] = [];
  readonly #returns: (SinkEvent | undefined)[] = [];
  readonly #free: number[] = [];
  /** By the number of the key. */
  readonly #partitions: Partition[] = [];
  readonly #ahead = new ReturnQueue();
  /** A whole row whose return has not been told, or -1. */
  #unreturned = -1;

  constructor(options: StreamSinkOptions) {
    this.#options = options;
    this.#isWholeRows = options.isWholeRows;
  }

  /** Null before the first event. */
  get stream(): HistoryStream | null {
    return this.#stream;
  }

  onCall(event: SinkEvent): number {
    this.#stream ??= this.#options.createStream();
    if (this.#isWholeRows) this.#returnUntil(event.position);
    const { position, index, process, form } = event;
    const f = this.functions.list[event.f] as string;
    const version = form === forms.versioned ? event.b : -1;
    const token = this.#tokenOf(event);
    const partition = this.#partitionOf(this.#stream, event.key);
    const key = this.keys.list[event.key];
    const stream = this.#stream;
    const operation = stream.call(partition, position, index, process, f, key, token, version);
    const slot = this.#free.pop() ?? this.#operations.length;
    this.#operations[slot] = operation;
    if (this.#isWholeRows) this.#unreturned = slot;
    return slot;
  }

  onReturn(slot: number, event: SinkEvent): void {
    if (!this.#isWholeRows) {
      this.#return(slot, event.position, event);
      return;
    }
    this.#unreturned = -1;
    const kept = this.#returns[slot];
    if (kept === undefined) this.#returns[slot] = { ...event };
    else {
      kept.outcome = event.outcome;
      kept.error = event.error;
      kept.form = event.form;
      kept.a = event.a;
      kept.b = event.b;
    }
    this.#ahead.push(slot, event.position);
  }

  /** After the reader's end: returns that lie behind the last call. */
  end(): void {
    if (this.#stream !== null && this.#isWholeRows) this.#returnUntil(never);
  }

  #returnUntil(position: number): void {
    if (this.#unreturned >= 0) {
      // Nobody will ever know: it is open, at once.
      this.#return(this.#unreturned, position, unknown);
      this.#unreturned = -1;
    }
    for (;;) {
      const slot = this.#ahead.takeBefore(position);
      if (slot < 0) return;
      this.#return(slot, this.#ahead.position, this.#returns[slot] as SinkReturn);
    }
  }

  #return(slot: number, position: number, event: SinkReturn): void {
    const operation = this.#operations[slot] as StreamOperation;
    this.#free.push(slot);
    const code = event.outcome;
    const outcome = code === leftOut ? "leftOut" : (outcomeNames[code] ?? "open");
    const version = event.form === forms.versioned ? event.b : -1;
    const error = event.error === 0 ? undefined : this.errors.list[event.error];
    this.#stream?.end(position, operation, outcome, this.#tokenOf(event), version, error);
  }

  #partitionOf(stream: HistoryStream, key: number): Partition {
    if (key < 0) return stream.partitionOf(undefined);
    let partition = this.#partitions[key];
    if (partition === undefined) {
      partition = stream.partitionOf(this.keys.list[key]);
      this.#partitions[key] = partition;
    }
    return partition;
  }

  #tokenOf({ form, a, b }: SinkReturn): Token | undefined {
    if (form === forms.none) return undefined;
    if (form === forms.pair) return `[${this.#token(a)},${this.#token(b)}]`;
    return this.#token(a);
  }

  #token(id: number): Token {
    if (!this.#isWholeRows) return this.values.text(id);
    return id === 0 ? nullToken : id;
  }
}
