import type { Json, Outcome, Request, Requester } from "./env/env.ts";
import type { Client, ClientContext, Completion, OpenClient, WireCopy } from "./subject.ts";

/**
 * A client with somebody who watches its wire: a completion says what became of every copy of its
 * request (`wire`), where it had one, and sent it more than once.
 *
 * Independent of the client, which may be wrong about it: the checker `answers` compares.
 */
export function openObserved(open: OpenClient, model: string, context: ClientContext): Client {
  const wire = watchWire(context.env.requester);
  const client = open(model, { ...context, env: { ...context.env, requester: wire.requester } });
  return {
    invoke: (operation, done) => {
      wire.begin();
      client.invoke(operation, (completion) => {
        const copies = wire.resent();
        done(copies === null ? completion : withWire(completion, copies));
      });
    },
    close: client.close,
  };
}

/** Notes the copies of one operation after the other. Looks (GET) are not noted. */
function watchWire(inner: Requester) {
  let first: Request | null = null;
  let isOne = true;
  let copies: WireCopy[] = [];

  function isCopy(of: Request, request: Request): boolean {
    return request === of || (request.method === of.method && request.path === of.path);
  }

  const requester: Requester = {
    request: (to, request, timeoutMs, done) => {
      if (request.method === "GET") return inner.request(to, request, timeoutMs, done);
      first ??= request;
      isOne &&= isCopy(first, request);
      const noted = copies;
      inner.request(to, request, timeoutMs, (outcome) => {
        noted.push(copyOf(outcome));
        done(outcome);
      });
    },
  };
  return {
    requester,
    begin: (): void => {
      first = null;
      isOne = true;
      copies = [];
    },
    /** Null when there was no second copy, or more than one request. */
    resent: (): readonly WireCopy[] | null => (isOne && copies.length > 1 ? copies : null),
  };
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

function copyOf(outcome: Outcome): WireCopy {
  if (outcome.kind === "lost") return { lost: outcome.error };
  if (outcome.kind === "not-sent") return { notSent: outcome.error };
  const { error, version } = fieldsOf(outcome.body);
  const copy: Mutable<Extract<WireCopy, { status: number }>> = { status: outcome.status };
  if (typeof error === "string") copy.error = error;
  if (typeof version === "number") copy.version = version;
  return copy;
}

function fieldsOf(body: Json): { readonly error?: unknown; readonly version?: unknown } {
  return typeof body === "object" && body !== null ? (body as object) : {};
}
