import type { OperationSink, SinkEvent } from "../formats/sink.ts";
import { Names } from "../names.ts";
import { forms, never, outcomeNames } from "../operations.ts";
import { leftOut } from "../operations-builder.ts";
import { PassingValues } from "./passing-values.ts";
import { ReturnQueue } from "./return-queue.ts";
import type { HistoryStream } from "./stream.ts";
import {
  nullToken,
  type StreamOperation,
  type StreamOutcome,
  type Token,
} from "./stream-operation.ts";

export type StreamSinkOptions = {
  /** Called once, at the first event: the reader knows by then what its header says. */
  readonly createStream: () => HistoryStream;
  /**
   * True of the generator's format: values are integers that stand for themselves, and an operation comes
   * with its return, ahead of the calls between. Else returns come in the order of positions.
   */
  readonly isWholeRows: boolean;
};

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
  readonly #operations: (StreamOperation | null)[] = [];
  readonly #free: number[] = [];
  /** Returns of whole rows that lie ahead. */
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
    const { position, index, process, key, form } = event;
    const f = this.functions.list[event.f] as string;
    const name = key < 0 ? undefined : this.keys.list[key];
    const version = form === forms.versioned ? event.b : -1;
    const token = this.#tokenOf(event);
    const operation = this.#stream.call(position, index, process, f, name, token, version);
    const slot = this.#free.pop() ?? this.#operations.length;
    this.#operations[slot] = operation;
    if (this.#isWholeRows) this.#unreturned = slot;
    return slot;
  }

  onReturn(slot: number, event: SinkEvent): void {
    const { position, form } = event;
    const outcome = event.outcome === leftOut ? "leftOut" : (outcomeNames[event.outcome] ?? "open");
    const token = this.#tokenOf(event);
    const version = form === forms.versioned ? event.b : -1;
    const error = event.error === 0 ? undefined : this.errors.list[event.error];
    if (this.#isWholeRows) {
      this.#unreturned = -1;
      this.#ahead.push({ position, slot, outcome, token, version, error });
    } else this.#return(slot, position, outcome, token, version, error);
  }

  /** After the reader's end: returns that lie behind the last call. */
  end(): void {
    if (this.#stream !== null && this.#isWholeRows) this.#returnUntil(never);
  }

  #returnUntil(position: number): void {
    if (this.#unreturned >= 0) {
      // Nobody will ever know: it is open, at once.
      this.#return(this.#unreturned, position, "open", undefined, -1, undefined);
      this.#unreturned = -1;
    }
    while (this.#ahead.nextPosition < position) {
      const { slot, position: at, outcome, token, version, error } = this.#ahead.pop();
      this.#return(slot, at, outcome, token, version, error);
    }
  }

  #return(
    slot: number,
    position: number,
    outcome: StreamOutcome,
    token: Token | undefined,
    version: number,
    error: string | undefined,
  ): void {
    const operation = this.#operations[slot] as StreamOperation;
    this.#operations[slot] = null;
    this.#free.push(slot);
    this.#stream?.end(position, operation, outcome, token, version, error);
  }

  #tokenOf({ form, a, b }: SinkEvent): Token | undefined {
    if (form === forms.none) return undefined;
    if (form === forms.pair) return `[${this.#token(a)},${this.#token(b)}]`;
    return this.#token(a);
  }

  #token(id: number): Token {
    if (!this.#isWholeRows) return this.values.text(id);
    return id === 0 ? nullToken : id;
  }
}
