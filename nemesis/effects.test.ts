import t from "tap";
import { createRng } from "../cluster/env/rng.ts";
import { composeEffects, type Effects } from "./effects.ts";
import { createFakeCluster, type FakeCluster } from "./testing/fake-control.ts";
import { createVirtualClock } from "./testing/virtual-clock.ts";

const link = { from: "n1", to: "n2" };
const back = { from: "n2", to: "n1" };
const slow = { offsetMs: 0, rate: 0.5 };
const truth = { offsetMs: 0, rate: 1 };

function setUp(): {
  cluster: FakeCluster;
  effects: Effects;
  errors: (Error | null)[];
  run(): void;
} {
  const clock = createVirtualClock();
  const cluster = createFakeCluster({ nodes: ["n1", "n2", "n3"], clock, rng: createRng(1) });
  const errors: (Error | null)[] = [];
  return {
    cluster,
    effects: composeEffects(cluster.control),
    errors,
    run: () => clock.run(10_000),
  };
}

t.test("healing one partition leaves the links that another one holds", async (t) => {
  const { cluster, effects, errors, run } = setUp();
  const [one, other] = [effects.forInstance("one"), effects.forInstance("other")];
  const done = (error: Error | null) => errors.push(error);

  one.cut([link, back], done);
  other.cut([link], done);
  one.join([link, back], done);
  one.join([link, back], done);
  run();
  t.same(cluster.calls, ["cut n1>n2,n2>n1", "cut n1>n2", "join n2>n1", "join n2>n1"]);
  t.notOk(cluster.isWhole());

  other.join([link], done);
  run();
  t.ok(cluster.isWhole());
  t.same(errors, [null, null, null, null, null]);
});

t.test("a node is started, or thawed, when nobody holds it any more", async (t) => {
  const { cluster, effects, errors, run } = setUp();
  const [one, other] = [effects.forInstance("one"), effects.forInstance("other")];
  const done = (error: Error | null) => errors.push(error);

  for (const control of [one, other]) {
    control.kill("n1", done);
    control.pause("n2", done);
  }
  one.start("n1", done);
  one.resume("n2", done);
  run();
  t.notOk(cluster.calls.some((call) => /start|resume/.test(call)));

  other.start("n1", done);
  other.resume("n2", done);
  run();
  t.ok(cluster.isWhole());
  t.equal(errors.length, 8);
});

t.test("calls for one node reach the driver one after another, for two at once", async (t) => {
  const { cluster, effects } = setUp();
  const one = effects.forInstance("one");

  one.kill("n1", () => undefined);
  one.start("n1", () => undefined);
  one.kill("n2", () => undefined);
  t.same(cluster.calls, ["kill n1", "kill n2"]);

  cluster.clock.run(10_000);
  t.same(cluster.calls, ["kill n1", "kill n2", "start n1"]);
});

t.test("a clock is held by one instance at a time", async (t) => {
  const { cluster, effects, errors, run } = setUp();
  const done = (error: Error | null) => errors.push(error);

  effects.forInstance("one").setClock("n1", slow, done);
  effects.forInstance("other").setClock("n1", slow, done);
  effects.forInstance("other").setClock("n1", truth, done);
  run();
  t.match(errors, [null, { message: "the clock of n1 is held by one" }, null]);
  t.notOk(cluster.isWhole(), "the heal of another instance does not touch it");

  effects.forInstance("one").setClock("n1", truth, done);
  run();
  t.ok(cluster.isWhole());
});

t.test("of two losses on one node the heavier holds, of requests and of replies", async (t) => {
  const losses: string[] = [];
  const { cluster } = setUp();
  const control = {
    ...cluster.control,
    loseMessages: (_node: string, loss: object, done: (error: null) => void) => {
      losses.push(JSON.stringify(loss));
      done(null);
    },
  };
  const effects = composeEffects(control);
  const lose = (id: string, requestsPermille: number, repliesPermille: number) =>
    effects
      .forInstance(id)
      .loseMessages("n1", { requestsPermille, repliesPermille }, () => undefined);

  lose("one", 100, 20);
  lose("other", 50, 70);
  lose("one", 0, 0);
  lose("other", 0, 0);

  t.same(
    losses.map((loss) => Object.values(JSON.parse(loss))),
    [
      [100, 20],
      [100, 70],
      [50, 70],
      [0, 0],
    ],
  );
});

const frames = { lossPermille: 0, duplicatePermille: 0, delayMinMs: 0, delayMaxMs: 0 };

t.test("of several shapes of a link the heavier of each kind holds", async (t) => {
  const { cluster, errors, run } = setUp();
  const done = (error: Error | null) => errors.push(error);
  const shaped: unknown[] = [];
  const { control } = cluster;
  const composed = composeEffects({
    ...control,
    shapeLinks: (links, shape, done) => {
      shaped.push([...links, shape]);
      control.shapeLinks(links, shape, done);
    },
  });
  const [one, other] = [composed.forInstance("one"), composed.forInstance("other")];
  const lossy = { ...frames, lossPermille: 300, isClogged: false };
  const late = { ...frames, lossPermille: 100, delayMaxMs: 50, isClogged: true };

  one.shapeLinks([link], lossy, done);
  other.shapeLinks([link, back], late, done);
  one.shapeLinks([link], null, done);
  other.shapeLinks([link, back], null, done);
  run();
  t.same(shaped, [
    [link, lossy],
    [link, { ...late, lossPermille: 300 }],
    [back, late],
    [link, late],
    [link, back, null],
  ]);
  t.ok(cluster.isWhole());
  t.same(errors, [null, null, null, null]);
});

t.test("a disk belongs to one instance at a time", async (t) => {
  const { cluster, effects, errors, run } = setUp();
  const done = (error: Error | null) => errors.push(error);
  const slowDisk = {
    slowMs: 10,
    isFull: false,
    readErrorPermille: 0,
    writeErrorPermille: 0,
    lostWritePermille: 0,
    misdirectedWritePermille: 0,
    rotPermille: 0,
  };
  const [one, other] = [effects.forInstance("one"), effects.forInstance("other")];
  one.setDisk("n1", slowDisk, done);
  other.setDisk("n1", slowDisk, done);
  other.setDisk("n1", null, done);
  run();
  t.match(errors, [null, { message: "the disk of n1 is held by one" }, null]);
  t.notOk(cluster.isWhole(), "and only that one heals it");

  one.setDisk("n1", null, done);
  other.setDisk("n1", slowDisk, done);
  run();
  t.same(errors.slice(3), [null, null]);
});

t.test("a node that lost its power, or may crash, is started by its last holder", async (t) => {
  const { cluster, effects, errors, run } = setUp();
  const done = (error: Error | null) => errors.push(error);
  const [one, other] = [effects.forInstance("one"), effects.forInstance("other")];
  one.losePower("n1", "none", done);
  other.crashAt("n1", "before-send", done);
  one.start("n1", done);
  run();
  t.notOk(cluster.isWhole());

  other.crashAt("n1", null, done);
  other.start("n1", done);
  run();
  t.ok(cluster.isWhole());
  t.same(errors, [null, null, null, null, null]);
});
