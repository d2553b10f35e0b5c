import t from "tap";
import type { NodeProgram } from "../env/program.ts";
import { calm } from "./hostility.ts";
import { createEchoWorld, echo } from "./testing/echo-world.ts";
import { createWorld, type World } from "./world.ts";

const link = { from: "n1", to: "n2" };
const back = { from: "n2", to: "n1" };

t.test("a killed node refuses, and starts again on the disk it left", async (t) => {
  const { world, control, perform, ask, body } = createEchoWorld();
  ask("n1", { method: "POST", path: "/append", body: "kept" });
  perform((done) => control.kill("n1", done));
  perform((done) => control.kill("n1", done));
  t.match(ask("n1", echo), { kind: "not-sent" });

  perform((done) => control.start("n1", done));
  perform((done) => control.start("n1", done));
  t.match(ask("n1", echo), { kind: "response", body: "hello" });
  t.equal(body("n1", "/file"), "kept");
  t.same(world.unexpectedExits(), [], "what was asked for is not unexpected");
});

t.test("a request in the hands of a node that is killed is lost", async (t) => {
  const { world, control, perform, runMs } = createEchoWorld();
  const outcomes: unknown[] = [];
  const slow = { method: "GET", path: "/slow" } as const;
  world.clientEnv.requester.request("n1", slow, 5000, (outcome) => outcomes.push(outcome));
  runMs(10);
  perform((done) => control.kill("n1", done));
  runMs(10);
  t.match(outcomes, [{ kind: "lost", error: "ECONNRESET" }]);
  runMs(10_000);
  t.equal(outcomes.length, 1, "told once");
});

t.test("a paused node does everything late, and nothing twice", async (t) => {
  const { control, perform, ask, send, heard, runMs } = createEchoWorld();
  perform((done) => control.pause("n2", done));
  perform((done) => control.pause("n2", done));
  t.match(ask("n2", echo), { kind: "lost", error: "timeout" });
  send(link, "one");
  send(link, "two");
  runMs(5000);

  perform((done) => control.resume("n2", done));
  perform((done) => control.resume("n2", done));
  t.same(heard(link), ["one", "two"]);
});

t.test("a paused node can be killed and started", async (t) => {
  const { control, perform, ask } = createEchoWorld();
  perform((done) => control.pause("n2", done));
  perform((done) => control.kill("n2", done));
  perform((done) => control.start("n2", done));
  perform((done) => control.resume("n2", done));
  t.match(ask("n2", echo), { kind: "response" });
});

t.test("a cut stops one direction, over a restart too", async (t) => {
  const { control, perform, send, heard, world } = createEchoWorld();
  const probe = (): unknown => {
    let states: unknown = null;
    perform((done) =>
      control.probeLinks([link, back], (error, found) => {
        states = found;
        done(error);
      }),
    );
    return states;
  };
  t.same(probe(), ["open", "open"]);
  perform((done) => control.cut([link], done));
  send(link, "cut");
  send(back, "open");
  t.same(heard(back), ["open"]);
  perform((done) => control.kill("n2", done));
  t.same(probe(), ["unknown", "open"]);
  perform((done) => control.start("n2", done));
  t.same(probe(), ["cut", "open"]);

  perform((done) => control.join([link], done));
  t.same(probe(), ["open", "open"]);
  send(link, "joined");
  t.same(heard(link), ["joined"]);
  t.same(world.unexpectedExits(), []);
});

t.test("fatal and a thrown error are exits that nobody asked for, told once", async (t) => {
  const { world, ask, perform, control } = createEchoWorld();
  const askedNs = world.now();
  ask("n3", { method: "POST", path: "/fatal", body: "no reason" });
  const [exit, ...more] = world.unexpectedExits();
  t.match(exit, { node: "n3", reason: "no reason", isFatal: true });
  t.ok(exit !== undefined && exit.atNs > askedNs && exit.atNs < world.now(), "when it was asked");
  t.same(more, []);
  t.same(world.unexpectedExits(), []);
  t.match(ask("n3", echo), { kind: "not-sent" });
  perform((done) => control.start("n3", done));
  t.match(ask("n3", echo), { kind: "response" });
  // The echo program takes the body apart without a look.
  ask("n3", { method: "POST", path: "/send" });
  t.match(world.unexpectedExits(), [{ node: "n3", reason: /TypeError/, isFatal: false }]);
});

t.test("what a client throws is no node's affair", async (t) => {
  const { world, runMs } = createEchoWorld();
  world.after(1, () => {
    throw new Error("ours");
  });
  t.throws(() => runMs(1), { message: "ours" });
  t.same(world.unexpectedExits(), []);
});

t.test("the wall clock lies as told, over a restart too; the true one does not", async (t) => {
  const { world, control, perform, body, runMs } = createEchoWorld();
  const ahead = (): number =>
    Math.round(Number(body("n1", "/wall")) - world.clientEnv.clock.wallMs());
  perform((done) => control.setClock("n1", { offsetMs: -5000, rate: 2 }, done));
  t.ok(Math.abs(ahead() + 5000) < 10);
  perform((done) => control.kill("n1", done));
  perform((done) => control.start("n1", done));
  runMs(2000);
  t.ok(Math.abs(ahead() + 3000) < 10, "two seconds gained");
  perform((done) => control.setClock("n1", { offsetMs: 0, rate: 1 }, done));
  t.ok(Math.abs(ahead()) <= 1);
});

t.test("lost requests do nothing, lost replies hide what was done", async (t) => {
  const { control, perform, ask, body } = createEchoWorld();
  const lose = (requestsPermille: number, repliesPermille: number): void =>
    perform((done) => control.loseMessages("n1", { requestsPermille, repliesPermille }, done));
  const append = (text: string) => ask("n1", { method: "POST", path: "/append", body: text });
  lose(1000, 0);
  t.match(append("a"), { kind: "lost", error: "timeout" });
  lose(0, 1000);
  t.match(append("b"), { kind: "lost", error: "timeout" });
  lose(0, 0);
  t.equal(body("n1", "/file"), "b");
});

/** A program that does what it is told. */
function createProgramWorld(
  start: NodeProgram<null>["start"],
  driftPpmMax = 0,
): { readonly world: World; readonly traced: unknown[] } {
  const traced: unknown[] = [];
  const world = createWorld({
    program: { rules: null, start },
    rules: null,
    nodes: ["n1", "n2"],
    options: {},
    seed: 1,
    hostility: { ...calm, clock: { driftPpmMax } },
    codecs: false,
    onTrace: (node, inc, record) => traced.push([world.now() / 1e6, node, inc, record.kind]),
  });
  return { world, traced };
}

const ignore = (): void => undefined;

t.test(
  "no callback of a dead incarnation fires, and timers of a paused one fire late",
  async (t) => {
    const { world, traced } = createProgramWorld((env) => {
      env.clock.setTimer(10, () => env.trace({ kind: "timer" }));
      env.disk.append("file", 1, () => env.trace({ kind: "durable" }));
      env.clock.setTimer(5, () => env.trace({ kind: "off" })).cancel();
    });
    world.after(1, () => world.control.kill("n1", ignore));
    world.after(2, () => world.control.start("n1", ignore));
    world.after(3, () => world.control.pause("n2", ignore));
    world.after(50e6, () => world.control.resume("n2", ignore));
    world.runUntil(100e6);

    const of = (node: string): unknown => traced.filter((each) => (each as unknown[])[1] === node);
    t.match(of("n1"), [
      [Number, "n1", 2, "durable"],
      [10.000002, "n1", 2, "timer"],
    ]);
    t.match(of("n2"), [
      [50, "n2", 1, "durable"],
      [50, "n2", 1, "timer"],
    ]);
    t.equal(traced.length, 4);
  },
);

t.test("a clock that drifts takes its timers with it", async (t) => {
  const { world, traced } = createProgramWorld((env) => {
    const startNs = env.clock.now();
    env.clock.setTimer(1000, () => {
      t.ok(env.clock.now() - startNs >= 1e9, "no timer fires early by its own clock");
      env.trace({ kind: "timer" });
    });
  }, 1000);
  world.runUntil(2e9);
  const times = traced.map((each) => Number((each as unknown[])[0]));
  t.equal(times.length, 2);
  for (const time of times) t.ok(time !== 1000 && Math.abs(time - 1000) <= 1, `${time}`);
});

t.test("what an observer throws is no node's affair", async (t) => {
  const world = createWorld({
    program: { rules: null, start: (env) => env.trace({ kind: "start" }) },
    rules: null,
    nodes: ["n1"],
    options: {},
    seed: 1,
    hostility: calm,
    codecs: false,
    onTrace: () => {
      throw new Error("violated");
    },
  });
  t.throws(() => world.runUntil(1), { message: "violated" });
  t.same(world.unexpectedExits(), []);
});

t.test("where it is frozen, whoever changes what it handed over ends by an error", async (t) => {
  const programs: Readonly<Record<string, NodeProgram<null>["start"]>> = {
    "a frame": (env) => {
      const frame = { entries: [1] };
      env.network.send("n2", frame);
      frame.entries.push(2);
    },
    "a record": (env) => {
      const record = { entries: [1] };
      env.disk.append("file", record, () => undefined);
      record.entries.push(2);
    },
  };
  for (const [name, start] of Object.entries(programs)) {
    const world = createWorld({
      program: { rules: null, start },
      rules: null,
      nodes: ["n1", "n2"],
      options: {},
      seed: 1,
      hostility: calm,
      codecs: false,
      freezes: true,
    });
    world.runUntil(1e9);
    t.match(world.unexpectedExits()[0], { node: "n1", reason: /TypeError/ }, name);
  }
});
