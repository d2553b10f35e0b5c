/** What a configuration of the search costs at most in usual histories, its share of frames included. */
export const configurationBytes = 128;

/**
 * How much longer than its limit a check that does not ask `shouldStop` in time may take: with what it takes to
 * end it, a tenth of the limit. Of limits below 125 ms a timer is too coarse to keep that.
 */
export function graceMs(timeoutMs: number): number {
  return Math.max(10, timeoutMs * 0.08);
}

/** The heap of a worker was full, or something could not be made because of its size. */
export function isOutOfMemory(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ("code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY") return true;
  return (
    error instanceof RangeError &&
    /allocation failed|maximum size exceeded|^Invalid (typed )?(array|string) length/i.test(
      error.message,
    )
  );
}

/** What ran out, the limit, and what to do. `doing`: to read or to check. */
export function memoryRanOut(memoryBytes: number, doing: "read" | "check"): string {
  const megabytes = Math.round(memoryBytes / 2 ** 20);
  return (
    `memory ran out: the limit of ${megabytes} MB is too small to ${doing} the history, a higher one ` +
    "(whitewater check --memory, or memoryBytes) may decide it"
  );
}
