/**
 * Ctrl-C and SIGTERM: the first one ends the run early but in order (heal, collect, check, clean up),
 * the second one skips what is not clean-up, further ones are told that clean-up is going on.
 */
export type Interrupt = {
  /** Aborted by the first signal. */
  readonly soft: AbortSignal;
  /** Aborted by the second one. */
  readonly hard: AbortSignal;
  dispose(): void;
};

/** What a person is told at the first signal, at the second one, and at any more. */
export type InterruptWords = {
  readonly first: string;
  readonly second: string;
  readonly further: string;
};

const ofRun: InterruptWords = {
  first: "interrupted: healing, checking what was recorded and cleaning up (again to skip checks)",
  second: "interrupted again: cleaning up, nothing else",
  further: "still cleaning up: containers and processes of this run are being removed",
};

/** Of many simulated runs: there is nothing to clean up. */
export const wordsOfSweep: InterruptWords = {
  first: "interrupted: ending the runs that have begun (again to give them up)",
  second: "interrupted again: giving up the runs that have begun",
  further: "still ending",
};

export function watchInterrupts(
  note: (line: string) => void,
  words: InterruptWords = ofRun,
): Interrupt {
  const soft = new AbortController();
  const hard = new AbortController();
  const onSignal = (): void => {
    if (!soft.signal.aborted) {
      note(words.first);
      soft.abort();
    } else if (!hard.signal.aborted) {
      note(words.second);
      hard.abort();
    } else {
      note(words.further);
    }
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  return {
    soft: soft.signal,
    hard: hard.signal,
    dispose() {
      process.off("SIGINT", onSignal);
      process.off("SIGTERM", onSignal);
    },
  };
}
