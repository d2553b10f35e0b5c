import type { Counters } from "../control.ts";

/** A node's counters, for those who count. */
export type Tally = { -readonly [Name in keyof Counters]: number };
