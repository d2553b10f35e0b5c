import type { Json, NodeName, Outcome, Request, Requester } from "../env/env.ts";
import type { Rng } from "../env/rng.ts";
import { between, isDrawn } from "./draw.ts";
import type { Hostility } from "./hostility.ts";
import type { Core, Life } from "./life.ts";
import type { SimEvent } from "./schedule.ts";
import type { Served } from "./serving.ts";
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
    const copy = this.codecs ? passRequest(request) : request;
    const deadlineNs = this.core.schedule.nowNs + Math.ceil(timeoutMs * 1e6);
    const exchange = new Exchange(this, node, copy, deadlineNs, isReplyLost, done);
    if (isRequestLost) exchange.limit();
    else exchange.travel();
  }

  delayNs(): number {
    const { delayMinUs, delayMaxUs } = this.#hostility;
    return between(this.#rng, delayMinUs * 1000, delayMaxUs * 1000);
  }
}

/**
 * One request, from sending to its outcome. As an event it is its own arrival: at the node, then,
 * with an outcome, at the client. Most are answered at once, so its time-out waits in the schedule
 * only when no answer is on its way that comes before it.
 */
class Exchange implements SimEvent, Served {
  place = -1;
  earlier: Served | null = null;
  later: Served | null = null;
  isServed = false;
  readonly #clients: SimClients;
  readonly #request: Request;
  readonly #node: SimNode;
  /** The incarnation that the connection leads to; null when nobody listened. */
  readonly #life: Life | null;
  readonly #deadlineNs: number;
  readonly #isReplyLost: boolean;
  readonly #done: (outcome: Outcome) => void;
  /** Null on the way there. */
  #outcome: Outcome | null = null;
  /** Whether the client has its outcome. */
  #isEnded = false;
  #timeout: Timeout | null = null;

  constructor(
    clients: SimClients,
    node: SimNode,
    request: Request,
    deadlineNs: number,
    isReplyLost: boolean,
    done: (outcome: Outcome) => void,
  ) {
    this.#clients = clients;
    this.#node = node;
    this.#life = node.life;
    this.#request = request;
    this.#deadlineNs = deadlineNs;
    this.#isReplyLost = isReplyLost;
    this.#done = done;
  }

  travel(): void {
    const { schedule } = this.#clients.core;
    const delayNs = this.#clients.delayNs();
    if (schedule.nowNs + delayNs >= this.#deadlineNs) this.limit();
    schedule.add(delayNs, this);
  }

  /** Has it end at its deadline, whatever comes later. */
  limit(): void {
    if (this.#timeout !== null || this.#isEnded) return;
    const { schedule } = this.#clients.core;
    this.#timeout = new Timeout(this);
    schedule.add(this.#deadlineNs - schedule.nowNs, this.#timeout);
  }

  fire(): void {
    if (this.#outcome === null) this.#arrive();
    else this.finish(this.#outcome);
  }

  finish(outcome: Outcome): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    if (this.#timeout !== null) this.#clients.core.schedule.cancel(this.#timeout);
    this.#done(outcome);
  }

  /** The request reaches its node. */
  #arrive(): void {
    const { life } = this.#node;
    if (this.#life !== null && this.#life !== life) {
      this.finish({ kind: "lost", error: "ECONNRESET" });
    } else if (life === null || life.onRequest === null) {
      this.finish({ kind: "not-sent", error: "ECONNREFUSED" });
    } else {
      life.serving.add(this);
      if (life.isPaused) life.deferred.push(this);
      else this.#serve(life);
      if (this.#outcome === null) this.limit();
    }
  }

  #serve(life: Life): void {
    const { core, codecs } = this.#clients;
    core.running = life;
    life.onRequest?.(this.#request, (response) => {
      if (!life.serving.delete(this) || this.#isEnded || this.#isReplyLost) return;
      const { status, body } = response;
      this.#return({ kind: "response", status, body: codecs ? passJson(body) : body });
    });
    core.running = null;
  }

  /** The node that was to answer is gone: its kernel resets the connection. */
  onDeath(): void {
    if (!this.#isEnded) this.#return({ kind: "lost", error: "ECONNRESET" });
  }

  #return(outcome: Outcome): void {
    this.#outcome = outcome;
    this.travel();
  }
}

class Timeout implements SimEvent {
  place = -1;
  readonly #exchange: Exchange;

  constructor(exchange: Exchange) {
    this.#exchange = exchange;
  }

  fire(): void {
    this.#exchange.finish({ kind: "lost", error: "timeout" });
  }
}

/** As it would come out of a message: method and path are text as they are. */
function passRequest(request: Request): Request {
  const { method, path, body } = request;
  return body === undefined ? request : { method, path, body: passJson(body) };
}

function passJson(value: Json): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}
