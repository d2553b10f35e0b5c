import type { Operation } from "../model.ts";
import { never } from "../operations.ts";
import type { KeyMachine } from "./key-machine.ts";

/**
 * A value in a stream: canonical JSON, or a number that stands for itself. Equal iff `===`. Nothing is
 * interned: what no operation of the open window refers to any more is garbage.
 */
export type Token = string | number;

export const nullToken = "null";

/** Before every event. Positions are integers below `never`, so that none is boxed. */
export const beforeAll = -1;

/** What became of an operation; `leftOut`: it did nothing and saw nothing. */
export type StreamOutcome = Operation["outcome"] | "leftOut";

/** What the operations of one key have in common; of the whole history where keys are not independent. */
export type Partition = {
  readonly key: string | undefined;
  /** Null once it is refuted or given up. */
  machine: KeyMachine | null;
  /** Operations under way, in the order of calls. */
  first: StreamOperation | null;
  last: StreamOperation | null;
};

/** An operation on its way through a stream. `call` and `return` are positions in the order of all events. */
export class StreamOperation {
  readonly index: number;
  readonly process: number;
  readonly f: string;
  readonly key: string | undefined;
  /** Undefined without an argument; `inputVersion` is -1 unless that has exactly `value` and `version`. */
  readonly input: Token | undefined;
  readonly inputVersion: number;
  readonly call: number;
  /** `never` while it is under way, and for ever when nobody knows how it ended. */
  return: number = never;
  /** `open` while it is under way. */
  outcome: StreamOutcome = "open";
  output: Token | undefined = undefined;
  outputVersion: number = -1;
  error: string | undefined = undefined;
  /** Where it belongs. */
  readonly partition: Partition;
  /** The operations of the same key that are under way, in the order of their calls. */
  previous: StreamOperation | null = null;
  next: StreamOperation | null = null;

  constructor(
    index: number,
    process: number,
    f: string,
    key: string | undefined,
    input: Token | undefined,
    inputVersion: number,
    call: number,
    partition: Partition,
  ) {
    this.index = index;
    this.process = process;
    this.f = f;
    this.key = key;
    this.input = input;
    this.inputVersion = inputVersion;
    this.call = call;
    this.partition = partition;
  }
}

/** The operation as models know it. One that is under way is open. */
export function toOperation(operation: StreamOperation): Operation {
  const { index, process, f, key, input, inputVersion, output, outputVersion } = operation;
  const { call, return: end, error } = operation;
  const outcome = operation.outcome === "leftOut" ? "open" : operation.outcome;
  return {
    index,
    process,
    f,
    ...(key === undefined ? {} : { key }),
    input: valueOfToken(input, inputVersion),
    ...(outcome === "ok" ? { output: valueOfToken(output, outputVersion) } : {}),
    ...(error === undefined ? {} : { error }),
    outcome,
    call,
    return: end === never ? Infinity : end,
  };
}

function valueOfToken(token: Token | undefined, version: number): unknown {
  if (token === undefined) return undefined;
  const value: unknown = typeof token === "number" ? token : JSON.parse(token);
  return version < 0 ? value : { value, version };
}
