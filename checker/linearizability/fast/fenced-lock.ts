import { type Operations, outcomes } from "../../operations.ts";
import type { FastDecision, FastPath } from "../fast-path.ts";
import { type Moment, orderOf } from "./moments.ts";
import { TokensGranted } from "./tokens-granted.ts";
import { TokensWritten } from "./tokens-written.ts";

/**
 * Decides `fenced-lock`: what grants tokens and what takes writes know nothing of each other, so the history
 * has an order iff each of the two halves has one (Herlihy & Wing 1990: linearizability is local).
 *
 * Left to the search: what `TokensWritten` leaves undecided.
 */
export const fastPath: FastPath = {
  name: "tokens",
  prepare: (operations) => (rows) => new FencedLock(operations).decide(rows),
};

class FencedLock {
  readonly #operations: Operations;
  readonly #granted: TokensGranted;
  readonly #written: TokensWritten;

  constructor(operations: Operations) {
    this.#operations = operations;
    this.#granted = new TokensGranted(operations);
    this.#written = new TokensWritten(operations);
  }

  decide(rows: Int32Array): FastDecision | null {
    const granted = this.#granted.solve(rows);
    if (granted !== null) return invalid(granted);
    const written = this.#written.solve(rows);
    if (written === "undecided") return null;
    if (written !== null) return invalid(written.core);
    return { verdict: "valid", witness: () => this.#order(rows) };
  }

  #order(rows: Int32Array): Int32Array {
    const moments = new Map<number, Moment>();
    this.#granted.moments(moments);
    this.#written.moments(moments);
    const { call, outcome } = this.#operations;
    return orderOf(rows, (row) => {
      const known = moments.get(row);
      if (known !== undefined) return known;
      // Refusals that saw nothing.
      if (outcome[row] !== outcomes.refused) return null;
      return { row, time: call[row] ?? 0, version: -1, isWrite: false };
    });
  }
}

function invalid(core: readonly number[]): FastDecision {
  const rows = Int32Array.from(new Set(core)).sort();
  return { verdict: "invalid", core: () => rows };
}
