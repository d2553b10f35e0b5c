import type { NodeName, Outcome } from "../env/env.ts";
import { createRng } from "../env/rng.ts";
import type { ClientContext } from "../subject.ts";
import {
  type Call,
  type ClerkRules,
  type Conclusion,
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
  /** No callback fires afterwards. */
  close(): void;
};

/** A copy without an answer for so long is given up and sent again, elsewhere if there is one. */
const attemptMsMax = 500;
const attemptsWithinTimeout = 3;
/** Pauses once all nodes turned a call down: drawn from half of the bound up to it, doubling. */
const pauseMsFirst = 40;
const pauseMsMax = 160;

export function openClerk(context: ClientContext, rules: ClerkRules = clerkRules): Clerk {
  const { env, nodes, route } = context;
  const rng = createRng(`${context.seed}/clerk`);
  const home = homeOf(context);
  const session = rules.sessionOf(context);
  let appendCount = 0;
  let epoch = 0;
  let target = home;
  let isClosed = false;

  function run(first: Call, timeoutMs: number, done: (result: ClerkResult) => void): void {
    let call = first;
    let request = formatRequest(call);
    const deadlineNs = env.clock.now() + timeoutMs * 1e6;
    const asked = new Set<NodeName>();
    /** Everyone was asked once: from here on one node after each pause, and whom it names. */
    let hasAskedAll = false;
    let doubt: string | null = null;
    let lastError = "timeout";
    let pauseMs = pauseMsFirst;
    if (route === "pinned") target = home;
    if (route === "random") target = rng.pick(nodes);

    function finish(conclusion: Conclusion, node: NodeName): void {
      if (!isClosed) done(resultAt(conclusion, node));
    }

    function send(): void {
      const node = target;
      const leftMs = (deadlineNs - env.clock.now()) / 1e6;
      if (leftMs <= 0) {
        finish(rules.giveUp(doubt, lastError), node);
        return;
      }
      asked.add(node);
      const attemptMs = Math.min(attemptMsMax, timeoutMs / attemptsWithinTimeout, leftMs);
      env.requester.request(node, request, attemptMs, (outcome) => {
        if (!isClosed) onOutcome(node, outcome);
      });
    }

    function onOutcome(node: NodeName, outcome: Outcome): void {
      const verdict = rules.judgeCopy(call, outcome);
      const next = rules.conclude(call, verdict, doubt);
      if ("type" in next) {
        finish(next, node);
        return;
      }
      doubt = rules.doubtAfter(verdict, doubt);
      if (verdict.kind === "nothing" || verdict.kind === "expired") lastError = verdict.error;
      if (next !== call) request = formatRequest(next);
      call = next;
      if (verdict.kind === "expired") {
        epoch = verdict.epoch;
        send();
        return;
      }
      const hint = verdict.kind === "nothing" ? verdict.leader : null;
      target = nextAfter(nodes, node, hint);
      if (asked.has(target) || (hasAskedAll && target !== hint)) pauseThenSend(node);
      else send();
    }

    function pauseThenSend(last: NodeName): void {
      asked.clear();
      hasAskedAll = true;
      const waitMs = rng.int(pauseMs * 500, pauseMs * 1000) / 1000;
      pauseMs = Math.min(pauseMs * 2, pauseMsMax);
      if (env.clock.now() + waitMs * 1e6 >= deadlineNs) {
        finish(rules.giveUp(doubt, lastError), last);
        return;
      }
      env.clock.setTimer(waitMs, () => {
        if (!isClosed) send();
      });
    }

    send();
  }

  return {
    get: (key, timeoutMs, done) => run({ f: "get", key }, timeoutMs, done),
    put: (key, { value, version }, timeoutMs, done) =>
      run({ f: "put", key, value, version }, timeoutMs, done),
    append: (key, text, timeoutMs, done) => {
      appendCount += 1;
      const sequence = appendCount;
      run({ f: "append", key, text, client: session, sequence, epoch }, timeoutMs, done);
    },
    close: () => {
      isClosed = true;
    },
  };
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
