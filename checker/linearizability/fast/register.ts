import { never, type Operations, outcomes } from "../../operations.ts";
import type { FastDecision, FastPath } from "../fast-path.ts";
import { Blocks } from "./blocks.ts";
import { Clusters, initially } from "./clusters.ts";
import { makeWay } from "./make-way.ts";
import { orderOf } from "./moments.ts";
import { VersionTimes } from "./version-times.ts";
import { findConflict, sortByKey } from "./zones.ts";

/**
 * Decides `register` and `cas-register` where every value that was seen was set once.
 *
 * Who saw a value is in one cluster with what set it, and a cas joins two clusters, so that the history
 * falls into blocks, each contiguous in every order; blocks can be ordered iff no two of them are in
 * conflict, see `findConflict`. A mutation of unknown outcome happened iff its value was seen; others
 * are left out, as nobody can tell. A refused cas has found another value than one: it is checked against
 * the start times that the order of the blocks allows, and where these do not explain it, it is only
 * `invalid` when the value was certainly there all the time. O(n) for histories of bounded concurrency.
 *
 * Left to the search: a value that was seen and set twice (or null, set again), and refused cas that
 * another order of the blocks, or a mutation that nobody saw, may explain.
 */
export const fastPath: FastPath = {
  name: "zones",
  prepare: (operations) => {
    const path = new RegisterPath(operations);
    return (rows) => path.decide(rows);
  },
};

class RegisterPath {
  readonly #operations: Operations;
  readonly #clusters: Clusters;
  readonly #blocks: Blocks;
  /** Made when it is needed: for refused cas, and for a witness. */
  #times: VersionTimes | null = null;
  /** By cluster: its version in the order found, or -1. */
  #version = new Int32Array(0);

  constructor(operations: Operations) {
    this.#operations = operations;
    this.#clusters = new Clusters(operations);
    this.#blocks = new Blocks(operations, this.#clusters);
  }

  decide(rows: Int32Array): FastDecision | null {
    const clusters = this.#clusters;
    const blocks = this.#blocks;
    if (!clusters.read(rows)) return null;
    const core = blocks.build();
    if (core === null) return null;
    if (core.length > 0) return invalid(core);
    const order = blocks.roots();
    sortByKey(order, blocks.first);
    const conflict = findConflict(order, blocks.first, blocks.last);
    if (conflict !== null) return invalid(conflict.flatMap((root) => blocks.span(root)));
    const isExplained =
      clusters.refused.length === 0 || this.#place(rows, "low") || this.#place(rows, "high");
    if (!isExplained) return this.#judgeRefused();
    return { verdict: "valid", witness: () => this.#witness(rows) };
  }

  /** Invalid where a refused cas found its value gone though it was there; else nothing is known. */
  #judgeRefused(): FastDecision | null {
    const { refused } = this.#clusters;
    const { input } = this.#operations;
    for (const row of refused) {
      const cluster = this.#clusters.find(input.a[row] ?? 0);
      if (cluster === -1 || this.#clusters.isRepeated[cluster] === 1) continue;
      const core = this.#blocks.tenure(cluster, row);
      if (core !== null) return invalid([row, ...core]);
    }
    return null;
  }

  /** Gives each cluster its version and solves for the start times; false when that cannot be. */
  #place(rows: Int32Array, side: "low" | "high"): boolean {
    const clusters = this.#clusters;
    const blocks = this.#blocks;
    if (this.#version.length < clusters.count) this.#version = new Int32Array(clusters.count);
    this.#version.fill(-1, 0, clusters.count);
    this.#times ??= new VersionTimes(this.#operations);
    const times = this.#times;
    times.begin(rows.length + 3, rows.length);
    const order = blocks.roots();
    sortByKey(order, blocks.ends(side));
    const followers =
      clusters.refused.length > 0 ? makeWay(order, this.#operations, clusters, blocks) : null;
    // The initial value is there first, whether or not somebody saw it.
    this.#version[0] = 0;
    let version = 0;
    for (const root of order) {
      let last = root;
      for (let cluster = root; cluster !== -1; cluster = blocks.next[cluster] ?? -1) {
        last = cluster;
        const setter = clusters.setter[cluster] ?? 0;
        if (setter === initially) continue;
        this.#version[cluster] = ++version;
        times.sure(version, setter);
      }
      const follower = followers?.get(last);
      if (follower === undefined) continue;
      this.#version[follower] = ++version;
      times.sure(version, clusters.setter[follower] ?? 0);
    }
    for (let cluster = 0; cluster < clusters.count; cluster++) {
      const own = this.#version[cluster] ?? -1;
      if (own === -1 || clusters.last[cluster] === -1) continue;
      if (own > 0) times.up(own, clusters.firstRow[cluster] ?? 0);
      times.low(own + 1, clusters.lastRow[cluster] ?? 0);
    }
    for (const row of clusters.refused) {
      const cluster = clusters.find(this.#operations.input.a[row] ?? 0);
      if (cluster === -1) continue;
      if (clusters.isRepeated[cluster] === 1) return false;
      const own = this.#version[cluster] ?? -1;
      if (own === 0) times.up(1, row);
      else if (own > 0) times.either(own, row);
    }
    return times.solve(0, rows.length + 1);
  }

  #witness(rows: Int32Array): Int32Array {
    const clusters = this.#clusters;
    clusters.read(rows);
    this.#blocks.build();
    if (!this.#place(rows, "low")) this.#place(rows, "high");
    const { t = new Int32Array(0) } = this.#times ?? {};
    const { outcome, call, return: end, input } = this.#operations;
    const startOf = (version: number): number => t[version] ?? never;
    const versionOf = (value: number): number => this.#version[clusters.find(value)] ?? -1;
    const versions = new Map<number, number>();
    for (let cluster = 0; cluster < clusters.count; cluster++) {
      const version = this.#version[cluster] ?? -1;
      if (version > 0) versions.set(clusters.setter[cluster] ?? 0, version);
    }
    const refused = new Set(clusters.refused);
    return orderOf(rows, (row) => {
      const from = call[row] ?? 0;
      const made = versions.get(row);
      if (made !== undefined) return { row, time: startOf(made), version: made, isWrite: true };
      if ((outcome[row] ?? 0) > outcomes.refused) return null;
      if (!refused.has(row)) {
        const seen = versionOf(clusters.seenBy(row));
        return { row, time: Math.max(from, startOf(seen)), version: seen, isWrite: false };
      }
      // Another value than this: before it came, or after it went.
      const other = versionOf(input.a[row] ?? 0);
      const gone = other === -1 ? never : startOf(other + 1);
      const isAfter = gone <= (end[row] ?? 0);
      const time = isAfter ? Math.max(from, gone) : from;
      return { row, time, version: isAfter ? other + 1 : other - 1, isWrite: false };
    });
  }
}

function invalid(core: readonly number[]): FastDecision {
  const rows = Int32Array.from(new Set(core)).sort();
  return { verdict: "invalid", core: () => rows };
}
