import type { NodeName, TraceRecord } from "../../env/env.ts";
import type { Index, Term } from "../types.ts";
import { Spread } from "./spread.ts";
import type { Invariant, Observed, Violation } from "./violation.ts";

const violationsMax = 50;
const contextMax = 40;
/** Of each promise: what a client was hurt by need not be among the first. */
const sampleMax = 8192;

/** The latest records, and the violations found in them. */
export class Book {
  readonly violations: Violation[] = [];
  /** By promise, of many an even sample. */
  readonly samples: Map<Invariant, Spread<Violation>> = new Map();
  count = 0;
  timeNs = 0;
  /** How many records there were. */
  seen = 0;
  readonly #nodes: (NodeName | null)[] = new Array(contextMax).fill(null);
  readonly #incs: number[] = new Array(contextMax).fill(0);
  readonly #records: (TraceRecord | null)[] = new Array(contextMax).fill(null);
  readonly #times: number[] = new Array(contextMax).fill(0);

  see(node: NodeName, inc: number, record: TraceRecord, timeNs: number): void {
    const at = this.seen % contextMax;
    this.#nodes[at] = node;
    this.#incs[at] = inc;
    this.#records[at] = record;
    this.#times[at] = timeNs;
    this.timeNs = timeNs;
    this.seen += 1;
  }

  report(
    invariant: Invariant,
    nodes: readonly NodeName[],
    place: { readonly term?: Term; readonly index?: Index },
    sentence: string,
  ): void {
    this.count += 1;
    const context = this.violations.length === 0 ? this.#context() : this.#context(1);
    const violation = { invariant, timeNs: this.timeNs, nodes, ...place, sentence, context };
    if (this.violations.length < violationsMax) this.violations.push(violation);
    let sample = this.samples.get(invariant);
    if (sample === undefined) {
      sample = new Spread(sampleMax);
      this.samples.set(invariant, sample);
    }
    sample.add(violation);
  }

  /** The latest records, so many at most. */
  #context(max: number = contextMax): Observed[] {
    const context: Observed[] = [];
    for (let seen = Math.max(0, this.seen - max); seen < this.seen; seen++) {
      const at = seen % contextMax;
      const [node, record] = [this.#nodes[at], this.#records[at]];
      if (node == null || record == null) continue;
      context.push({ node, inc: this.#incs[at] ?? 0, record, timeNs: this.#times[at] ?? 0 });
    }
    return context;
  }
}
