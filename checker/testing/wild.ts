import type { Operation } from "../model.ts";
import type { Random } from "./random.ts";

export type WildShape = {
  readonly model: string;
  readonly operations: number;
  readonly clients: number;
  /** Share of operations that end `open`, `maybe` and refused, each. */
  readonly odd: number;
  /** Share of arguments that repeat an earlier one, null among them. */
  readonly repeated: number;
};

type Draft = { -readonly [field in keyof Operation]: Operation[field] };

/**
 * Operations on one object with arguments, results, outcomes and times at random, which no store ever gave:
 * seldom linearizable, and full of cases that a correct store and one corrupted answer never show.
 */
export function wildOperations(shape: WildShape, random: Random): Operation[] {
  const list: Draft[] = [];
  const running: (Draft | undefined)[] = new Array(shape.clients).fill(undefined);
  const processes = Array.from(running, (_, client) => client);
  const values: unknown[] = [null];
  let position = 0;
  let processCount = shape.clients;
  while (list.length < shape.operations || running.some((draft) => draft !== undefined)) {
    const client = random.below(shape.clients);
    const draft = running[client];
    if (draft === undefined) {
      if (list.length === shape.operations) continue;
      const call = ask(shape, values, random);
      const process = processes[client] ?? 0;
      const at = { index: position, call: position++, process, outcome: "ok", return: 0 } as const;
      running[client] = { ...call, ...at };
      list.push(running[client]);
      continue;
    }
    running[client] = undefined;
    finish(shape, draft, position++, values, random);
    if (draft.outcome !== "ok" && draft.outcome !== "refused") {
      processes[client] = processCount++;
    }
  }
  return list;
}

const functions: Readonly<Record<string, readonly string[]>> = {
  "versioned-kv": ["get", "put", "put"],
  register: ["read", "write"],
  "cas-register": ["read", "write", "cas", "cas"],
  "append-list": ["append", "read"],
  kv: ["get", "put", "append"],
  mutex: ["acquire", "release"],
  "fenced-lock": ["acquire", "release", "write", "read"],
  counter: ["add", "read"],
  set: ["add", "read"],
  queue: ["enqueue", "dequeue"],
};

/** Mostly of one amount, as the fast path wants them. */
const amounts = [2, 2, 2, 2, 2, 2, 4, 0, -2, undefined];

const refusals: Readonly<Record<string, readonly string[]>> = {
  mutex: ["held", "held", "ErrVersion"],
  "fenced-lock": ["fenced", "held"],
};

function ask(shape: WildShape, values: unknown[], random: Random): Pick<Draft, "f" | "input"> {
  const f = random.pick(functions[shape.model] ?? []);
  const value = random.chance(shape.repeated) ? random.pick(values) : `v${values.length}`;
  const isMutation = f !== "read" && f !== "get";
  if (isMutation) values.push(value);
  if (shape.model === "kv") return { f, input: isMutation ? (value ?? "") : undefined };
  if (f === "put") return { f, input: { value, version: random.below(3) } };
  if (f === "cas") return { f, input: [random.pick(values), value] };
  if (f === "append") return { f, input: value ?? "null" };
  if (shape.model === "set" && f === "add") return { f, input: value };
  if (f === "add") return { f, input: random.pick(amounts) };
  if (shape.model === "fenced-lock" && (f === "write" || f === "release")) {
    return { f, input: { value, token: random.below(4) } };
  }
  return { f, input: f === "write" ? value : undefined };
}

function finish(
  { model, odd }: WildShape,
  draft: Draft,
  at: number,
  values: readonly unknown[],
  random: Random,
): void {
  const draw = random.next();
  draft.return = at;
  if (draw < odd) {
    draft.outcome = "open";
    draft.return = Infinity;
  } else if (draw < 2 * odd) draft.outcome = "maybe";
  else if (draw < 3 * odd) {
    draft.outcome = "refused";
    draft.error = random.pick(refusals[model] ?? ["ErrVersion", "ErrVersion", "ErrNoKey"]);
  } else draft.output = answer(model, draft.f, values, random);
}

function answer(model: string, f: string, values: readonly unknown[], random: Random): unknown {
  if (model === "fenced-lock") {
    return { value: random.pick(values), token: random.below(4) };
  }
  if (model === "kv") {
    if (f !== "get") return undefined;
    const texts = values.slice(1 + random.below(values.length));
    return texts.slice(0, random.below(3)).join("");
  }
  const version = random.below(4);
  if (f === "get") return { value: version === 0 ? null : random.pick(values), version };
  if (f !== "read") return undefined;
  if (model === "counter") return random.pick([0, 2, 2, 4, 4, 6, 3, null]);
  if (model === "set") return values.slice(1).filter(() => random.chance(0.7));
  if (model !== "append-list") return random.pick(values);
  const from = random.chance(0.8) ? 1 : random.below(values.length) + 1;
  return values.slice(from, from + random.below(4)).map((value) => value ?? "null");
}
