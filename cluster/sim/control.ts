import {
  allCapabilities,
  type Capability,
  type Control,
  type Done,
  type Link,
  type LinkState,
  noCounters,
} from "../control.ts";
import type { NodeName } from "../env/env.ts";
import { addCall } from "./clocks.ts";
import { type Core, resume } from "./life.ts";
import type { SimLink, SimNetwork } from "./network.ts";
import type { SimNode } from "./sim-node.ts";

/** A simulation can do everything. */
export const capabilities: ReadonlySet<Capability> = new Set(allCapabilities);

/** What the nemesis can do to a simulated cluster. It is done at once; `done` is called after the caller's turn. */
export function createControl({
  core,
  nodes,
  network,
  start,
}: {
  readonly core: Core;
  readonly nodes: ReadonlyMap<NodeName, SimNode>;
  readonly network: SimNetwork;
  readonly start: (node: SimNode) => void;
}): Control {
  /** What one event told, all of it is called back in one event. */
  let told: (() => void)[] = [];
  const callBack = (): void => {
    const runs = told;
    told = [];
    for (const run of runs) run();
  };
  const soon = (run: () => void): void => {
    if (told.length === 0) addCall(core, 0, callBack);
    told.push(run);
  };
  /** Does it to one node. */
  const toNode = (name: NodeName, done: Done, act: (node: SimNode) => void): void => {
    const node = nodes.get(name);
    if (node === undefined) throw new RangeError(`no node ${name} among ${[...nodes.keys()]}`);
    act(node);
    soon(() => done(null));
  };
  const toLinks = (links: readonly Link[], done: Done, act: (link: SimLink) => void): void => {
    for (const { from, to } of links) act(network.link(from, to));
    soon(() => done(null));
  };

  return {
    nodes: [...nodes.keys()],
    capabilities,
    kill: (name, done) => toNode(name, done, (node) => node.kill()),
    start: (name, done) => toNode(name, done, start),
    pause: (name, done) =>
      toNode(name, done, ({ life }) => {
        if (life !== null) life.isPaused = true;
      }),
    resume: (name, done) =>
      toNode(name, done, ({ life }) => {
        if (life !== null) resume(core, life);
      }),
    cut: (links, done) =>
      toLinks(links, done, (link) => {
        link.isCut = true;
      }),
    join: (links, done) =>
      toLinks(links, done, (link) => {
        link.isCut = false;
      }),
    setClock: (name, setting, done) => toNode(name, done, (node) => node.setClock(setting)),
    loseMessages: (name, loss, done) =>
      toNode(name, done, (node) => {
        node.loss = loss;
      }),
    shapeLinks: (links, shape, done) => toLinks(links, done, (link) => network.shape(link, shape)),
    resetLinks: (links, done) => toLinks(links, done, (link) => network.reset(link)),
    setDisk: (name, shape, done) =>
      toNode(name, done, (node) => {
        node.disk.store.shape = shape;
      }),
    losePower: (name, survives, done) =>
      toNode(name, done, (node) => {
        node.kill();
        node.disk.store.losePower(survives);
      }),
    crashAt: (name, point, done) =>
      toNode(name, done, (node) => {
        node.armed = point;
      }),
    wipe: (name, done) =>
      toNode(name, done, (node) => {
        if (node.life === null) node.disk.store.wipe();
      }),
    counters: (name, done) =>
      toNode(
        name,
        () => done(null, nodes.get(name)?.counters ?? noCounters),
        () => undefined,
      ),
    probeLinks: (links, done) => {
      const states = links.map(({ from, to }) => probe(network.link(from, to)));
      soon(() => done(null, states));
    },
  };
}

/** Silence tells of a cut only where the far end could have answered. */
function probe({ to, isCut, shape }: SimLink): LinkState {
  if (to.life === null || to.life.isPaused) return "unknown";
  return isCut || shape?.isClogged === true ? "cut" : "open";
}
