import { never } from "../operations.ts";
import { beforeAll, type StreamOperation, type Token } from "./stream-operation.ts";

/** One version of a key, and when it can have come to be. */
export type Version = {
  number: number;
  /** The least moment that the constraints known so far allow; `never`: not yet, if ever. */
  least: number;
  /** A lower bound other than the writers' calls, and the operation that it comes from. */
  low: number;
  lowFrom: StreamOperation | null;
  /** The return of the first operation that knew of this version or of a later one; else `never`. */
  bound: number;
  boundFrom: StreamOperation | null;
  /** Once somebody has read it, or was told that he wrote it. */
  value: Token | undefined;
  isWritten: boolean;
  /** Puts that may have made it. */
  writers: StreamOperation[];
  /**
   * Refused puts that expected the version before: if this one came after their return, then that one
   * came after their call.
   */
  links: readonly StreamOperation[];
};

export const noLinks: readonly StreamOperation[] = [];

/** A version that nobody wrote, saw or waits for yet. */
export function create(number: number, least: number): Version {
  return {
    number,
    least,
    low: beforeAll,
    lowFrom: null,
    bound: never,
    boundFrom: null,
    value: undefined,
    isWritten: false,
    writers: [],
    links: noLinks,
  };
}

/** The first moment from `low` on at which one of the writers may have taken effect. */
export function leastOf({ number, writers, low }: Version): number {
  if (number === 0) return low;
  let least = never;
  for (let place = 0; place < writers.length; place++) {
    const { call, return: end } = writers[place] as StreamOperation;
    const from = call > low ? call : low;
    if (end >= low && from < least) least = from;
  }
  return least;
}
