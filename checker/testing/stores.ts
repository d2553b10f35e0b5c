import type { Op } from "../history.ts";
import type { Random } from "./random.ts";

/** What a store answered, and how the client's line ends. */
export type Answer = Pick<Op, "type" | "value" | "error">;

/**
 * One correct copy of an object, written without the models so that each tests the other, and what
 * clients ask of it.
 */
export type Store = {
  /** What a client asks next; `last` is what it was answered last on this key. */
  ask(random: Random, last: unknown, fresh: () => string): Pick<Op, "f" | "value">;
  /** Does it, at one moment. */
  answer(call: Pick<Op, "f" | "value">, process: number): Answer;
};

/** Values that clients write; null for values never written twice. */
export type Domain = readonly (string | null)[] | null;

/** Stores by model. */
export const stores: Readonly<Record<string, (values: Domain) => Store>> = {
  "versioned-kv": versionedStore,
  register: (values) => registerStore(values, ["read", "write"]),
  "cas-register": (values) => registerStore(values, ["read", "write", "cas", "cas"]),
  "append-list": listStore,
  kv: textStore,
  mutex: lockStore,
  "fenced-lock": fencedStore,
  counter: counterStore,
  set: setStore,
  queue: queueStore,
};

function versionedStore(values: Domain): Store {
  let current: { value: string | null; version: number } = { value: null, version: 0 };
  return {
    ask: (random, last, fresh) => {
      if (random.chance(0.45)) return { f: "get", value: undefined };
      const seen = (last as { version?: number } | undefined)?.version ?? 0;
      const version = random.chance(0.8) ? seen : Math.max(0, seen + random.below(3) - 1);
      return { f: "put", value: { value: values ? random.pick(values) : fresh(), version } };
    },
    answer: ({ f, value }) => {
      if (f === "get") return { type: "ok", value: current };
      const put = value as { value: string; version: number };
      if (put.version === current.version) {
        current = { value: put.value, version: current.version + 1 };
        return { type: "ok" };
      }
      return { type: "fail", error: current.version === 0 ? "ErrNoKey" : "ErrVersion" };
    },
  };
}

function registerStore(values: Domain, functions: readonly string[]): Store {
  let current: string | null = null;
  return {
    ask: (random, last, fresh) => {
      const f = random.pick(functions);
      const value = values ? random.pick(values) : fresh();
      if (f === "read") return { f, value: undefined };
      return { f, value: f === "cas" ? [last ?? null, value] : value };
    },
    answer: ({ f, value }) => {
      if (f === "read") return { type: "ok", value: current };
      if (f === "write") {
        current = value as string;
        return { type: "ok" };
      }
      const [from, to] = value as [string | null, string];
      if (from !== current) return { type: "fail", error: "ErrVersion" };
      current = to;
      return { type: "ok" };
    },
  };
}

function listStore(values: Domain): Store {
  const elements: string[] = [];
  return {
    ask: (random, _last, fresh) => {
      if (random.chance(0.4)) return { f: "read", value: undefined };
      return { f: "append", value: values ? random.pick(values) : fresh() };
    },
    answer: ({ f, value }) => {
      if (f === "read") return { type: "ok", value: [...elements] };
      elements.push(value as string);
      return { type: "ok" };
    },
  };
}

function textStore(values: Domain): Store {
  let current = "";
  return {
    ask: (random, _last, fresh) => {
      const f = random.pick(["get", "get", "put", "append", "append"]);
      return { f, value: f === "get" ? undefined : values ? (random.pick(values) ?? "") : fresh() };
    },
    answer: ({ f, value }) => {
      if (f === "get") return { type: "ok", value: current };
      current = f === "put" ? (value as string) : current + (value as string);
      return { type: "ok" };
    },
  };
}

function lockStore(): Store {
  let holder: number | null = null;
  return {
    ask: (random) => ({ f: random.chance(0.5) ? "acquire" : "release", value: undefined }),
    answer: ({ f }, process) => {
      const isFree = holder === (f === "acquire" ? null : process);
      if (!isFree) return { type: "fail", error: f === "acquire" ? "held" : "not-held" };
      holder = f === "acquire" ? process : null;
      return { type: "ok" };
    },
  };
}

/** Its lock may be taken by anyone at any time: leases end when they like. */
function fencedStore(): Store {
  let granted = 0;
  let written: { value: string | null; token: number } = { value: null, token: 0 };
  return {
    ask: (random, last, fresh) => {
      const token = (last as { token?: number } | null | undefined)?.token ?? 0;
      const f = random.pick(["acquire", "read", "write", "write", "release"]);
      if (f === "write") return { f, value: { value: fresh(), token } };
      return { f, value: f === "release" ? { token } : undefined };
    },
    answer: ({ f, value }) => {
      const asked = value as { value: string; token: number };
      if (f === "read") return { type: "ok", value: written };
      if (f === "acquire") {
        granted += 2;
        return { type: "ok", value: { token: granted } };
      }
      if (f === "release") {
        return asked.token === granted ? { type: "ok" } : { type: "fail", error: "not-held" };
      }
      if (asked.token < written.token) return { type: "fail", error: "fenced" };
      written = asked;
      return { type: "ok" };
    },
  };
}

/** One amount, amounts of one sign, or all sorts. */
const amounts = [[1], [1], [-2], [1, 2, 5], [1, 1, 2, 5, -3]] as const;

function counterStore(): Store {
  let sum = 0;
  let own: readonly number[] | null = null;
  return {
    ask: (random) => {
      own ??= random.pick<readonly number[]>(amounts);
      if (random.chance(0.5)) return { f: "read", value: undefined };
      return { f: "add", value: random.pick(own) };
    },
    answer: ({ f, value }) => {
      if (f === "read") return { type: "ok", value: sum };
      sum += value as number;
      return { type: "ok" };
    },
  };
}

/** Answers its members in an order of its own. */
function setStore(values: Domain): Store {
  const members = new Set<string | null>();
  return {
    ask: (random, _last, fresh) => {
      if (random.chance(0.4)) return { f: "read", value: undefined };
      return { f: "add", value: values ? random.pick(values) : fresh() };
    },
    answer: ({ f, value }) => {
      if (f === "read") return { type: "ok", value: [...members].reverse() };
      members.add(value as string | null);
      return { type: "ok" };
    },
  };
}

function queueStore(values: Domain): Store {
  const elements: (string | null)[] = [];
  return {
    ask: (random, _last, fresh) => {
      if (random.chance(0.5)) return { f: "dequeue", value: undefined };
      return { f: "enqueue", value: values ? random.pick(values) : fresh() };
    },
    answer: ({ f, value }) => {
      if (f === "enqueue") {
        elements.push(value as string | null);
        return { type: "ok" };
      }
      const oldest = elements.shift();
      return oldest === undefined
        ? { type: "fail", error: "empty" }
        : { type: "ok", value: oldest };
    },
  };
}
