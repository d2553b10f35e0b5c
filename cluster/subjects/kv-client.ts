import type { Client, ClientContext, Completion, Invocation } from "../subject.ts";
import { type Clerk, type ClerkResult, openClerk } from "./kv-clerk.ts";
import { type Guarded, leaseMs, openResource } from "./kv-fenced.ts";
import { openLock } from "./kv-lock.ts";
import { type ClientRules, clientRules } from "./kv-rules.ts";

type Done = (completion: Completion) => void;
type Invoke = (operation: Invocation, done: Done) => void;

/** Clients of a versioned store, by model. A subject lists the models whose calls it answers. */
type Opener = (context: ClientContext, clerk: Clerk, rules: ClientRules) => Invoke;

const openers: Readonly<Record<string, Opener>> = {
  "versioned-kv": openVersioned,
  "append-list": openList,
  mutex: openMutex,
  "fenced-lock": openFencedLock,
};

export function openKvClient(
  model: string,
  context: ClientContext,
  rules: ClientRules = clientRules,
): Client {
  const opener = openers[model];
  if (opener === undefined) throw new RangeError(`a versioned store has no client for ${model}`);
  const clerk = openClerk(context, rules.clerk);
  return { invoke: opener(context, clerk, rules), close: () => clerk.close() };
}

/** `get` gives `{ value, version }`, `{ value: null, version: 0 }` when absent; `put` takes both. */
function openVersioned({ timeoutMs }: ClientContext, clerk: Clerk): Invoke {
  // Of the one operation in flight: shared by all, for this is what clients do most.
  let written: unknown = null;
  let done: Done = () => undefined;

  const onRead = (result: ClerkResult): void => {
    done(complete(result, ({ value, version }) => ({ value, version })));
  };
  const onWritten = (result: ClerkResult): void => done(complete(result, () => written));

  return (operation, onDone) => {
    const key = keyOf(operation);
    done = onDone;
    if (operation.f === "get") return clerk.get(key, timeoutMs, onRead);
    if (operation.f !== "put") throw unknownFunction(operation);
    written = operation.value;
    const { value, version } = written as { value: string; version: number };
    clerk.put(key, { value, version }, timeoutMs, onWritten);
  };
}

/** An element is stored as its JSON and this separator, which JSON never contains bare. */
const separator = "\n";

/** `append` takes one element; `read` gives the list, `[]` when the key is absent. */
function openList({ timeoutMs }: ClientContext, clerk: Clerk): Invoke {
  return (operation, done) => {
    const key = keyOf(operation);
    if (operation.f === "read") {
      return clerk.get(key, timeoutMs, (result) => {
        done(complete(result, ({ value }) => parseList(value ?? "")));
      });
    }
    if (operation.f !== "append") throw unknownFunction(operation);
    const text = `${JSON.stringify(operation.value)}${separator}`;
    clerk.append(key, text, timeoutMs, (result) => {
      done(complete(result, () => operation.value));
    });
  };
}

/** Text that no client wrote is kept as it is: the checker knows no such element and says so. */
function parseList(text: string): unknown[] {
  const lines = text.split(separator);
  if (lines.at(-1) === "") lines.pop();
  return lines.map((line) => {
    try {
      return JSON.parse(line);
    } catch {
      return line;
    }
  });
}

function openMutex(context: ClientContext, clerk: Clerk, rules: ClientRules): Invoke {
  const lock = openLock(context, clerk, { rules: rules.lock });
  return (operation, done) => {
    const key = keyOf(operation);
    if (operation.f === "acquire") return lock.acquire(key, context.timeoutMs, done);
    if (operation.f === "release") return lock.release(key, context.timeoutMs, done);
    throw unknownFunction(operation);
  };
}

/** `acquire` gives `{ token }`; `write` takes `{ value, token }`, `read` gives them. */
function openFencedLock(context: ClientContext, clerk: Clerk, rules: ClientRules): Invoke {
  const { timeoutMs } = context;
  const lock = openLock(context, clerk, { rules: rules.lock, leaseMs });
  const resource = openResource(context, clerk, rules.resource);
  return (operation, done) => {
    const key = keyOf(operation);
    const resourceKey = `${key}/resource`;
    switch (operation.f) {
      case "acquire":
        return lock.acquire(key, timeoutMs, (completion) => {
          const isTaken = completion.type === "ok";
          done(isTaken ? { ...completion, value: { token: lock.token(key) } } : completion);
        });
      case "release":
        return lock.release(key, timeoutMs, done);
      case "write":
        return resource.write(resourceKey, operation.value as Guarded, timeoutMs, done);
      case "read":
        return resource.read(resourceKey, timeoutMs, done);
      default:
        throw unknownFunction(operation);
    }
  };
}

function complete(
  result: ClerkResult,
  toValue: (result: ClerkResult & { type: "ok" }) => unknown,
): Completion {
  const { node } = result;
  if (result.type !== "ok") return { type: result.type, error: result.error, node };
  return { type: "ok", value: toValue(result), node };
}

function keyOf(operation: Invocation): string {
  if (operation.key === undefined) throw new RangeError(`${operation.f} needs a key`);
  return operation.key;
}

function unknownFunction(operation: Invocation): RangeError {
  return new RangeError(`this client has no function ${operation.f}`);
}
