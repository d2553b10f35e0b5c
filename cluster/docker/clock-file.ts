/** A wall clock that lies: `offsetMs` ahead at `sinceMs` (true wall clock), running at `rate` since. */
export type ClockLie = {
  readonly offsetMs: number;
  readonly rate: number;
  readonly sinceMs: number;
};

/**
 * What libfaketime's control file must hold for a process that started at `startedAtMs`.
 *
 * It shows `start + offset + (now - start) * rate`, so a rate counts from the start of the process,
 * not from the moment the file changed: the offset makes up for the time in between. The rate is
 * always written: without it the last one stays.
 */
export function formatClockFile(lie: ClockLie, startedAtMs: number): string {
  const offsetMs = lie.offsetMs + (startedAtMs - lie.sinceMs) * (lie.rate - 1);
  const sign = offsetMs < 0 ? "-" : "+";
  return `${sign}${(Math.abs(offsetMs) / 1000).toFixed(6)} x${lie.rate}\n`;
}
