/** What a configuration of the search costs at most in usual histories, its share of frames included. */
export const configurationBytes = 128;

/** How much longer than its limit a check that does not ask `shouldStop` in time may take. */
export function graceMs(timeoutMs: number): number {
  return Math.max(100, timeoutMs / 10);
}
