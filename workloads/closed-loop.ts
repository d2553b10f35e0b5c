import type { Clock } from "../cluster/env/env.ts";
import type { Completion, Invocation } from "../cluster/subject.ts";
import type { Worker, Workers } from "./workers.ts";

/** A stretch of operations that ends by itself. */
export type Phase = {
  /** Begins no new operation; those in flight end. Idempotent. */
  stop(): void;
};

export type ClosedLoopOptions = {
  readonly workers: Workers;
  /** The threads that take part: each begins an operation when its last one has ended. */
  readonly threads: readonly Worker[];
  readonly clock: Clock;
  /** The next operation of a thread; `undefined` when there is none left for it. */
  readonly draw: (worker: Worker) => Invocation | undefined;
  readonly onAnswer: (invocation: Invocation, completion: Completion) => void;
  /** Called once, when nothing is in flight any more. */
  readonly onEnd: () => void;
};

/** Answers that a thread takes in one turn; then it is the clock's turn. */
const answersPerTurn = 64;
/** After an answer that is no service: without it a dead node is asked thousands of times a second. */
const pauseMs = 10;

export function runClosedLoop(options: ClosedLoopOptions): Phase {
  const { workers, threads, clock, draw, onAnswer, onEnd } = options;
  let isStopped = false;
  let active = threads.length;

  /** A client may answer before `perform` returns: then this loops where it would recurse. */
  function loop(worker: Worker): void {
    for (let answers = 0; answers < answersPerTurn; answers++) {
      const invocation = isStopped ? undefined : draw(worker);
      if (invocation === undefined) {
        endThread();
        return;
      }
      if (!answersAtOnce(worker, invocation)) return;
    }
    clock.setTimer(0, () => loop(worker));
  }

  /** Whether the loop goes on by itself; else it does so when the answer comes. */
  function answersAtOnce(worker: Worker, invocation: Invocation): boolean {
    let state: "invoking" | "answered" | "waiting" = "invoking";
    const stateNow = (): typeof state => state;
    workers.perform(worker, invocation, (_worker, _invocation, completion) => {
      onAnswer(invocation, completion);
      if (!isServed(completion)) clock.setTimer(pauseMs, () => loop(worker));
      else if (state === "waiting") loop(worker);
      else state = "answered";
    });
    if (stateNow() === "answered") return true;
    state = "waiting";
    return false;
  }

  function endThread(): void {
    active -= 1;
    if (active === 0) onEnd();
  }

  // Not at once: whoever is called from the first operations may want to stop this phase.
  for (const worker of threads) clock.setTimer(0, () => loop(worker));
  return {
    stop: () => {
      isStopped = true;
    },
  };
}

/** Whether the node did its work: it answered, or the store itself refused. */
function isServed({ type, error }: Completion): boolean {
  return type === "ok" || error === "ErrVersion" || error === "ErrNoKey";
}
