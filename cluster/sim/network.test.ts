import t, { type Test } from "tap";
import type { Counter, LinkShape } from "../control.ts";
import { calm } from "./hostility.ts";
import { createEchoWorld, type EchoWorld, plainLink } from "./testing/echo-world.ts";

const link = { from: "n1", to: "n2" };
const back = { from: "n2", to: "n1" };
const texts = Array.from({ length: 50 }, (_, at) => `frame ${at}`);

function shape(one: EchoWorld, change: Partial<LinkShape> | null): void {
  const whole = change === null ? null : { ...plainLink, ...change };
  one.perform((done) => one.control.shapeLinks([link], whole, done));
}

function sendAll({ send }: EchoWorld): void {
  for (const text of texts) send(link, text);
}

function counted(t: Test, { world }: EchoWorld, counter: Counter, expected: number): void {
  t.equal(world.counters("n1")[counter], expected, counter);
}

const sorted = (all: readonly string[]): readonly string[] => [...all].sort();

t.test("a calm network delivers each frame once", async (t) => {
  const one = createEchoWorld();
  sendAll(one);
  one.runMs(100);
  t.same(sorted(one.heard(link)), sorted(texts));
  counted(t, one, "framesRisked", 0);
});

t.test("a lossy link loses some, in one direction, until it is healed", async (t) => {
  const one = createEchoWorld();
  shape(one, { lossPermille: 500 });
  sendAll(one);
  one.send(back, "back");
  one.runMs(100);
  const heard = one.heard(link);
  t.ok(heard.length > 10 && heard.length < 40, `${heard.length} of 50`);
  t.same(one.heard(back), ["back"]);
  counted(t, one, "framesRisked", texts.length);
  counted(t, one, "framesLost", texts.length - heard.length);

  shape(one, null);
  sendAll(one);
  one.runMs(100);
  t.equal(one.heard(link).length, heard.length + texts.length);
});

t.test("a link that doubles delivers twice", async (t) => {
  const one = createEchoWorld();
  shape(one, { duplicatePermille: 1000 });
  sendAll(one);
  one.runMs(100);
  t.same(sorted(one.heard(link)), sorted([...texts, ...texts]));
  counted(t, one, "framesDuplicated", texts.length);
});

t.test("a slow link delays by what it was told, and a wide range reorders", async (t) => {
  const one = createEchoWorld();
  shape(one, { delayMinMs: 200, delayMaxMs: 200 });
  one.send(link, "late");
  one.runMs(150);
  t.same(one.heard(link), []);
  one.runMs(100);
  t.same(one.heard(link), ["late"]);
  counted(t, one, "framesDelayed", 1);

  shape(one, { delayMinMs: 0, delayMaxMs: 500 });
  sendAll(one);
  one.runMs(600);
  const heard = one.heard(link).slice(1);
  t.same(sorted(heard), sorted(texts));
  t.not(heard.join(), texts.join());
});

t.test("a clogged link keeps frames until it is unclogged", async (t) => {
  const one = createEchoWorld();
  shape(one, { isClogged: true });
  sendAll(one);
  one.runMs(10_000);
  t.same(one.heard(link), []);
  counted(t, one, "framesClogged", texts.length);
  one.perform((done) =>
    one.control.probeLinks([link, back], (error, states) => {
      t.same(states, ["cut", "open"]);
      done(error);
    }),
  );

  shape(one, null);
  one.runMs(100);
  t.same(sorted(one.heard(link)), sorted(texts));
});

t.test("a reset loses what is on its way, held frames too, and nothing later", async (t) => {
  const one = createEchoWorld();
  shape(one, { delayMinMs: 200, delayMaxMs: 200 });
  one.send(link, "on its way");
  one.perform((done) => one.control.resetLinks([link], done));
  shape(one, { isClogged: true });
  one.send(link, "held");
  one.runMs(100);
  one.perform((done) => one.control.resetLinks([link], done));
  shape(one, null);
  one.send(link, "later");
  one.runMs(1000);
  t.same(one.heard(link), ["later"]);
  counted(t, one, "linksReset", 2);
  counted(t, one, "framesReset", 2);
});

t.test(
  "a hostile network loses, doubles and reorders, and counts none of it as a fault",
  async (t) => {
    const one = createEchoWorld({
      hostility: {
        network: {
          ...calm.network,
          lossPermille: 200,
          duplicatePermille: 200,
          slowPermille: 200,
          slowMaxUs: 500_000,
        },
      },
    });
    sendAll(one);
    one.runMs(1000);
    const heard = one.heard(link);
    const distinct = new Set(heard);
    t.ok(distinct.size < texts.length, "lost");
    t.ok(heard.length > distinct.size, "doubled");
    t.not(
      [...distinct].join(),
      [...texts].filter((text) => distinct.has(text)).join(),
      "reordered",
    );
    t.notOk(Object.values(one.world.counters("n1")).some((count) => count > 0));
  },
);
