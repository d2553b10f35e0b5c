import {
  allCapabilities,
  type ClockSetting,
  type Control,
  type Counters,
  type DiskShape,
  type Done,
  type Link,
  type LinkShape,
  type MessageLoss,
} from "../../cluster/control.ts";
import type { NodeName } from "../../cluster/env/env.ts";
import type { Rng } from "../../cluster/env/rng.ts";
import type { Order } from "../../cluster/subject.ts";
import { createAdmin, type SendOrder, wordsOf } from "../admin.ts";
import type { FaultContext } from "../fault.ts";
import { linkKey, majoritySize } from "../grudge.ts";
import type { Standing } from "../members.ts";
import { createFakeTally } from "./fake-tally.ts";
import type { VirtualClock } from "./virtual-clock.ts";

/** How long a call of the driver, a boot and a round trip take, and when a client gives up. */
const callMs = 20;
const bootMs = 300;
const roundTripMs = 2;
const statusTimeoutMs = 500;
const probeTimeoutMs = 1000;

/** A cluster without processes that feels every fault: what is down, frozen, cut, skewed, lossy. */
export type FakeCluster = FaultContext & {
  readonly order: SendOrder;
  readonly clock: VirtualClock;
  /** Every call of the driver but looks, as `kill n1` or `cut n1>n2`, in order. */
  readonly calls: readonly string[];
  /** True when nothing of any fault is left. */
  isWhole(): boolean;
  /** Calls of the driver for which this gives an error have no effect. */
  failing: (call: string) => Error | null;
};

type Node = {
  isDown: boolean;
  standing: Standing;
  isPaused: boolean;
  answersFromNs: number;
  clock: ClockSetting;
  clockSinceNs: number;
  loss: MessageLoss;
  disk: DiskShape | null;
};

/** Fail, and a node ends itself, at once here. Rot is forgotten by the heal. */
function endsNode(disk: DiskShape | null): boolean {
  if (disk === null) return false;
  const { isFull, readErrorPermille, writeErrorPermille, rotPermille } = disk;
  return isFull || readErrorPermille + writeErrorPermille + rotPermille > 0;
}

const standings = { add: "learner", promote: "voter", remove: "removed" } as const;
const trueClock: ClockSetting = { offsetMs: 0, rate: 1 };
const noLoss: MessageLoss = { requestsPermille: 0, repliesPermille: 0 };

export function createFakeCluster(options: {
  readonly nodes: readonly NodeName[];
  readonly clock: VirtualClock;
  readonly rng: Rng;
}): FakeCluster {
  const { nodes: names, clock, rng } = options;
  const nodes = new Map<NodeName, Node>(
    names.map((name) => [
      name,
      {
        isDown: false,
        standing: "voter",
        isPaused: false,
        answersFromNs: 0,
        clock: trueClock,
        clockSinceNs: 0,
        loss: noLoss,
        disk: null,
      },
    ]),
  );
  const cutLinks = new Set<string>();
  const shapes = new Map<string, LinkShape>();
  const tally = createFakeTally(clock, (name) => ({
    disk: nodeOf(name).disk,
    shapes: names
      .map((to) => shapes.get(linkKey({ from: name, to })))
      .filter((shape) => shape !== undefined),
  }));
  const calls: string[] = [];
  let term = 1;
  let leader: NodeName | null = names[0] ?? null;

  const cluster: FakeCluster = {
    clock,
    calls,
    failing: () => null,
    isWhole: () =>
      cutLinks.size === 0 &&
      shapes.size === 0 &&
      [...nodes.values()].every(
        (node) =>
          !node.isDown &&
          !node.isPaused &&
          node.standing === "voter" &&
          node.clock === trueClock &&
          node.loss === noLoss &&
          node.disk === null,
      ),
    control: control(),
    status,
    order,
    admin: createAdmin({ nodes: names, effects: () => [] }, { status, clock }, order),
  };

  function nodeOf(name: NodeName): Node {
    const node = nodes.get(name);
    if (node === undefined) throw new Error(`no node ${name}`);
    return node;
  }

  function call(text: string, done: Done, effect: () => void): void {
    calls.push(text);
    const error = cluster.failing(text);
    if (error === null) effect();
    clock.setTimer(callMs, () => done(error));
  }

  function control(): Control {
    return {
      nodes: names,
      capabilities: new Set(allCapabilities),
      kill: (name, done) =>
        call(`kill ${name}`, done, () => Object.assign(nodeOf(name), { isDown: true })),
      start: (name, done) =>
        call(`start ${name}`, done, () => {
          const node = nodeOf(name);
          if (!node.isDown) return;
          node.answersFromNs = clock.now() + bootMs * 1e6;
          node.isDown = endsNode(node.disk);
        }),
      pause: (name, done) =>
        call(`pause ${name}`, done, () => Object.assign(nodeOf(name), { isPaused: true })),
      resume: (name, done) =>
        call(`resume ${name}`, done, () => Object.assign(nodeOf(name), { isPaused: false })),
      cut: (links, done) =>
        call(`cut ${links.map(linkKey)}`, done, () => {
          for (const link of links) cutLinks.add(linkKey(link));
        }),
      join: (links, done) =>
        call(`join ${links.map(linkKey)}`, done, () => {
          for (const link of links) cutLinks.delete(linkKey(link));
        }),
      setClock: (name, setting, done) =>
        call(`setClock ${name}`, done, () => {
          const isTrue = setting.offsetMs === 0 && setting.rate === 1;
          nodeOf(name).clock = isTrue ? trueClock : setting;
          nodeOf(name).clockSinceNs = clock.now();
        }),
      loseMessages: (name, loss, done) =>
        call(`loseMessages ${name}`, done, () => {
          const isNone = loss.requestsPermille === 0 && loss.repliesPermille === 0;
          nodeOf(name).loss = isNone ? noLoss : loss;
        }),
      ...simulated(),
      probeLinks,
    };
  }

  type Simulated =
    | "shapeLinks"
    | "resetLinks"
    | "setDisk"
    | "losePower"
    | "crashAt"
    | "wipe"
    | "counters";

  function simulated(): Pick<Control, Simulated> {
    const stop = (name: NodeName, counter: keyof Counters): void => {
      nodeOf(name).isDown = true;
      tally.add(name, counter);
    };
    return {
      shapeLinks: (links, shape, done) =>
        call(`shapeLinks ${links.map(linkKey)}`, done, () => {
          tally.settle();
          for (const link of links) {
            if (shape === null) shapes.delete(linkKey(link));
            else shapes.set(linkKey(link), shape);
          }
        }),
      resetLinks: (links, done) =>
        call(`resetLinks ${links.map(linkKey)}`, done, () => {
          for (const { from } of links) tally.add(from, "linksReset");
        }),
      setDisk: (name, shape, done) =>
        call(`setDisk ${name}`, done, () => {
          tally.settle();
          const node = nodeOf(name);
          node.disk = shape;
          if (endsNode(shape)) node.isDown = true;
        }),
      losePower: (name, _survives, done) =>
        call(`losePower ${name}`, done, () => stop(name, "powerLosses")),
      crashAt: (name, point, done) =>
        call(`crashAt ${name}`, done, () => {
          if (point !== null) stop(name, "crashes");
        }),
      wipe: (name, done) => call(`wipe ${name}`, done, () => stop(name, "wipes")),
      counters: (name, done) => done(null, tally.of(name)),
    };
  }

  function isAwake(name: NodeName): boolean {
    const node = nodeOf(name);
    return !node.isDown && !node.isPaused;
  }

  function probeLinks(links: readonly Link[], done: Parameters<Control["probeLinks"]>[1]): void {
    const states = links.map((link) => {
      if (!isAwake(link.from) || !isAwake(link.to)) return "unknown" as const;
      const isClogged = shapes.get(linkKey(link))?.isClogged === true;
      return isClogged || cutLinks.has(linkKey(link)) ? ("cut" as const) : ("open" as const);
    });
    const isAllOpen = states.every((state) => state === "open");
    clock.setTimer(isAllOpen ? roundTripMs : probeTimeoutMs, () => done(null, states));
  }

  /** Elections take no time here: the first node that is connected to a majority leads. */
  function elect(): void {
    const canLead = (name: NodeName): boolean =>
      isAwake(name) &&
      nodeOf(name).standing === "voter" &&
      names.filter(
        (other) =>
          isAwake(other) &&
          !cutLinks.has(linkKey({ from: name, to: other })) &&
          !cutLinks.has(linkKey({ from: other, to: name })),
      ).length >= majoritySize(names.length);
    if (leader !== null && canLead(leader)) return;
    leader = names.find(canLead) ?? null;
    if (leader !== null) term += 1;
  }

  function status(name: NodeName, done: Parameters<FaultContext["status"]>[1]): void {
    elect();
    const node = nodeOf(name);
    const isLost = rng.chance(node.loss.requestsPermille + node.loss.repliesPermille, 1000);
    clock.setTimer(roundTripMs / 2, () => {
      if (node.isDown || clock.now() < node.answersFromNs) {
        clock.setTimer(roundTripMs / 2, () => done({ kind: "refused" }));
      } else if (node.isPaused || isLost) {
        clock.setTimer(statusTimeoutMs - roundTripMs / 2, () => done({ kind: "silent" }));
      } else {
        const answer = {
          role: name === leader ? ("leader" as const) : ("follower" as const),
          term,
          leader,
          commitIndex: 0,
          lastApplied: 0,
          wallMs: wallMs(node),
          members: {
            voters: ofStanding("voter"),
            learners: ofStanding("learner"),
            isSettled: name === leader,
          },
        };
        clock.setTimer(roundTripMs / 2, () => done({ kind: "answers", status: answer }));
      }
    });
  }

  function ofStanding(standing: Standing): NodeName[] {
    return names.filter((name) => nodeOf(name).standing === standing);
  }

  /** The leader does what it is told; everybody hears of it at once. */
  function order(to: NodeName, asked: Order, done: Parameters<SendOrder>[2]): void {
    const { order: what, node: name } = asked;
    const node = nodeOf(name);
    if (to !== leader || !isAwake(to)) {
      clock.setTimer(callMs, () => done({ kind: "refused", reason: "not-leader" }));
      return;
    }
    const carryOut = (): void => {
      if (what !== "transfer") node.standing = standings[what];
      else if (isAwake(name)) [leader, term] = [name, term + 1];
    };
    const answer = (error: Error | null): void =>
      done(error === null ? { kind: "done" } : { kind: "refused", reason: error.message });
    call(wordsOf(asked), answer, carryOut);
  }

  function wallMs({ clock: setting, clockSinceNs }: Node): number {
    const passedMs = (clock.now() - clockSinceNs) / 1e6;
    return Math.round(clock.wallMs() + setting.offsetMs + (setting.rate - 1) * passedMs);
  }

  return cluster;
}
