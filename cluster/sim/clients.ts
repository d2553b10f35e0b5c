import type { Json, NodeName, Outcome, Request, Requester, Response, Timer } from "../env/env.ts";
import type { Rng } from "../env/rng.ts";
import { addCall } from "./clocks.ts";
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
  readonly #spare: Exchange[] = [];

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
    const exchange = this.#spare.pop() ?? new Exchange(this);
    exchange.begin(node, copy, { deadlineNs, isRequestLost, isReplyLost }, done);
  }

  /** Nobody has hold of this one any more. */
  recycle(exchange: Exchange): void {
    this.#spare.push(exchange);
  }

  delayNs(): number {
    const { delayMinUs, delayMaxUs } = this.#hostility;
    return between(this.#rng, delayMinUs * 1000, delayMaxUs * 1000);
  }
}

/** Where an exchange is, or what it waits for. */
type Phase = "to-node" | "deadline" | "to-client";

const timedOut: Outcome = { kind: "lost", error: "timeout" };

/**
 * One request, from sending to its outcome. As an event it is, by its phase, its own arrival at the
 * node, its time-out while no answer is on its way, and its arrival at the client. Used again after
 * that: there are as many as there are requests under way, and their node answers once at most.
 */
class Exchange implements SimEvent, Served {
  place = -1;
  earlier: Served | null = null;
  later: Served | null = null;
  isServed = false;
  readonly #clients: SimClients;
  readonly #respond: (response: Response) => void;
  #phase: Phase = "to-node";
  #request: Request | null = null;
  #node: SimNode | null = null;
  /** The incarnation that the connection leads to; null while nobody has listened. */
  #life: Life | null = null;
  #deadlineNs = 0;
  #isReplyLost = false;
  #done: ((outcome: Outcome) => void) | null = null;
  #outcome: Outcome = timedOut;
  /** Whether its node has answered. */
  #isAnswered = false;
  /** Whether the client has its outcome. */
  #isEnded = false;
  /** The time-out, where the exchange may itself be due as something else before. */
  #timeout: Timer | null = null;

  constructor(clients: SimClients) {
    this.#clients = clients;
    this.#respond = (response) => this.#onResponse(response);
  }

  begin(
    node: SimNode,
    request: Request,
    fate: {
      readonly deadlineNs: number;
      readonly isRequestLost: boolean;
      readonly isReplyLost: boolean;
    },
    done: (outcome: Outcome) => void,
  ): void {
    this.#node = node;
    this.#life = node.life;
    this.#request = request;
    this.#deadlineNs = fate.deadlineNs;
    this.#isReplyLost = fate.isReplyLost;
    this.#done = done;
    this.#phase = "to-node";
    this.#outcome = timedOut;
    this.#isAnswered = false;
    this.#isEnded = false;
    if (fate.isRequestLost) this.#awaitDeadline();
    else this.#leave();
  }

  fire(): void {
    if (this.#phase === "to-node") this.#arrive();
    else this.#finish(this.#outcome);
  }

  /** The node that was to answer is gone: its kernel resets the connection. */
  onDeath(): void {
    if (!this.#isEnded) this.#return({ kind: "lost", error: "ECONNRESET" });
  }

  /** To the node, where it arrives even if its client has given up by then. */
  #leave(): void {
    const { schedule } = this.#clients.core;
    const delayNs = this.#clients.delayNs();
    if (schedule.nowNs + delayNs >= this.#deadlineNs) this.#limit();
    schedule.add(delayNs, this);
  }

  /** The request reaches its node. */
  #arrive(): void {
    const { life } = this.#node as SimNode;
    if (this.#life !== null && this.#life !== life) {
      this.#finish({ kind: "lost", error: "ECONNRESET" });
    } else if (life === null || life.onRequest === null) {
      this.#finish({ kind: "not-sent", error: "ECONNREFUSED" });
    } else {
      this.#life = life;
      life.serving.add(this);
      if (life.isPaused) {
        this.#limit();
        life.deferred.push(this);
      } else {
        this.#serve(life);
      }
    }
  }

  #serve(life: Life): void {
    const { core } = this.#clients;
    core.running = life;
    life.onRequest?.(this.#request as Request, this.#respond);
    core.running = null;
    if (this.#phase === "to-node") this.#awaitDeadline();
  }

  #onResponse({ status, body }: Response): void {
    this.#isAnswered = true;
    const isAwaited = (this.#life as Life).serving.delete(this);
    if (!isAwaited || this.#isEnded || this.#isReplyLost) return;
    this.#return({
      kind: "response",
      status,
      body: this.#clients.codecs ? passJson(body) : body,
    });
  }

  /** The outcome is on its way to the client, unless the deadline comes first. */
  #return(outcome: Outcome): void {
    const { schedule } = this.#clients.core;
    const delayNs = this.#clients.delayNs();
    if (this.#timeout === null && schedule.nowNs + delayNs >= this.#deadlineNs) {
      if (this.#phase === "to-node") this.#awaitDeadline();
      return;
    }
    if (this.#phase === "deadline") schedule.cancel(this);
    this.#phase = "to-client";
    this.#outcome = outcome;
    schedule.add(delayNs, this);
  }

  /** Nothing else is due for it before. */
  #awaitDeadline(): void {
    if (this.#timeout !== null || this.#isEnded) return;
    const { schedule } = this.#clients.core;
    this.#phase = "deadline";
    schedule.add(this.#deadlineNs - schedule.nowNs, this);
  }

  /** Has it end at its deadline, whatever comes later. */
  #limit(): void {
    if (this.#timeout !== null || this.#isEnded) return;
    const { core } = this.#clients;
    const delayNs = this.#deadlineNs - core.schedule.nowNs;
    this.#timeout = addCall(core, delayNs, () => this.#finish(timedOut));
  }

  #finish(outcome: Outcome): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    const done = this.#done as (outcome: Outcome) => void;
    if (this.#timeout !== null) this.#timeout.cancel();
    // Of one that was limited an arrival may still be due.
    else if (this.#isAnswered) this.#clients.recycle(this);
    done(outcome);
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
