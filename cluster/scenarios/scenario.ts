/** One test of the 6.5840 labs, rebuilt: throws a `ScenarioFailure` that says what was expected. */
export type Scenario = {
  /** Lab and name of the original, e.g. `3B Backup`. */
  readonly name: string;
  run(seed: number): void;
};
