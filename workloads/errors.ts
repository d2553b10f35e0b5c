/** One mistake in a file, or in a flag that replaces a part of it. */
export type Problem = {
  /** The file as it was named, or the flag: `--nodes`. */
  readonly file: string;
  /** From 1; 0 for a flag. */
  readonly line: number;
  readonly column: number;
  /** What was expected, what came, and the nearest name where there is one. */
  readonly message: string;
};

/**
 * A workload, schedule or campaign file that cannot be used: bad input, exit code 64.
 *
 * Holds every problem of the file, in the order of its lines; nothing was booted.
 */
export class WorkloadError extends Error {
  override readonly name = "WorkloadError";
  readonly code = "E_WORKLOAD";
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(formatProblem).join("\n"));
    this.problems = problems;
  }
}

function formatProblem({ file, line, column, message }: Problem): string {
  return line === 0 ? `${file}: ${message}` : `${file}:${line}:${column}: ${message}`;
}
