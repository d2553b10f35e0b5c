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

export function watchInterrupts(note: (line: string) => void): Interrupt {
  const soft = new AbortController();
  const hard = new AbortController();
  const onSignal = (): void => {
    if (!soft.signal.aborted) {
      note(
        "interrupted: healing, checking what was recorded and cleaning up (again to skip checks)",
      );
      soft.abort();
    } else if (!hard.signal.aborted) {
      note("interrupted again: cleaning up, nothing else");
      hard.abort();
    } else {
      note("still cleaning up: containers and processes of this run are being removed");
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
