import type { LargeShape } from "../testing/large-histories.ts";

/** A bound of the goals; memory in MB of 2^20 bytes, times in ms. */
export type Goal = {
  readonly verdict?: "valid" | "invalid";
  readonly warmMs?: number;
  readonly coldMs?: number;
  readonly memoryMb?: number;
  /** Operations of the core. */
  readonly core?: number;
  /** Longest of many files, warm. */
  readonly eachMs?: number;
};

/** What one fresh process measures. */
export type Row = {
  readonly name: string;
  readonly goal: Goal;
  /** What Go Porcupine took, best of one and two threads: quoted, and not of the very same histories. */
  readonly go: string;
  readonly what:
    | { readonly kind: "made"; readonly shape: LargeShape; readonly engine: Engine }
    | { readonly kind: "files"; readonly files: readonly string[]; readonly engine: Engine }
    | { readonly kind: "streamed"; readonly shape: LargeShape; readonly format: "hist1" | "jsonl" };
};

/** `auto`: what users get. `search`: fast paths off. `checker`: the whole checker, its core included. */
export type Engine = "auto" | "search" | "checker";

type Model = LargeShape["model"];

function shape(
  model: Model,
  operations: number,
  clients: number,
  keys: number,
  unknown = 0,
  more: Partial<LargeShape> = {},
): LargeShape {
  return { model, operations, clients, keys, unknown, seed: 7, ...more };
}

const short = { "versioned-kv": "vkv", register: "reg", "cas-register": "cas" };

function nameOf({ model, operations, clients, keys, unknown = 0, corrupt, domain }: LargeShape) {
  const size = operations >= 1e6 ? `${operations / 1e6}M` : `${operations / 1e3}k`;
  const values = model !== "cas-register" ? "" : domain === undefined ? " unique" : ` d${domain}`;
  const bad = corrupt === undefined ? "" : `, ${corrupt} corrupt`;
  return `${short[model]}${values} ${size} c${clients} k${keys} u${unknown}${bad}`;
}

function made(shape: LargeShape, engine: Engine, goal: Goal, go: string): Row {
  const verdict = shape.corrupt === undefined ? "valid" : "invalid";
  const name = engine === "search" ? `${nameOf(shape)}, search alone` : nameOf(shape);
  return { name, goal: { verdict, ...goal }, go, what: { kind: "made", shape, engine } };
}

const million = 1_000_000;
const fast: Goal = { coldMs: 400, memoryMb: 300 };
const outOfMemory = "out of memory (18 GB)";
const noAnswer = "no answer in 60 s";

/** The rows that need no file. */
const madeRows: readonly Row[] = [
  made(
    shape("versioned-kv", million, 50, 1000),
    "auto",
    { coldMs: 300, memoryMb: 300 },
    "900 ms, 611 MB",
  ),
  made(shape("versioned-kv", million, 50, 10), "auto", fast, outOfMemory),
  made(shape("versioned-kv", million, 50, 10, 0.05), "auto", fast, outOfMemory),
  made(shape("register", million, 50, 10), "auto", fast, outOfMemory),
  made(shape("register", million, 50, 10, 0.05), "auto", fast, outOfMemory),
  made(
    shape("register", 10_000, 50, 10, 0.05, { corrupt: 1 }),
    "checker",
    { coldMs: 50, core: 4 },
    noAnswer,
  ),
  ...[{ domain: 5 }, {}].map((values) =>
    made(
      shape("cas-register", 10_000, 20, 1, 0, values),
      "search",
      { coldMs: 500, memoryMb: 256 },
      `${noAnswer}, 14 GB`,
    ),
  ),
];

/** A row of the general search, which must not be slower than Go. */
function search(shape: LargeShape, goMs: number | string): Row {
  const goal = typeof goMs === "number" ? { warmMs: goMs } : {};
  return made(shape, "search", goal, typeof goMs === "number" ? `${goMs} ms` : goMs);
}

const searchRows: readonly Row[] = [
  search(shape("versioned-kv", 10_000, 50, 10, 0.05, { corrupt: 1 }), 2810),
  search(shape("versioned-kv", 100_000, 5, 10), 190),
  search(shape("versioned-kv", 100_000, 50, 10), 460),
  search(shape("versioned-kv", 100_000, 50, 10, 0.05), 360),
  search(shape("versioned-kv", 100_000, 50, 1000), 120),
  search(shape("versioned-kv", 100_000, 50, 10, 0, { corrupt: 1 }), 960),
  search(shape("versioned-kv", million, 50, 1000), 900),
  search(shape("versioned-kv", million, 50, 10), outOfMemory),
  search(shape("register", 10_000, 50, 10), 74),
  search(shape("register", 10_000, 50, 10, 0.05), 1700),
  search(shape("register", 10_000, 5, 10, 0.05, { corrupt: 1 }), 1420),
  search(shape("register", 10_000, 50, 10, 0.05, { corrupt: 1 }), noAnswer),
  search(shape("register", 100_000, 5, 10), 190),
  search(shape("register", 100_000, 50, 10), 1700),
  search(shape("register", 100_000, 50, 10, 0.05), 32_000),
  search(shape("register", million, 50, 1000), 1200),
  search(shape("register", million, 50, 1000, 0.05), 1400),
  search(shape("register", million, 50, 10), outOfMemory),
  search(shape("cas-register", 1000, 20, 1, 0, { domain: 5 }), 4800),
  search(shape("cas-register", 10_000, 10, 1, 0, { domain: 5 }), 310),
  search(shape("cas-register", 1000, 20, 1), 40_000),
  search(shape("cas-register", 10_000, 10, 1), 550),
];

/** Whole programs, started, reading and checking. */
const streamedRows: readonly Row[] = (["hist1", "jsonl"] as const).map((format) => ({
  name: `vkv 10M c50 k1000 u0 from ${format}, the whole program`,
  goal: { verdict: "valid", coldMs: format === "hist1" ? 8000 : 30_000, memoryMb: 1024 },
  go: "",
  what: { kind: "streamed", shape: shape("versioned-kv", 10 * million, 50, 1000), format },
}));

const even = Array.from({ length: 52 }, (_, half) => 2 * half);
const etcdValid = new Set([2, 18, 38, 48, 56, 76, 80, 92, 98, 100, 102]);
const etcdName = (number: number): string => `etcd_${String(number).padStart(3, "0")}.log`;

/** The verdict that a file of the folder has. */
export function expectedOf(file: string): "valid" | "invalid" {
  const number = Number(/^etcd_(\d+)/.exec(file)?.[1] ?? Number.NaN);
  const isValid = Number.isNaN(number) ? file.includes("-ok") : etcdValid.has(number);
  return isValid ? "valid" : "invalid";
}

/** The rows over the files of a folder with recorded histories. */
const fileRows: readonly Row[] = [
  {
    name: "etcd, the even ones together",
    goal: { warmMs: 3, eachMs: 1, coldMs: 100 },
    go: "162 ms (sum of its best figures)",
    what: { kind: "files", files: even.map(etcdName), engine: "auto" },
  },
  ...(
    [
      ["c01-ok", 0.043],
      ["c01-bad", 0.014],
      ["c10-ok", 0.29],
      ["c10-bad", 0.12],
    ] as const
  ).map(([name, goMs]): Row => {
    const what = { kind: "files", files: [`${name}.txt`], engine: "auto" } as const;
    return { name, goal: { warmMs: goMs }, go: `${goMs} ms, partitioned by the user`, what };
  }),
  ...(
    [
      ["c10-ok", 1670],
      ["c10-bad", 2710],
    ] as const
  ).map(([name, goMs]): Row => {
    const what = { kind: "files", files: [`${name}.txt`], engine: "search" } as const;
    const go = `${goMs} ms, not partitioned`;
    return { name: `${name}, keys found by the model`, goal: { warmMs: 1 }, go, what };
  }),
  ...(
    [
      [2, 143.494],
      [40, 8.406],
      [80, 7.331],
    ] as const
  ).map(([number, goMs]): Row => {
    const what = { kind: "files", files: [etcdName(number)], engine: "search" } as const;
    const name = `etcd_${String(number).padStart(3, "0")}, search alone`;
    return { name, goal: { warmMs: goMs }, go: `${goMs} ms`, what };
  }),
];

export const rows: readonly Row[] = [...fileRows, ...madeRows, ...streamedRows, ...searchRows];
