import type { Json, NodeName, Outcome, Request, Requester, Response } from "../env/env.ts";
import type { Rng } from "../env/rng.ts";
import { between, isDrawn } from "./draw.ts";
import type { Hostility } from "./hostility.ts";
import type { Core, Life } from "./life.ts";
import type { SimEvent } from "./schedule.ts";
import type { SimNode } from "./sim-node.ts";

/** How clients reach the nodes: no cut or link fault stands between them, only lost messages do. */
export class SimClients implements Requester {
  readonly core: Core;
  readonly codecs: boolean;
  readonly #nodes: ReadonlyMap<NodeName, SimNode>;
  readonly #rng: Rng;
  readonly #hostility: Hostility["clients"];

  constructor(
    core: Core,
    nodes: ReadonlyMap<NodeName, SimNode>,
    options: {
      readonly rng: Rng;
      readonly hostility: Hostility["clients"];
      readonly codecs: boolean;
    },
  ) {
    this.core = core;
    this.codecs = options.codecs;
    this.#nodes = nodes;
    this.#rng = options.rng;
    this.#hostility = options.hostility;
  }

  request(
    to: NodeName,
    request: Request,
    timeoutMs: number,
    done: (outcome: Outcome) => void,
  ): void {
    const node = this.#nodes.get(to);
    if (node === undefined) throw new RangeError(`no node ${to} among ${[...this.#nodes.keys()]}`);
    // Both are drawn for every request, so that one fate does not move the next request's draws.
    const isRequestLost = isDrawn(this.#rng, node.loss.requestsPermille);
    const isReplyLost = isDrawn(this.#rng, node.loss.repliesPermille);
    const copy = this.codecs ? (passJson(request) as unknown as Request) : request;
    const exchange = new Exchange(this, node, copy, isReplyLost, done);
    this.core.schedule.add(timeoutMs * 1e6, exchange);
    if (!isRequestLost) this.travel(exchange.trip);
  }

  travel(trip: SimEvent): void {
    const { delayMinUs, delayMaxUs } = this.#hostility;
    this.core.schedule.add(between(this.#rng, delayMinUs * 1000, delayMaxUs * 1000), trip);
  }
}

/** One request, from sending to its outcome; as an event it is its own time-out. */
class Exchange implements SimEvent {
  place = -1;
  /** It has its outcome. */
  isOver = false;
  /** There and back: never on two ways at once. */
  readonly trip: Trip;
  readonly request: Request;
  readonly node: SimNode;
  /** The incarnation that the connection leads to; null when nobody listened. */
  readonly life: Life | null;
  readonly #clients: SimClients;
  readonly #isReplyLost: boolean;
  readonly #done: (outcome: Outcome) => void;

  constructor(
    clients: SimClients,
    node: SimNode,
    request: Request,
    isReplyLost: boolean,
    done: (outcome: Outcome) => void,
  ) {
    this.#clients = clients;
    this.node = node;
    this.life = node.life;
    this.request = request;
    this.#isReplyLost = isReplyLost;
    this.#done = done;
    this.trip = new Trip(this);
  }

  fire(): void {
    this.isOver = true;
    this.#done({ kind: "lost", error: "timeout" });
  }

  finish(outcome: Outcome): void {
    if (this.isOver) return;
    this.isOver = true;
    this.#clients.core.schedule.cancel(this);
    this.#done(outcome);
  }

  /** The request reaches its node. */
  arrive(trip: Trip): void {
    const { life } = this.node;
    if (this.life !== null && this.life !== life) {
      this.finish({ kind: "lost", error: "ECONNRESET" });
    } else if (life === null || life.onRequest === null) {
      this.finish({ kind: "not-sent", error: "ECONNREFUSED" });
    } else {
      life.serving.add(this);
      if (life.isPaused) life.deferred.push(trip);
      else this.#serve(life);
    }
  }

  #serve(life: Life): void {
    const { core, codecs } = this.#clients;
    core.running = life;
    life.onRequest?.(this.request, (response) => {
      if (!life.serving.delete(this)) return;
      const { status, body } = response;
      this.#reply({ kind: "response", status, body: codecs ? passJson(body) : body });
    });
    core.running = null;
  }

  #reply(outcome: Outcome): void {
    if (this.isOver || this.#isReplyLost) return;
    this.trip.outcome = outcome;
    this.#clients.travel(this.trip);
  }

  /** The node that was to answer is gone: its kernel resets the connection. */
  onDeath(): void {
    if (this.isOver) return;
    this.trip.outcome = { kind: "lost", error: "ECONNRESET" };
    this.#clients.travel(this.trip);
  }
}

class Trip implements SimEvent {
  place = -1;
  /** Null on the way there. */
  outcome: Outcome | null = null;
  readonly #exchange: Exchange;

  constructor(exchange: Exchange) {
    this.#exchange = exchange;
  }

  fire(): void {
    if (this.outcome === null) this.#exchange.arrive(this);
    else this.#exchange.finish(this.outcome);
  }
}

/** As it would come out of a message. */
function passJson(value: Json | Request | Response["body"]): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}
