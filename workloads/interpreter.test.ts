import t from "tap";
import { createRng } from "../cluster/env/rng.ts";
import type { Client, Completion, Invocation } from "../cluster/subject.ts";
import { createVirtualClock, type VirtualClock } from "../nemesis/testing/virtual-clock.ts";
import { createGenerator } from "./generator.ts";
import { createInterpreter, type Interpreter, type InterpreterOptions } from "./interpreter.ts";
import type { JournalLine } from "./recorder.ts";

type Call = { readonly process: number; readonly invocation: Invocation; readonly atMs: number };

/** How a client of the test answers: `null` = never. */
type Answer = (call: Call) => { readonly afterMs: number; readonly completion: Completion } | null;

type Rig = {
  readonly clock: VirtualClock;
  readonly interpreter: Interpreter;
  readonly lines: JournalLine[];
  readonly calls: Call[];
  readonly opened: { readonly process: number; readonly thread: number }[];
  readonly closed: number[];
};

function rig(answer: Answer, workload: Partial<InterpreterOptions["workload"]> = {}): Rig {
  const clock = createVirtualClock();
  const lines: JournalLine[] = [];
  const calls: Call[] = [];
  const opened: { process: number; thread: number }[] = [];
  const closed: number[] = [];
  const operations = [
    { f: "read", weight: 1 },
    { f: "write", weight: 1 },
  ];
  const keys = { count: 3, choose: "uniform" } as const;

  function openClient(process: number, thread: number): Client {
    opened.push({ process, thread });
    let isClosed = false;
    return {
      invoke: (invocation, done) => {
        const call = { process, invocation, atMs: clock.now() / 1e6 };
        calls.push(call);
        const answered = answer(call);
        if (answered === null) return;
        const { afterMs, completion } = answered;
        if (afterMs === 0) done(completion);
        else clock.setTimer(afterMs, () => !isClosed && done(completion));
      },
      close: () => {
        isClosed = true;
        closed.push(process);
      },
    };
  }

  const interpreter = createInterpreter({
    workload: { clients: 2, clientsMax: 4, durationMs: 1000, timeoutMs: 500, ...workload },
    generator: createGenerator({ keys, operations }, "register", createRng(1)),
    clock,
    originNs: 0,
    rng: createRng(2),
    openClient,
    record: (line) => lines.push(line),
  });
  return { clock, interpreter, lines, calls, opened, closed };
}

const ok: Completion = { type: "ok", value: null, node: "n1" };

function processesOf(lines: readonly JournalLine[]): unknown[] {
  return [...new Set(lines.map(({ process }) => process))];
}

t.test(
  "closed loop: each thread has one operation in flight, until the duration is over",
  async (t) => {
    const { clock, interpreter, lines, calls } = rig(() => ({ afterMs: 100, completion: ok }));
    let ended = 0;
    interpreter.start(() => {
      ended += 1;
    });
    clock.run(999);
    t.equal(ended, 0);
    clock.run(500);

    t.equal(ended, 1);
    t.equal(calls.length, 20);
    t.same(interpreter.counts(), { ok: 20, fail: 0, info: 0, droppedArrivals: 0 });
    t.same(processesOf(lines), [0, 1]);
    for (const process of [0, 1]) {
      const types = lines.filter((line) => line.process === process).map(({ type }) => type);
      t.ok(types.every((type, at) => type === (at % 2 === 0 ? "invoke" : "ok")));
    }
  },
);

t.test(
  "an invocation is journaled before it is sent, a completion before the next one",
  async (t) => {
    const journaled: number[] = [];
    const { clock, interpreter, lines } = rig(() => {
      journaled.push(lines.filter(({ type }) => type === "invoke").length);
      return { afterMs: 10, completion: ok };
    });
    interpreter.start(() => undefined);
    clock.run(100);

    t.same(
      journaled,
      journaled.map((_, at) => at + 1),
    );
    t.match(lines[0], { process: 0, type: "invoke", f: /read|write/, key: /^k[0-2]$/ });
    t.match(
      lines.find(({ type }) => type === "ok"),
      { process: 0, key: lines[0]?.key, node: "n1" },
    );
  },
);

t.test("after info the process is retired and its thread goes on as another one", async (t) => {
  let count = 0;
  const info: Completion = { type: "info", error: "reset" };
  const { clock, interpreter, lines, opened, closed } = rig(
    () => ({ afterMs: 50, completion: count++ % 3 === 2 ? info : ok }),
    { clients: 1 },
  );
  interpreter.start(() => undefined);
  clock.run(2000);
  const retired = lines.filter(({ type }) => type === "info");

  t.ok(retired.length > 2);
  t.same(
    opened.map(({ thread }) => thread).every((thread) => thread === 0),
    true,
  );
  t.same(
    opened.map(({ process }) => process),
    opened.map((_, at) => at),
  );
  t.same(
    closed,
    retired.map(({ process }) => process),
  );
  for (const { process } of retired) {
    t.equal(lines.findLast((line) => line.process === process)?.type, "info");
  }
});

t.test(
  "a client that never answers gives info with timeout, a second after its own bound",
  async (t) => {
    const { clock, interpreter, lines } = rig(() => null, { clients: 1, durationMs: 100 });
    let hasEnded = false;
    interpreter.start(() => {
      hasEnded = true;
    });
    clock.run(1499);
    t.equal(lines.length, 1);
    clock.run(20);

    t.ok(hasEnded);
    t.match(lines[1], { process: 0, type: "info", error: "timeout" });
  },
);

t.test("open loop: operations begin at the rate, however slow the answers", async (t) => {
  const { clock, interpreter, lines } = rig(() => ({ afterMs: 150, completion: ok }), {
    ratePerSecond: 20,
  });
  interpreter.start(() => undefined);
  clock.run(2000);
  const intended = lines.flatMap((line) =>
    line.type === "invoke" ? [Number(line["intended"])] : [],
  );

  t.equal(intended.length, 20);
  t.ok(
    intended.every((ns, at) => ns >= at * 50e6 && ns < (at + 1) * 50e6),
    "one in each interval of 50 ms",
  );
  t.equal(new Set(intended.map((ns) => ns % 50e6)).size > 10, true, "at seeded moments of it");
});

t.test(
  "open loop: busy threads make new ones, and arrivals beyond clientsMax are counted",
  async (t) => {
    const { clock, interpreter, opened, lines } = rig(() => ({ afterMs: 5000, completion: ok }), {
      ratePerSecond: 20,
      timeoutMs: 10_000,
    });
    let hasEnded = false;
    interpreter.start(() => {
      hasEnded = true;
    });
    clock.run(1000);

    t.equal(opened.length, 4);
    t.same(interpreter.counts(), { ok: 0, fail: 0, info: 0, droppedArrivals: 16 });
    t.equal(hasEnded, false, "four are still in flight");
    clock.run(6000);
    t.ok(hasEnded);
    t.equal(lines.filter(({ type }) => type === "ok").length, 4);
  },
);

t.test("stop begins nothing more and waits for what is in flight", async (t) => {
  for (const rate of [{}, { ratePerSecond: 50 }]) {
    const { clock, interpreter, lines } = rig(() => ({ afterMs: 100, completion: ok }), rate);
    let ended = 0;
    interpreter.start(() => {
      ended += 1;
    });
    clock.run(250);
    interpreter.stop();
    const invoked = lines.filter(({ type }) => type === "invoke").length;
    t.equal(ended, 0);
    clock.run(3000);

    t.equal(ended, 1);
    t.equal(lines.filter(({ type }) => type === "invoke").length, invoked);
    t.equal(lines.filter(({ type }) => type === "ok").length, invoked);
  }
});

t.test("stop from inside an operation, as a failing journal does, ends once", async (t) => {
  for (const rate of [{}, { ratePerSecond: 50 }]) {
    const { clock, interpreter, calls } = rig(() => {
      if (calls.length === 3) interpreter.stop();
      return { afterMs: 0, completion: ok };
    }, rate);
    let ended = 0;
    interpreter.start(() => {
      ended += 1;
    });
    clock.run(3000);

    t.equal(ended, 1);
    t.equal(calls.length, 3);
  }
});

t.test("a client that answers at once neither recurses nor starves the clock", async (t) => {
  const { clock, interpreter, calls } = rig(() => ({ afterMs: 0, completion: ok }));
  let turns = 0;
  interpreter.start(() => undefined);
  clock.setTimer(0, () => {
    turns = calls.length;
    clock.setTimer(0, () => interpreter.stop());
  });
  clock.run(1);

  t.ok(turns > 0 && turns < 1000);
});

t.test("a node that refuses at once is not asked thousands of times a second", async (t) => {
  const { clock, interpreter, calls } = rig(
    () => ({ afterMs: 0, completion: { type: "fail", error: "refused" } }),
    { clients: 1 },
  );
  interpreter.start(() => undefined);
  clock.run(2000);

  t.ok(calls.length <= 101, `${calls.length} calls in a second`);
});

t.test("final reads read each key once, again after a failure, five times at most", async (t) => {
  let isLoad = true;
  const { clock, interpreter, calls } = rig(({ invocation }) => {
    if (isLoad || invocation.key === "k1") return { afterMs: 10, completion: ok };
    return { afterMs: 10, completion: { type: "fail", error: "not-leader" } };
  });
  interpreter.start(() => undefined);
  clock.run(2000);
  isLoad = false;
  const before = calls.length;
  let hasEnded = false;
  interpreter.runFinalReads(() => {
    hasEnded = true;
  });
  clock.run(1000);
  const reads = calls.slice(before).map(({ invocation }) => `${invocation.f} ${invocation.key}`);

  t.ok(hasEnded);
  t.same(reads.toSorted(), [...Array(5).fill("read k0"), "read k1", ...Array(5).fill("read k2")]);
});

t.test("the same seed and answers give the same history", async (t) => {
  const run = (): JournalLine[] => {
    let count = 0;
    const { clock, interpreter, lines } = rig(
      () => ({ afterMs: 1 + (count++ % 7), completion: ok }),
      { ratePerSecond: 300 },
    );
    interpreter.start(() => undefined);
    clock.run(3000);
    return lines;
  };

  t.same(run(), run());
});

t.test("runs on until one mutation is acknowledged, and says so once", async (t) => {
  let calls = 0;
  const { clock, interpreter, lines } = rig(({ invocation }) => {
    calls += 1;
    const isRefused = calls < 20 || invocation.f === "read";
    return { afterMs: 5, completion: isRefused ? { type: "fail", error: "not-leader" } : ok };
  });
  const seen: string[] = [];

  interpreter.runUntilWritten(
    () => seen.push("written"),
    () => seen.push("end"),
  );
  clock.run(2000);

  t.same(seen, ["written", "end"]);
  const written = lines.findIndex(({ type, f }) => type === "ok" && f === "write");
  t.ok(written >= 20, "refusals and reads are no writes");
  t.notOk(
    lines.slice(written).some(({ type }) => type === "invoke"),
    "nothing is begun after it",
  );
});
