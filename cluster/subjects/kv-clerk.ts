import type { NodeName, Outcome, Request } from "../env/env.ts";
import { createRng, type Rng } from "../env/rng.ts";
import type { ClientContext } from "../subject.ts";
import {
  type Call,
  type ClerkRules,
  type Conclusion,
  type CopyVerdict,
  clerkRules,
  formatRequest,
} from "./kv-answer.ts";

/** How a call ended, and the node that answered or was asked last. */
export type ClerkResult = Conclusion & { readonly node: NodeName };

/**
 * Talks to a versioned store until it answers: one call at a time, resent until the answer decides
 * it or its time is over. The only place where anything is ever sent twice.
 */
export type Clerk = {
  get(key: string, timeoutMs: number, done: (result: ClerkResult) => void): void;
  /** Stores `value` if the key has `version` (0: if it is absent). */
  put(
    key: string,
    entry: { readonly value: string; readonly version: number },
    timeoutMs: number,
    done: (result: ClerkResult) => void,
  ): void;
  /** Adds `text` at the end, exactly once however often it is sent. */
  append(key: string, text: string, timeoutMs: number, done: (result: ClerkResult) => void): void;
  /** No callback fires afterwards, and nothing more is sent. */
  close(): void;
};

/** A copy without an answer for so long is given up and sent again, elsewhere if there is one. */
const attemptMsMax = 500;
const attemptsWithinTimeout = 3;
/** So many in a row that know no leader are enough: the others hardly know one either. */
const leaderlessMax = 2;
/** Pauses once nobody is left to ask: drawn from half of the bound up to it, doubling. */
const pauseMsFirst = 160;
const pauseMsMax = 320;

export function openClerk(context: ClientContext, rules: ClerkRules = clerkRules): Clerk {
  return new ResendingClerk(context, rules);
}

type Done = (result: ClerkResult) => void;

/** Its fields after the first few are those of the call in progress, used again for the next one. */
class ResendingClerk implements Clerk {
  readonly #context: ClientContext;
  readonly #rules: ClerkRules;
  readonly #rng: Rng;
  readonly #home: NodeName;
  readonly #session: string;
  #appendCount = 0;
  #epoch = 0;
  #isClosed = false;
  /** Who is asked next, or now. */
  #target: NodeName;
  /** Whether the last call had an answer, and no copy of it was left without one. */
  #isServed = false;
  #call: Call = { f: "get", key: "" };
  #request: Request = formatRequest(this.#call);
  #done: Done = () => undefined;
  #timeoutMs = 0;
  #deadlineNs = 0;
  /** Who was asked since it began, or since the last pause: so many of the list, no node twice. */
  readonly #asked: NodeName[] = [];
  #askedCount = 0;
  /** How many of them, one after another, knew no leader. */
  #leaderlessCount = 0;
  /** Once there was a pause: from here on one node after each, and whom it names. */
  #hasPaused = false;
  #doubt: string | null = null;
  #lastError = "timeout";
  #pauseMs = pauseMsFirst;

  constructor(context: ClientContext, rules: ClerkRules) {
    this.#context = context;
    this.#rules = rules;
    this.#rng = createRng(`${context.seed}/clerk`);
    this.#home = homeOf(context);
    this.#session = rules.sessionOf(context);
    this.#target = this.#home;
  }

  get(key: string, timeoutMs: number, done: Done): void {
    this.#begin({ f: "get", key }, timeoutMs, done);
  }

  put(
    key: string,
    { value, version }: { readonly value: string; readonly version: number },
    timeoutMs: number,
    done: Done,
  ): void {
    this.#begin({ f: "put", key, value, version }, timeoutMs, done);
  }

  append(key: string, text: string, timeoutMs: number, done: Done): void {
    this.#appendCount += 1;
    const session = { client: this.#session, sequence: this.#appendCount, epoch: this.#epoch };
    this.#begin({ f: "append", key, text, ...session }, timeoutMs, done);
  }

  close(): void {
    this.#isClosed = true;
  }

  #begin(call: Call, timeoutMs: number, done: Done): void {
    if (this.#isClosed) return;
    const { env, nodes, route } = this.#context;
    this.#call = call;
    this.#request = formatRequest(call);
    this.#done = done;
    this.#timeoutMs = timeoutMs;
    this.#deadlineNs = env.clock.now() + timeoutMs * 1e6;
    this.#askedCount = 0;
    this.#leaderlessCount = 0;
    this.#hasPaused = false;
    this.#doubt = null;
    this.#lastError = "timeout";
    this.#pauseMs = pauseMsFirst;
    if (route === "pinned" || (route === "follow" && !this.#isServed)) this.#target = this.#home;
    this.#isServed = true;
    if (route === "random") this.#target = this.#rng.pick(nodes);
    this.#send();
  }

  readonly #send = (): void => {
    if (this.#isClosed) return;
    const { clock, requester } = this.#context.env;
    const leftMs = (this.#deadlineNs - clock.now()) / 1e6;
    if (leftMs <= 0) {
      this.#giveUp(this.#target);
      return;
    }
    this.#asked[this.#askedCount++] = this.#target;
    const attemptMs = Math.min(attemptMsMax, this.#timeoutMs / attemptsWithinTimeout, leftMs);
    requester.request(this.#target, this.#request, attemptMs, this.#onOutcome);
  };

  readonly #onOutcome = (outcome: Outcome): void => {
    if (this.#isClosed) return;
    const { judgeCopy, conclude, doubtAfter } = this.#rules;
    const node = this.#target;
    const verdict = judgeCopy(this.#call, outcome);
    const next = conclude(this.#call, verdict, this.#doubt);
    if (next !== this.#call) {
      if ("type" in next) {
        this.#done(resultAt(next, node));
        return;
      }
      this.#call = next;
      this.#request = formatRequest(next);
    }
    this.#doubt = doubtAfter(verdict, this.#doubt);
    if (verdict.kind === "unknown") this.#isServed = false;
    if (verdict.kind === "expired") {
      this.#lastError = verdict.error;
      this.#epoch = verdict.epoch;
      this.#send();
      return;
    }
    if (verdict.kind === "nothing") this.#lastError = verdict.error;
    const hint = verdict.kind === "nothing" ? verdict.leader : null;
    this.#target = nextAfter(this.#context.nodes, node, hint);
    this.#leaderlessCount = isLeaderless(verdict) ? this.#leaderlessCount + 1 : 0;
    const isHopeless = this.#leaderlessCount === leaderlessMax || this.#wasAsked(this.#target);
    if (isHopeless || (this.#hasPaused && this.#target !== hint)) this.#pauseThenSend(node);
    else this.#send();
  };

  #wasAsked(node: NodeName): boolean {
    const at = this.#asked.indexOf(node);
    return at >= 0 && at < this.#askedCount;
  }

  #pauseThenSend(last: NodeName): void {
    const { clock } = this.#context.env;
    this.#askedCount = 0;
    this.#leaderlessCount = 0;
    this.#hasPaused = true;
    const waitMs = this.#rng.int(this.#pauseMs * 500, this.#pauseMs * 1000) / 1000;
    this.#pauseMs = Math.min(this.#pauseMs * 2, pauseMsMax);
    if (clock.now() + waitMs * 1e6 >= this.#deadlineNs) this.#giveUp(last);
    else clock.setTimer(waitMs, this.#send);
  }

  #giveUp(node: NodeName): void {
    this.#isServed = false;
    this.#done(resultAt(this.#rules.giveUp(this.#doubt, this.#lastError), node));
  }
}

/** It answered, and waits for a leader itself. */
function isLeaderless(verdict: CopyVerdict): boolean {
  return verdict.kind === "nothing" && verdict.error === "not-leader" && verdict.leader === null;
}

/** The leader that the last node named, else the next node in the ring. */
function nextAfter(nodes: readonly NodeName[], last: NodeName, hint: NodeName | null): NodeName {
  if (hint !== null && hint !== last && nodes.includes(hint)) return hint;
  return nodes[(nodes.indexOf(last) + 1) % nodes.length] ?? last;
}

function resultAt(conclusion: Conclusion, node: NodeName): ClerkResult {
  const { type } = conclusion;
  if (type !== "ok") return { type, error: conclusion.error, node };
  return { type, value: conclusion.value, version: conclusion.version, node };
}

function homeOf({ nodes, thread }: ClientContext): NodeName {
  const home = nodes[thread % nodes.length];
  if (home === undefined) throw new RangeError("a clerk needs at least one node to talk to");
  return home;
}
