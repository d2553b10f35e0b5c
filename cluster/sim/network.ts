import type { LinkShape } from "../control.ts";
import type { Json, Network, NodeName } from "../env/env.ts";
import { createFrameReader, encodeFrame } from "../env/frame-stream.ts";
import type { Rng } from "../env/rng.ts";
import { below, between, isDrawn } from "./draw.ts";
import type { Hostility } from "./hostility.ts";
import type { Core, Life } from "./life.ts";
import type { SimEvent } from "./schedule.ts";
import type { SimNode } from "./sim-node.ts";

/** Frames in one direction. */
export type SimLink = {
  readonly from: SimNode;
  readonly to: SimNode;
  isCut: boolean;
  shape: LinkShape | null;
  /** Counts resets: frames of an earlier connection never arrive. */
  connection: number;
  /** Frames that a clog keeps, oldest first. */
  readonly held: Frame[];
};

/** A message as bytes, and what they say, once they were read: the same bytes say the same to all. */
type Encoded = { readonly sent: Json; readonly bytes: Buffer; received: Json | undefined };

/** The network between nodes. */
export class SimNetwork {
  readonly #core: Core;
  readonly #rng: Rng;
  readonly #hostility: Hostility["network"];
  readonly #codecs: boolean;
  readonly #links = new Map<NodeName, readonly SimLink[]>();
  /** Frames that arrived, to be used again. */
  readonly #spare: Frame[] = [];
  readonly #reader = createFrameReader();
  /** What was sent last: a leader sends one message to several followers. */
  #encoded: Encoded | null = null;

  constructor(
    core: Core,
    nodes: readonly SimNode[],
    options: {
      readonly rng: Rng;
      readonly hostility: Hostility["network"];
      readonly codecs: boolean;
    },
  ) {
    this.#core = core;
    this.#rng = options.rng;
    this.#hostility = options.hostility;
    this.#codecs = options.codecs;
    for (const from of nodes) {
      const others = nodes.filter((to) => to !== from);
      this.#links.set(
        from.name,
        others.map((to) => createLink(from, to)),
      );
    }
  }

  link(from: NodeName, to: NodeName): SimLink {
    const link = linkTo(this.#links.get(from) ?? [], to);
    if (link === null) throw new RangeError(`no link from ${from} to ${to}`);
    return link;
  }

  /** The port of one incarnation. */
  open(life: Life): Network {
    const { node } = life;
    const links = this.#links.get(node.name) as readonly SimLink[];
    return {
      send: (to, frame) => {
        if (!life.isAlive) return;
        if (node.armed !== null) node.comeTo("before-send");
        const link = linkTo(links, to);
        if (link !== null) this.#send(link, frame);
        if (node.armed !== null) node.comeTo("after-send");
      },
      onFrame: (handler) => {
        life.onFrame = handler;
      },
    };
  }

  /** Null heals; frames that were held arrive now. */
  shape(link: SimLink, shape: LinkShape | null): void {
    link.shape = shape;
    if (shape?.isClogged === true) return;
    for (const frame of link.held.splice(0)) this.#core.schedule.add(this.#delayNs(link), frame);
  }

  reset(link: SimLink): void {
    link.connection += 1;
    link.from.counters.linksReset += 1;
    link.from.counters.framesReset += link.held.length;
    for (const frame of link.held.splice(0)) this.recycle(frame);
  }

  #send(link: SimLink, frame: Json): void {
    if (link.isCut) return;
    const { lossPermille, duplicatePermille } = this.#hostility;
    if (isDrawn(this.#rng, lossPermille)) return;
    const content = this.#codecs ? this.#encode(frame) : frame;
    if (link.shape !== null && this.#losesShaped(link, link.shape, content)) return;
    this.#dispatch(link, content);
    if (isDrawn(this.#rng, duplicatePermille)) this.#dispatch(link, content);
  }

  /** What the shape of a link does to a frame, but for delays. */
  #losesShaped(link: SimLink, shape: LinkShape, content: Json | Encoded): boolean {
    const { counters } = link.from;
    if (shape.lossPermille > 0 || shape.duplicatePermille > 0) counters.framesRisked += 1;
    if (isDrawn(this.#rng, shape.lossPermille)) {
      counters.framesLost += 1;
      return true;
    }
    if (isDrawn(this.#rng, shape.duplicatePermille)) {
      counters.framesDuplicated += 1;
      this.#dispatch(link, content);
    }
    return false;
  }

  #dispatch(link: SimLink, content: Json | Encoded): void {
    const frame = this.#spare.pop() ?? new Frame(this.#core, this);
    frame.link = link;
    frame.content = content;
    frame.connection = link.connection;
    this.#core.schedule.add(this.#delayNs(link), frame);
  }

  #delayNs({ shape, from }: SimLink): number {
    const { delayMinUs, delayMaxUs, slowPermille, slowMaxUs } = this.#hostility;
    let ns = between(this.#rng, delayMinUs * 1000, delayMaxUs * 1000);
    if (isDrawn(this.#rng, slowPermille)) ns += below(this.#rng, slowMaxUs * 1000);
    if (shape !== null && shape.delayMaxMs > 0) {
      ns += between(this.#rng, shape.delayMinMs * 1e6, shape.delayMaxMs * 1e6);
      from.counters.framesDelayed += 1;
    }
    return ns;
  }

  #encode(sent: Json): Encoded {
    if (this.#encoded?.sent === sent) return this.#encoded;
    this.#encoded = { sent, bytes: encodeFrame(sent), received: undefined };
    return this.#encoded;
  }

  decode(content: Json | Encoded): Json {
    if (!this.#codecs) return content as Json;
    const encoded = content as Encoded;
    if (encoded.received === undefined) {
      const [frame] = this.#reader.push(encoded.bytes);
      encoded.received = frame as Json;
    }
    return encoded.received;
  }

  recycle(frame: Frame): void {
    frame.content = null;
    this.#spare.push(frame);
  }
}

/** A frame on its way. */
class Frame implements SimEvent {
  place = -1;
  link: SimLink | null = null;
  content: Json | Encoded = null;
  connection = 0;
  readonly #core: Core;
  readonly #network: SimNetwork;

  constructor(core: Core, network: SimNetwork) {
    this.#core = core;
    this.#network = network;
  }

  fire(): void {
    const link = this.link as SimLink;
    const { life } = link.to;
    if (link.isCut || this.connection !== link.connection) {
      if (!link.isCut) link.from.counters.framesReset += 1;
    } else if (link.shape?.isClogged === true) {
      link.from.counters.framesClogged += 1;
      link.held.push(this);
      return;
    } else if (life !== null && life.onFrame !== null) {
      if (life.isPaused) {
        life.deferred.push(this);
        return;
      }
      const content = this.#network.decode(this.content);
      this.#network.recycle(this);
      this.#core.running = life;
      life.onFrame(link.from.name, content);
      this.#core.running = null;
      return;
    }
    this.#network.recycle(this);
  }
}

/** There are few, so that looking at each is faster than a map. */
function linkTo(links: readonly SimLink[], to: NodeName): SimLink | null {
  for (const link of links) if (link.to.name === to) return link;
  return null;
}

function createLink(from: SimNode, to: SimNode): SimLink {
  return { from, to, isCut: false, shape: null, connection: 0, held: [] };
}
