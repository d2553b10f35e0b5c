import type { ClockSetting, Done } from "../../cluster/control.ts";
import type { Json, NodeName } from "../../cluster/env/env.ts";
import { byName, collect, forEach } from "../each.ts";
import type { Fault, FaultContext, Instance, Observation } from "../fault.ts";
import { drawNumber, durationSchema, rateSchema, signedDurationSchema } from "../parameters.ts";
import { drawSelector, nodesSchema, selectNodes, whyAsleep } from "../select.ts";
import { askStatus } from "../status-look.ts";
import { startStrobe, stopStrobe } from "../strobe.ts";

/** Between the two reads that give the rate. */
const readsApartMs = 500;
/** What a true clock may be off for other reasons: rounding, a slow machine. */
const toleranceMs = 50;
/** What a lying clock may be off from what was asked for: drivers set it by way of files. */
const inexactMs = 500;

/**
 * Makes the wall clock of its targets lie: an offset, and from then on a rate; with `strobe`, it
 * jumps there and back at this interval. Every target draws its own. Monotonic time is never touched, so timeouts of a correct subject stay what they are.
 *
 * Only one clock fault at a time holds a node.
 */
export const fault: Fault = {
  name: "clock",
  summary: "shift the wall clock of nodes and let it run too fast or too slow",
  needs: "clock",
  parameters: {
    nodes: nodesSchema,
    offset: signedDurationSchema,
    rate: rateSchema,
    strobe: durationSchema,
  },
  required: [],

  resolve(view, parameters, rng) {
    const selector = drawSelector(parameters["nodes"], "random", rng);
    const asleep = whyAsleep(view);
    const targets = selectNodes(selector, view, rng, (node) =>
      view.skewed.has(node) ? "already skewed" : asleep(node),
    );
    if (typeof targets === "string") return targets;
    const skewed = targets.map((node) => ({
      node,
      setting: {
        offsetMs: drawNumber(parameters["offset"], rng, { fallback: 0, stepsPerUnit: 1 }),
        rate: drawNumber(parameters["rate"], rng, { fallback: 1, stepsPerUnit: 1000 }),
      },
    }));
    if (skewed.some(({ setting }) => !isVisible(setting))) return "drew a skew too small to see";
    const strobeMs = drawNumber(parameters["strobe"], rng, { fallback: 0, stepsPerUnit: 1 });
    const detail = { ...settingsByNode(skewed), ...(strobeMs > 0 && { strobeMs }) };
    return { targets, detail, effect: { skewed } };
  },

  inject({ control, clock }, instance, done) {
    const { detail, effect } = instance;
    const skewed = effect.skewed ?? [];
    const lie: SetClocks = (set) =>
      forEach(skewed, ({ node, setting }, next) => control.setClock(node, setting, next), set);
    const strobeMs = Number(detail["strobeMs"] ?? 0);
    if (strobeMs > 0) {
      startStrobe(clock, instance, strobeMs, (count) => {
        if (count % 2 === 0) lie(ignore);
        else setTrue(control, skewed, ignore);
      });
    }
    lie(done);
  },

  heal({ control }, instance, done) {
    stopStrobe(instance);
    setTrue(control, instance.effect.skewed ?? [], done);
  },

  probe(context, { targets }, done) {
    collect<NodeName, Reading | null>(
      targets,
      (node, next) => readTwice(context, node, (reading) => next(null, reading)),
      (error, readings) =>
        done(
          error,
          byName(targets, (_, at) => readings[at] ?? null),
        ),
    );
  },

  judge({ effect }, looks) {
    const verdicts = (effect.skewed ?? []).map(({ node, setting }) => {
      const before = readingOf(looks.before[node]);
      const during = readingOf(looks.during[node]);
      const after = readingOf(looks.after[node]);
      return {
        isRead: before !== null && during !== null,
        isSkewed: before !== null && during !== null && isSkewed(setting, before, during),
        isHealed: after !== null && isBack(before ?? truth, after),
        text: () => `${node} ${show(before)} before, ${show(during)} during, ${show(after)} after`,
      };
    });
    return {
      // A node that another fault stopped shows nothing, neither for nor against.
      effective: verdicts.some(({ isRead }) => isRead)
        ? verdicts.every(({ isRead, isSkewed }) => isSkewed || !isRead)
        : null,
      healed: verdicts.every(({ isHealed }) => isHealed),
      evidence: () => `wall clocks against ours: ${verdicts.map(({ text }) => text()).join("; ")}`,
    };
  },
};

type SetClocks = (done: Done) => void;
type Skewed = NonNullable<Instance["effect"]["skewed"]>;

function setTrue(control: FaultContext["control"], skewed: Skewed, done: Done): void {
  const trueClock = { offsetMs: 0, rate: 1 };
  forEach(skewed, ({ node }, next) => control.setClock(node, trueClock, next), done);
}

/** One that fails is made up for by the next; the looks decide. */
function ignore(): void {}

/** What a node's wall clock showed, against ours. A type of plain JSON. */
type Reading = {
  /** Our monotonic clock at the first read, milliseconds. */
  readonly atMs: number;
  /** Node's minus ours at the first read. */
  readonly skewMs: number;
  /** Half a round trip and rounding: how far `skewMs` may be off. */
  readonly boundMs: number;
  /** Its milliseconds per millisecond of ours. */
  readonly rate: number;
  readonly rateBound: number;
};

type Read = { readonly atMs: number; readonly skewMs: number; readonly boundMs: number };

function readOnce(context: FaultContext, node: NodeName, done: (read: Read | null) => void): void {
  const { clock } = context;
  const askedNs = clock.now();
  askStatus(context, node, (probe) => {
    if (probe.kind !== "answers") {
      done(null);
      return;
    }
    const halfTripMs = (clock.now() - askedNs) / 2e6;
    done({
      atMs: askedNs / 1e6 + halfTripMs,
      skewMs: probe.status.wallMs - (clock.wallMs() - halfTripMs),
      boundMs: halfTripMs + 1,
    });
  });
}

/** Null when the node did not answer both times. */
function readTwice(
  context: FaultContext,
  node: NodeName,
  done: (reading: Reading | null) => void,
): void {
  readOnce(context, node, (first) => {
    if (first === null) {
      done(null);
      return;
    }
    context.clock.setTimer(readsApartMs, () =>
      readOnce(context, node, (second) => {
        if (second === null) {
          done(null);
          return;
        }
        const passedMs = second.atMs - first.atMs;
        done({
          ...first,
          rate: 1 + (second.skewMs - first.skewMs) / passedMs,
          rateBound: (first.boundMs + second.boundMs) / passedMs,
        });
      }),
    );
  });
}

function readingOf(value: Json | undefined): Reading | null {
  return (value ?? null) as Reading | null;
}

/** Stands in for a look before that saw nothing: the node's clock and ours agreed. */
const truth = { skewMs: 0, boundMs: 0 };

function isVisible({ offsetMs, rate }: ClockSetting): boolean {
  return Math.abs(offsetMs) >= 2 * toleranceMs || Math.abs(rate - 1) >= 0.05;
}

/**
 * The skew moved to where offset and rate can have brought it between the two looks, and it is
 * certain that it moved, or that the clock runs at another rate.
 */
function isSkewed({ offsetMs, rate }: ClockSetting, before: Reading, during: Reading): boolean {
  const movedMs = during.skewMs - before.skewMs;
  const uncertainMs = before.boundMs + during.boundMs + inexactMs;
  const driftMs = (rate - 1) * (during.atMs - before.atMs);
  const isExpected =
    movedMs >= offsetMs + Math.min(0, driftMs) - uncertainMs &&
    movedMs <= offsetMs + Math.max(0, driftMs) + uncertainMs;
  const hasMoved = Math.abs(movedMs) > before.boundMs + during.boundMs + toleranceMs / 2;
  const runsOff = Math.abs(during.rate - 1) > during.rateBound && rate !== 1;
  return isExpected && (hasMoved || runsOff);
}

function isBack(before: Pick<Reading, "skewMs" | "boundMs">, after: Reading): boolean {
  return Math.abs(after.skewMs - before.skewMs) <= before.boundMs + after.boundMs + toleranceMs;
}

function show(reading: Reading | null): string {
  if (reading === null) return "not measured";
  const { skewMs, boundMs, rate } = reading;
  return `off by ${Math.round(skewMs)} ms (±${Math.ceil(boundMs)}, rate ${rate.toFixed(2)})`;
}

function settingsByNode(
  skewed: readonly { readonly node: NodeName; readonly setting: ClockSetting }[],
): Observation {
  return Object.fromEntries(skewed.map(({ node, setting }) => [node, { ...setting }]));
}
