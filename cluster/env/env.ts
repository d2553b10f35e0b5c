/**
 * The ports through which everything that lives inside a run touches the world: nodes, clerks, the
 * interpreter, the nemesis and the recorder. Callbacks, never promises: a simulator must own the
 * order of events. A port belongs to one incarnation of a node: after a kill, callbacks of the old
 * one never fire.
 */

/** Name of a member of the cluster: `n1`, `n2`, ... */
export type NodeName = string;

/** A value that JSON can carry. Frames and bodies are never changed after they are handed over. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json | undefined };

export type Timer = { cancel(): void };

export type Clock = {
  /** Monotonic nanoseconds; never faked. Its origin is the driver's affair. */
  now(): number;
  /** Wall-clock milliseconds since 1970 as this node believes them: clock faults show here only. */
  wallMs(): number;
  /** Calls back once, not before `delayMs` milliseconds (>= 0, fractions allowed) have passed. */
  setTimer(delayMs: number, onTimer: () => void): Timer;
};

/** Frames between nodes: unordered, lossy, at most once each. */
export type Network = {
  /** Fire and forget. Never calls back, never throws for an unreachable peer. */
  send(to: NodeName, frame: Json): void;
  /** Called once, at start. */
  onFrame(handler: (from: NodeName, frame: Json) => void): void;
};

export type Method = "GET" | "PUT" | "POST";

export type Request = {
  readonly method: Method;
  /** Path with percent-encoded parts, e.g. `/kv/k1`. No query. */
  readonly path: string;
  readonly body?: Json;
};

export type Response = { readonly status: number; readonly body: Json };

/** Requests of clients, HTTP and JSON in the real environments. */
export type Server = {
  /** Called once, at start. `respond` may be called later, at most once, or never. */
  serve(handler: (request: Request, respond: (response: Response) => void) => void): void;
};

/** What a file holds when it is read. */
export type FileContent =
  | {
      readonly kind: "records";
      readonly records: readonly Json[];
      /** How much of a torn last write follows them, in bytes; 0 when the file is whole. */
      readonly tornBytes: number;
    }
  | { readonly kind: "absent" }
  /** Damaged before its end: what was told to be durable is gone, so nothing of it can be trusted. */
  | { readonly kind: "corrupt"; readonly reason: string }
  | { readonly kind: "error"; readonly error: Error };

/**
 * A node's files, each a sequence of records. Each operation is done in the order it was asked for,
 * per disk. A record is never changed after it is handed over.
 *
 * After a torn write the file must be replaced before anything is appended to it.
 */
export type Disk = {
  /** What it returns is durable, also what a killed incarnation wrote and did not live to see synced. */
  read(file: string, done: (content: FileContent) => void): void;
  /**
   * Adds a record at the end (creating the file); `onDurable` after fdatasync. A crash before that
   * leaves all of it, or none, or a torn write.
   */
  append(file: string, record: Json, onDurable: (error: Error | null) => void): void;
  /** Replaces the file atomically: a crash leaves the old or the new one, whole and durable. */
  replace(file: string, records: readonly Json[], onDurable: (error: Error | null) => void): void;
};

/** One line of a node's trace, without the fields that the environment adds (`mono wall node inc seq`). */
export type TraceRecord = { readonly kind: string; readonly [field: string]: Json | undefined };

/** A trace record as it is kept: nanoseconds of the run, the node, its start (from 1), a number. */
export type TraceLine = TraceRecord & {
  readonly mono: number;
  readonly wall: number;
  readonly node: NodeName;
  readonly inc: number;
  readonly seq: number;
};

/** Everything a node may use. */
export type NodeEnv = {
  readonly node: NodeName;
  readonly clock: Clock;
  readonly network: Network;
  readonly server: Server;
  readonly disk: Disk;
  /** A fresh 32-bit unsigned number: seeds the node's own generator. */
  randomSeed(): number;
  /** Recorded before any effect that follows it is visible outside the node. */
  trace(record: TraceRecord): void;
  /** A line of text for people: the node's log. */
  log(line: string): void;
  /** Ends this incarnation for a reason that an operator must see; never returns to the caller. */
  fatal(message: string): never;
};

/**
 * How one copy of a request ended, seen from the client. `not-sent`: certainly no byte of it left
 * (refused connection); `lost`: it may have arrived and may still be executed.
 */
export type Outcome =
  | { readonly kind: "response"; readonly status: number; readonly body: Json }
  | { readonly kind: "not-sent"; readonly error: string }
  | { readonly kind: "lost"; readonly error: string };

/** A client's side of `Server`. Sends each request exactly once: only a clerk resends. */
export type Requester = {
  /** `done` is called exactly once, at the latest `timeoutMs` after the call (then `lost`, `timeout`). */
  request(
    to: NodeName,
    request: Request,
    timeoutMs: number,
    done: (outcome: Outcome) => void,
  ): void;
};

/** Everything a clerk may use. */
export type ClientEnv = {
  readonly clock: Clock;
  readonly requester: Requester;
};
