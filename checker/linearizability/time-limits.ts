import type { Configuration, Machine } from "./machine.ts";
import type { Partition } from "./partition.ts";

/** Rules out configurations whose state has moved past an operation that is still to be ordered. */
export class TimeLimits {
  /** Highest progress at which each operation can still be ordered. */
  #limits = new Float64Array(64);
  /** The least limit of the operations called after return e. */
  #limitsLater = new Float64Array(64);

  load(partition: Partition, machine: Machine): void {
    const { completed, count, idsByCall, call, return: ends } = partition;
    if (completed > this.#limits.length) {
      this.#limits = new Float64Array(2 * completed);
      this.#limitsLater = new Float64Array(2 * completed);
    }
    for (let id = 0; id < completed; id++) this.#limits[id] = machine.limit(id);
    let least = Infinity;
    let next = count - 1;
    for (let e = completed - 1; e >= 0; e--) {
      const end = ends[e] ?? 0;
      for (; next >= 0; next--) {
        const id = idsByCall[next] ?? 0;
        if ((call[id] ?? 0) < end) break;
        if (id < completed) least = Math.min(least, this.#limits[id] ?? Infinity);
      }
      this.#limitsLater[e] = least;
    }
  }

  /** Whether everything to come is still possible at this progress. */
  isInTime(partition: Partition, configuration: Configuration, progress: number): boolean {
    const { e } = configuration;
    if (progress > (this.#limitsLater[e] ?? Infinity)) return false;
    const { from, underWay } = partition;
    const end = from[e + 1] ?? 0;
    for (let i = from[e] ?? 0; i < end; i++) {
      const id = underWay[i] ?? 0;
      if (progress > (this.#limits[id] ?? Infinity) && !configuration.isSettled(id)) {
        return false;
      }
    }
    return true;
  }
}
