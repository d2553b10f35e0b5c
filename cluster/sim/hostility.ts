/**
 * What a simulated world does all the time, without any fault: plain JSON, drawn once for each run.
 * Bounds are included, chances in thousandths.
 */
export type Hostility = {
  /** Frames between nodes. */
  readonly network: {
    readonly delayMinUs: number;
    readonly delayMaxUs: number;
    /** So many frames take up to `slowMaxUs` longer: others overtake them. */
    readonly slowPermille: number;
    readonly slowMaxUs: number;
    readonly lossPermille: number;
    readonly duplicatePermille: number;
  };
  /** Requests of clients and the answers to them. */
  readonly clients: { readonly delayMinUs: number; readonly delayMaxUs: number };
  /** From asking to durable. */
  readonly disk: {
    readonly delayMinUs: number;
    readonly delayMaxUs: number;
    readonly slowPermille: number;
    readonly slowMaxUs: number;
  };
  /** Each node's monotonic clock and timers run up to this much too fast or too slow. */
  readonly clock: { readonly driftPpmMax: number };
};

/** A good network and good disks. */
export const calm: Hostility = {
  network: {
    delayMinUs: 200,
    delayMaxUs: 1000,
    slowPermille: 0,
    slowMaxUs: 0,
    lossPermille: 0,
    duplicatePermille: 0,
  },
  clients: { delayMinUs: 200, delayMaxUs: 1000 },
  disk: { delayMinUs: 500, delayMaxUs: 2000, slowPermille: 0, slowMaxUs: 0 },
  clock: { driftPpmMax: 0 },
};
