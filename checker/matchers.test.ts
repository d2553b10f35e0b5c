import t from "tap";
import { defineModel } from "./define-model.ts";
import type { Op } from "./history.ts";
import { assertLinearizable, type Checkable, type Matched, toBeLinearizable } from "./matchers.ts";
import type { Model } from "./model.ts";
import { operationsOf } from "./operations-of.ts";

/** Writes 1, then 2; a read after both answers `seen`. */
function history(seen: number): Op[] {
  const lines: Omit<Op, "index" | "time">[] = [
    { process: 0, type: "invoke", f: "write", value: 1 },
    { process: 0, type: "ok", f: "write" },
    { process: 0, type: "invoke", f: "write", value: 2 },
    { process: 0, type: "ok", f: "write" },
    { process: 1, type: "invoke", f: "read" },
    { process: 1, type: "ok", f: "read", value: seen },
  ];
  return lines.map((line, index) => ({ index, time: index, ...line }));
}

/** Two writes at a time: more than one order is to be tried. */
const overlapping = history(2).map((op, index, all) => {
  const [, second = op, third = op] = all;
  if (index === 1) return { ...third, process: 2, index, time: index };
  return index === 2 ? { ...second, index, time: index } : index === 3 ? { ...op, process: 2 } : op;
});

/** What vitest and jest make of a matcher. */
function expectation(received: Checkable, model: string | Model, isNot: boolean): string | null {
  const { pass, message }: Matched = toBeLinearizable.call({ isNot }, received, model);
  return pass === isNot ? message() : null;
}

t.test("toBeLinearizable passes and fails as vitest and jest ask", async (t) => {
  t.equal(expectation(history(2), "register", false), null);
  t.equal(expectation(history(1), "register", true), null);
  t.match(expectation(history(2), "register", true), /^valid/);

  const message = expectation(history(1), "register", false) ?? "";
  t.match(message, /^invalid: /, "the reason comes first");
  t.match(message, /op 2: .*write 2/, "then the operations of the core");
  t.match(message, /op 4: .*read/);
});

t.test("ops, a history with its header and columns are all taken", async (t) => {
  const ops = history(1);
  const header = { whitewater: 1, run: "r", seed: 1, subject: "s", model: "register" } as const;
  for (const received of [ops, { header, ops }, operationsOf(ops)]) {
    t.equal(expectation(received, "register", true), null);
  }
});

t.test("what was not decided passes neither as it is nor negated", async (t) => {
  for (const isNot of [true, false]) {
    t.type(expectation([], "register", isNot), "string", "nothing was checked");
    const limited = { stepsMax: 0 };
    const model = defineModel<number>({ name: "slow", functions: ["write", "read"], ...counter });
    const { pass } = toBeLinearizable.call({ isNot }, overlapping, model, limited);
    t.equal(pass, isNot, "no budget");
  }
  t.throws(() => toBeLinearizable.call(undefined, [], "nope"), { message: /no model "nope"/ });
});

const counter = {
  init: () => 0,
  step: (state: number, { f, input, output }: Parameters<Model["step"]>[1]) => {
    if (f === "write") return Number(input);
    return output === state ? state : undefined;
  },
};

t.test("a model of one's own needs no more than a name, functions, init and step", async (t) => {
  const model = defineModel<number>({ name: "own", functions: ["write", "read"], ...counter });
  t.equal(expectation(history(2), model, false), null);
  const message = expectation(history(1), model, false);
  t.match(message, /process 1: read -> 1/);
});

t.test("assertLinearizable notes a check", async (t) => {
  const noted: { value: unknown; message: string; extra: object | undefined }[] = [];
  const ok = (value: unknown, message: string, extra?: object) =>
    noted.push({ value, message, extra });

  t.equal(assertLinearizable({ ok }, history(2), "register"), true);
  t.equal(assertLinearizable({ ok }, history(1), "register"), false);
  t.equal(assertLinearizable({ ok }, [], "register"), false);

  t.match(noted, [
    { value: true, message: /^linearizable/ },
    { value: false, message: /^invalid: read/, extra: { anomalies: [{ operation: 4 }] } },
    { value: false },
  ]);
  assertLinearizable(t, history(2), "register");
});

t.test("what is no history and no model is refused with what came", async (t) => {
  const circular: Record<string, unknown> = {};
  circular["self"] = circular;
  const cases = [
    { history: null, message: /expected a list of ops, a History or Operations, got null/ },
    { history: [{ a: 1 }], message: /element 0 is no op: expected .*, got \{"a":1\}/ },
    { history: [null], message: /element 0 is no op/ },
    { history: { ops: 3 }, message: /expected a list of ops/ },
    { history: circular, message: /got \[object Object\]/ },
  ];
  for (const { history, message } of cases) {
    const given = history as unknown as Parameters<typeof assertLinearizable>[1];
    t.throws(() => assertLinearizable(t, given, "register"), { name: "HistoryError", message });
  }
  for (const model of ["__proto__", "nope", null, {}]) {
    const given = model as unknown as string;
    t.throws(() => assertLinearizable(t, [], given), { name: "RangeError", message: /^no model / });
  }
});
