import type {
  ClockSetting,
  Control,
  CrashPoint,
  DiskShape,
  Done,
  Link,
  LinkShape,
  MessageLoss,
  Unsynced,
} from "../cluster/control.ts";
import type { NodeName } from "../cluster/env/env.ts";
import { forEach } from "./each.ts";
import { linkKey } from "./grudge.ts";
import { createExclusive, createHolders, createMerged, type Exclusive } from "./holders.ts";

/**
 * Lets several instances of faults share one driver: healing one leaves in place what another still
 * holds. Holders are remembered by instance, not counted by call, so healing twice is harmless.
 *
 * Calls that concern the same node, and all calls that concern links, are handed to the driver one
 * after another: a late `join` never undoes a `cut` that was asked for after it.
 */
export type Effects = {
  /** The driver as one instance may use it: everything it does is held under this id. */
  forInstance(id: string): Control;
};

type Turns = (subject: string, done: Done, call: (next: Done) => void) => void;

export function composeEffects(control: Control): Effects {
  const inTurn = createTurns();
  const processes = composeProcesses(control, inTurn);
  const links = composeLinks(control, inTurn);
  const settings = composeSettings(control, inTurn);
  return {
    forInstance: (id) => ({
      nodes: control.nodes,
      capabilities: control.capabilities,
      probeLinks: control.probeLinks,
      counters: control.counters,
      ...processes(id),
      ...links(id),
      ...settings(id),
    }),
  };
}

type Processes = Pick<
  Control,
  "kill" | "start" | "pause" | "resume" | "losePower" | "crashAt" | "wipe"
>;

/** A node starts, or thaws, when the last instance that stopped it lets go. */
function composeProcesses(control: Control, inTurn: Turns): (id: string) => Processes {
  const down = createHolders();
  const paused = createHolders();
  const stop =
    (id: string, call: (node: NodeName, next: Done) => void) => (node: NodeName, done: Done) =>
      inTurn(node, done, (next) => {
        down.hold(node, id);
        call(node, next);
      });
  return (id) => ({
    kill: stop(id, control.kill),
    losePower: (node: NodeName, survives: Unsynced, done: Done) =>
      stop(id, (_, next) => control.losePower(node, survives, next))(node, done),
    /** Armed, it holds the node down already: whoever stopped it must not start it. */
    crashAt: (node: NodeName, point: CrashPoint | null, done: Done) =>
      inTurn(node, done, (next) => {
        if (point !== null) down.hold(node, id);
        control.crashAt(node, point, next);
      }),
    wipe: (node, done) => inTurn(node, done, (next) => control.wipe(node, next)),
    start: (node, done) =>
      inTurn(node, done, (next) => {
        if (down.release(node, id)) control.start(node, next);
        else next(null);
      }),
    pause: (node, done) =>
      inTurn(node, done, (next) => {
        paused.hold(node, id);
        control.pause(node, next);
      }),
    resume: (node, done) =>
      inTurn(node, done, (next) => {
        if (paused.release(node, id)) control.resume(node, next);
        else next(null);
      }),
  });
}

type LinkCalls = Pick<Control, "cut" | "join" | "shapeLinks" | "resetLinks">;

/** A link is joined when its last holder lets go; of several shapes, the heavier of each kind holds. */
function composeLinks(control: Control, inTurn: Turns): (id: string) => LinkCalls {
  const cutters = createHolders();
  const shapes = createMerged<LinkShape>(heavierShape);
  return (id) => ({
    cut: (links, done) =>
      inTurn("links", done, (next) => {
        for (const link of links) cutters.hold(linkKey(link), id);
        control.cut(links, next);
      }),
    join: (links, done) =>
      inTurn("links", done, (next) => {
        const free = links.filter((link: Link) => cutters.release(linkKey(link), id));
        if (free.length > 0) control.join(free, next);
        else next(null);
      }),
    shapeLinks: (links, shape, done) =>
      inTurn("links", done, (next) => {
        for (const link of links) shapes.set(linkKey(link), id, shape);
        forEach(
          byShape(links),
          ([merged, some], shaped) => control.shapeLinks(some, merged, shaped),
          next,
        );
      }),
    resetLinks: (links, done) => inTurn("links", done, (next) => control.resetLinks(links, next)),
  });

  /** Most of them are alike: what one instance alone wants of its links is one object. */
  function byShape(links: readonly Link[]): readonly (readonly [LinkShape | null, Link[]])[] {
    const alike = new Map<LinkShape | null, Link[]>();
    for (const link of links) {
      const merged = shapes.of(linkKey(link));
      const some = alike.get(merged);
      if (some === undefined) alike.set(merged, [link]);
      else some.push(link);
    }
    return [...alike];
  }
}

type Settings = Pick<Control, "setClock" | "setDisk" | "loseMessages">;

/** One instance at a time has a node's clock, or its disk; the heavier loss of messages holds. */
function composeSettings(control: Control, inTurn: Turns): (id: string) => Settings {
  const clocks = createExclusive();
  const disks = createExclusive();
  const losses = createMerged<MessageLoss>(heavierLoss);
  return (id) => ({
    setClock: (node, setting: ClockSetting, done) =>
      inTurn(node, done, (next) => {
        const isTrue = setting.offsetMs === 0 && setting.rate === 1;
        if (!isOurs(clocks, "clock", node, id, isTrue, next)) return;
        control.setClock(node, setting, next);
      }),
    setDisk: (node, shape: DiskShape | null, done) =>
      inTurn(node, done, (next) => {
        if (!isOurs(disks, "disk", node, id, shape === null, next)) return;
        control.setDisk(node, shape, next);
      }),
    loseMessages: (node, loss, done) =>
      inTurn(node, done, (next) => {
        const isNone = loss.requestsPermille === 0 && loss.repliesPermille === 0;
        losses.set(node, id, isNone ? null : loss);
        control.loseMessages(node, losses.of(node) ?? loss, next);
      }),
  });
}

/** Takes or gives back; calls `next` itself when another instance has it. */
function isOurs(
  exclusive: Exclusive,
  what: string,
  node: NodeName,
  id: string,
  isHeal: boolean,
  next: Done,
): boolean {
  const holder = exclusive.holderBut(node, id);
  if (holder !== null) {
    next(isHeal ? null : new Error(`the ${what} of ${node} is held by ${holder}`));
    return false;
  }
  if (isHeal) exclusive.give(node, id);
  else exclusive.take(node, id);
  return true;
}

/** Runs the calls of one subject (a node, or "links") one after another, each until it is done. */
function createTurns(): Turns {
  const waiting = new Map<string, (() => void)[]>();
  return (subject, done, call) => {
    const run = (): void =>
      call((error) => {
        done(error);
        const next = waiting.get(subject)?.shift();
        if (next === undefined) waiting.delete(subject);
        else next();
      });
    const queue = waiting.get(subject);
    if (queue !== undefined) {
      queue.push(run);
      return;
    }
    waiting.set(subject, []);
    run();
  };
}

/** Two losses on one node do not add up: the heavier of each kind holds. */
function heavierLoss(one: MessageLoss, other: MessageLoss): MessageLoss {
  return {
    requestsPermille: Math.max(one.requestsPermille, other.requestsPermille),
    repliesPermille: Math.max(one.repliesPermille, other.repliesPermille),
  };
}

function heavierShape(one: LinkShape, other: LinkShape): LinkShape {
  return {
    lossPermille: Math.max(one.lossPermille, other.lossPermille),
    duplicatePermille: Math.max(one.duplicatePermille, other.duplicatePermille),
    delayMinMs: Math.max(one.delayMinMs, other.delayMinMs),
    delayMaxMs: Math.max(one.delayMaxMs, other.delayMaxMs),
    isClogged: one.isClogged || other.isClogged,
  };
}
