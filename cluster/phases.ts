import type { Workload } from "../workloads/workload.ts";
import type { Clock, Timer } from "./env/env.ts";
import type { Players } from "./players.ts";

export type PhasesOptions = {
  readonly players: Players;
  readonly workload: Workload;
  readonly clock: Clock;
  /** The second phase of a run: what is healed must serve. */
  readonly demandLiveness: (done: () => void) => void;
  /** Whether the run was told to end early. */
  readonly isOver: () => boolean;
  /** Null when nobody watches. */
  readonly onProgress: ((line: string) => void) | null;
};

export type Phases = {
  /** Once `isOver`: nothing more is begun, what is in flight ends. */
  end(): void;
};

/**
 * One run in its order: load under faults, heal, settle, liveness where it is checked, final reads.
 * `done` once, when nothing is in flight any more; the players are the caller's to close.
 */
export function runPhases(options: PhasesOptions, done: () => void): Phases {
  const { players, workload, clock, onProgress } = options;
  const { interpreter, nemesis } = players;
  let settling: Timer | null = null;

  function isOver(): boolean {
    return options.isOver() || players.failure.error !== null;
  }

  function heal(): void {
    onProgress?.("healing");
    nemesis.stop(settle);
  }

  function settle(): void {
    if (isOver()) done();
    else settling = clock.setTimer(workload.after.settleMs, afterSettling);
  }

  function afterSettling(): void {
    settling = null;
    const isAsked = workload.check.some(({ checker }) => checker === "liveness");
    if (isOver()) done();
    else if (!isAsked) readEveryKey();
    else {
      onProgress?.("waiting until the healed core serves");
      options.demandLiveness(readEveryKey);
    }
  }

  function readEveryKey(): void {
    if (isOver() || !workload.after.readEveryKey) {
      done();
      return;
    }
    onProgress?.("reading every key");
    interpreter.runFinalReads(done);
  }

  interpreter.start(heal);
  return {
    end: () => {
      interpreter.stop();
      if (settling === null) return;
      settling.cancel();
      afterSettling();
    },
  };
}
