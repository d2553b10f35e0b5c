/** Where an operation goes in an order: by time, then by version. */
export type Moment = {
  readonly row: number;
  readonly time: number;
  /** The version that it makes, or that it sees. */
  readonly version: number;
  readonly isWrite: boolean;
};

/** The rows in the order of their moments; those without one never happened. */
export function orderOf(rows: Int32Array, momentOf: (row: number) => Moment | null): Int32Array {
  const moments: Moment[] = [];
  for (const row of rows) {
    const moment = momentOf(row);
    if (moment !== null) moments.push(moment);
  }
  moments.sort(byMoment);
  return Int32Array.from(moments, ({ row }) => row);
}

function byMoment(a: Moment, b: Moment): number {
  return a.time - b.time || a.version - b.version || Number(b.isWrite) - Number(a.isWrite);
}
