import type { ClockSetting, Control, Done, Link, MessageLoss } from "../cluster/control.ts";
import type { NodeName } from "../cluster/env/env.ts";
import { linkKey } from "./grudge.ts";

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

export function composeEffects(control: Control): Effects {
  const inTurn = createTurns();
  const downHolders = createHolders();
  const pauseHolders = createHolders();
  const linkHolders = createHolders();
  const clockHolder = new Map<NodeName, string>();
  const losses = new Map<NodeName, Map<string, MessageLoss>>();

  function setClock(id: string, node: NodeName, setting: ClockSetting, done: Done): void {
    const holder = clockHolder.get(node) ?? id;
    const isTrue = setting.offsetMs === 0 && setting.rate === 1;
    if (holder !== id) {
      done(isTrue ? null : new Error(`the clock of ${node} is held by ${holder}`));
      return;
    }
    if (isTrue) clockHolder.delete(node);
    else clockHolder.set(node, id);
    control.setClock(node, setting, done);
  }

  function loseMessages(id: string, node: NodeName, loss: MessageLoss, done: Done): void {
    const held = losses.get(node) ?? new Map<string, MessageLoss>();
    losses.set(node, held);
    if (loss.requestsPermille === 0 && loss.repliesPermille === 0) held.delete(id);
    else held.set(id, loss);
    control.loseMessages(node, worstLoss([...held.values()]), done);
  }

  return {
    forInstance: (id) => ({
      ...control,
      nodes: control.nodes,
      capabilities: control.capabilities,
      probeLinks: control.probeLinks,
      kill: (node, done) =>
        inTurn(node, done, (next) => {
          downHolders.hold(node, id);
          control.kill(node, next);
        }),
      start: (node, done) =>
        inTurn(node, done, (next) => {
          if (downHolders.release(node, id)) control.start(node, next);
          else next(null);
        }),
      pause: (node, done) =>
        inTurn(node, done, (next) => {
          pauseHolders.hold(node, id);
          control.pause(node, next);
        }),
      resume: (node, done) =>
        inTurn(node, done, (next) => {
          if (pauseHolders.release(node, id)) control.resume(node, next);
          else next(null);
        }),
      cut: (links, done) =>
        inTurn("links", done, (next) => {
          for (const link of links) linkHolders.hold(linkKey(link), id);
          control.cut(links, next);
        }),
      join: (links, done) =>
        inTurn("links", done, (next) => {
          const free = links.filter((link: Link) => linkHolders.release(linkKey(link), id));
          if (free.length > 0) control.join(free, next);
          else next(null);
        }),
      setClock: (node, setting, done) =>
        inTurn(node, done, (next) => setClock(id, node, setting, next)),
      loseMessages: (node, loss, done) =>
        inTurn(node, done, (next) => loseMessages(id, node, loss, next)),
    }),
  };
}

type Holders = {
  hold(thing: string, id: string): void;
  /** Gives up the hold; true when nobody else has one. */
  release(thing: string, id: string): boolean;
};

function createHolders(): Holders {
  const idsByThing = new Map<string, Set<string>>();
  return {
    hold(thing, id) {
      const ids = idsByThing.get(thing) ?? new Set<string>();
      idsByThing.set(thing, ids.add(id));
    },
    release(thing, id) {
      const ids = idsByThing.get(thing);
      ids?.delete(id);
      return ids === undefined || ids.size === 0;
    },
  };
}

/** Runs the calls of one subject (a node, or "links") one after another, each until it is done. */
function createTurns(): (subject: string, done: Done, call: (next: Done) => void) => void {
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
function worstLoss(losses: readonly MessageLoss[]): MessageLoss {
  return {
    requestsPermille: Math.max(0, ...losses.map((loss) => loss.requestsPermille)),
    repliesPermille: Math.max(0, ...losses.map((loss) => loss.repliesPermille)),
  };
}
