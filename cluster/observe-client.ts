import type { Clock, Json, NodeName, Outcome, Request, Requester } from "./env/env.ts";
import type { Client, ClientContext, Completion, OpenClient, WireCopy } from "./subject.ts";

/**
 * A client with somebody who watches its wire: a completion says what became of every copy of its
 * request (`wire`), where it had one, and sent it more than once.
 *
 * Independent of the client, which may be wrong about it: the checker `answers` compares.
 */
export function openObserved(open: OpenClient, model: string, context: ClientContext): Client {
  const wire = new Wire(context.env);
  const client = open(model, { ...context, env: { ...context.env, requester: wire } });
  let done: (completion: Completion) => void = () => undefined;

  function onCompletion(completion: Completion): void {
    const copies = wire.resent();
    done(copies === null ? completion : withWire(completion, copies));
  }

  return {
    invoke: (operation, onDone) => {
      done = onDone;
      wire.begin();
      client.invoke(operation, onCompletion);
    },
    close: client.close,
  };
}

/** Notes the copies of one operation after the other. Looks (GET) are not noted. */
class Wire implements Requester {
  readonly #inner: Requester;
  readonly #clock: Clock;
  #begunNs = 0;
  #first: Request | null = null;
  #isOne = true;
  /** How many operations have begun: what is heard of an earlier one is nobody's concern. */
  #operation = 0;
  /** What became of the copies of this one: so many of the list, which all operations share. */
  readonly #outcomes: Outcome[] = [];
  readonly #receivers: NodeName[] = [];
  readonly #sentNs: number[] = [];
  readonly #backNs: number[] = [];
  #outcomeCount = 0;

  constructor({ requester, clock }: ClientContext["env"]) {
    this.#inner = requester;
    this.#clock = clock;
  }

  begin(): void {
    this.#begunNs = this.#clock.now();
    this.#first = null;
    this.#isOne = true;
    this.#operation += 1;
    this.#outcomeCount = 0;
  }

  request(
    to: NodeName,
    request: Request,
    timeoutMs: number,
    done: (outcome: Outcome) => void,
  ): void {
    if (request.method === "GET") {
      this.#inner.request(to, request, timeoutMs, done);
      return;
    }
    this.#first ??= request;
    this.#isOne &&= isCopy(this.#first, request);
    const operation = this.#operation;
    const sent = this.#clock.now() - this.#begunNs;
    this.#inner.request(to, request, timeoutMs, (outcome) => {
      if (operation === this.#operation) this.#note(to, sent, outcome);
      done(outcome);
    });
  }

  #note(to: NodeName, sent: number, outcome: Outcome): void {
    const place = this.#outcomeCount++;
    this.#outcomes[place] = outcome;
    this.#receivers[place] = to;
    this.#sentNs[place] = sent;
    this.#backNs[place] = this.#clock.now() - this.#begunNs;
  }

  /** Null when there was no second copy, or more than one request. */
  resent(): readonly WireCopy[] | null {
    if (!this.#isOne || this.#outcomeCount < 2) return null;
    return this.#outcomes.slice(0, this.#outcomeCount).map((outcome, place) => {
      const to = this.#receivers[place] ?? "";
      const sent = this.#sentNs[place] ?? 0;
      return copyOf({ to, sent, back: this.#backNs[place] ?? 0, outcome });
    });
  }
}

function isCopy(of: Request, request: Request): boolean {
  return request === of || (request.method === of.method && request.path === of.path);
}

function withWire({ type, value, error, node }: Completion, wire: readonly WireCopy[]): Completion {
  const seen: Mutable<Completion> = { type };
  if (value !== undefined) seen.value = value;
  if (error !== undefined) seen.error = error;
  if (node !== undefined) seen.node = node;
  seen.wire = wire;
  return seen;
}

/** Built field by field, like completions: a spread is slow, and there are many. */
type Mutable<T> = { -readonly [field in keyof T]: T[field] };

type Returned = Pick<WireCopy, "to" | "sent" | "back"> & { readonly outcome: Outcome };

function copyOf({ to, sent, back, outcome }: Returned): WireCopy {
  if (outcome.kind === "lost") return { to, sent, back, lost: outcome.error };
  if (outcome.kind === "not-sent") return { to, sent, back, notSent: outcome.error };
  const { error, version } = fieldsOf(outcome.body);
  const { status } = outcome;
  const copy: Mutable<Extract<WireCopy, { status: number }>> = { to, sent, back, status };
  if (typeof error === "string") copy.error = error;
  if (typeof version === "number") copy.version = version;
  return copy;
}

function fieldsOf(body: Json): { readonly error?: unknown; readonly version?: unknown } {
  return typeof body === "object" && body !== null ? (body as object) : {};
}
