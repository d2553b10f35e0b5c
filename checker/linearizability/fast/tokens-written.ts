import { canonicalJson, fieldsOf } from "../../json.ts";
import { never, type Operations, outcomes, valueAt } from "../../operations.ts";
import type { Moment } from "./moments.ts";
import { findConflict, sortByKey } from "./zones.ts";

/** A value with its token: what wrote it, and all that saw it. */
type Cluster = {
  readonly token: number;
  /** Row of the write; -1 for nobody, and for what is there at the beginning. */
  writer: number;
  /** Several writes of it: whose it was is not known where it was read. */
  isRepeated: boolean;
  readonly reads: number[];
};

/** A token was the one written last at some moment between call and end, as these rows show. */
type Shown = {
  readonly token: number;
  readonly rows: readonly number[];
  readonly call: number;
  readonly end: number;
};

/** Rows that cannot be ordered; or nothing is known. */
type Ended = { readonly core: readonly number[] } | "undecided";

/**
 * The half of a fenced lock behind which the resource is: tokens of writes never fall, reads see the last one.
 *
 * A write and the reads of it are contiguous in every order, and come in the order of their tokens; those
 * of one token are the zones of a register, see `findConflict`. Exact where every value that was read was
 * written once with its token. Writes of unknown outcome that nobody read are left out; a refusal as `fenced`
 * that only one of these, or another order, explains is undecided.
 */
export class TokensWritten {
  readonly #operations: Operations;
  readonly #write: number;
  readonly #read: number;
  readonly #fenced: number;
  /** In the order found. */
  #order: Cluster[] = [];
  #refused: number[] = [];
  readonly #moments = new Map<number, Moment>();

  constructor(operations: Operations) {
    this.#operations = operations;
    this.#write = operations.functions.indexOf("write");
    this.#read = operations.functions.indexOf("read");
    this.#fenced = operations.errors.indexOf("fenced");
  }

  /** Null when there is an order. */
  solve(rows: Int32Array): Ended | null {
    const clusters = this.#group(rows);
    if (!Array.isArray(clusters)) return clusters;
    const broken = this.#findFallen(clusters) ?? this.#sort(clusters);
    if (broken !== null) return { core: broken };
    this.#place();
    return this.#judgeRefused(rows);
  }

  #group(rows: Int32Array): Cluster[] | Ended {
    const { f, outcome, error, input, output, values } = this.#operations;
    const initial: Cluster = { token: 0, writer: -1, isRepeated: false, reads: [] };
    const named = new Map<string, Cluster>([[nameOf(0, null), initial]]);
    const extra: Cluster[] = [];
    this.#refused = [];
    for (const row of rows) {
      const isWrite = f[row] === this.#write;
      if (!isWrite && (f[row] !== this.#read || outcome[row] !== outcomes.ok)) continue;
      if (outcome[row] === outcomes.refused) {
        if (error[row] === this.#fenced) this.#refused.push(row);
        continue;
      }
      const { value, token } = fieldsOf(valueAt(values, isWrite ? input : output, row));
      const name = nameOf(Number(token), value);
      const known = named.get(name);
      const fresh = { token: Number(token), writer: -1, isRepeated: false, reads: [] };
      const cluster = known ?? fresh;
      if (known === undefined) named.set(name, fresh);
      if (!isWrite) cluster.reads.push(row);
      else if (cluster !== initial && cluster.writer === -1) cluster.writer = row;
      else {
        cluster.isRepeated = true;
        if (outcome[row] === outcomes.ok) extra.push({ ...fresh, writer: row });
      }
    }
    for (const cluster of named.values()) {
      const ended = cluster.reads.length === 0 ? null : this.#judgeReads(cluster, initial);
      if (ended !== null) return ended;
    }
    const [, ...others] = named.values();
    return [initial, ...others.filter((cluster) => this.#happened(cluster)), ...extra];
  }

  #happened({ writer, reads }: Cluster): boolean {
    return reads.length > 0 || this.#operations.outcome[writer] === outcomes.ok;
  }

  /** What is wrong with a cluster that was read. */
  #judgeReads(cluster: Cluster, initial: Cluster): Ended | null {
    const { call, return: end } = this.#operations;
    const { writer, reads, isRepeated } = cluster;
    if (isRepeated) return "undecided";
    if (cluster === initial) return null;
    const written = writer === -1 ? never : (call[writer] ?? 0);
    const early = reads.find((row) => (end[row] ?? 0) < written);
    return early === undefined ? null : { core: [early] };
  }

  /** By token, and by time within one; rows of two clusters of one token that cannot be ordered, or null. */
  #sort(clusters: readonly Cluster[]): readonly number[] | null {
    const { call, return: end } = this.#operations;
    const rowsOf = ({ writer, reads }: Cluster): readonly number[] =>
      writer === -1 ? reads : [writer, ...reads];
    const first = Int32Array.from(clusters, (cluster, id) =>
      rowsOf(cluster).reduce((least, row) => Math.min(least, end[row] ?? 0), id === 0 ? -1 : never),
    );
    const last = Int32Array.from(clusters, (cluster) =>
      rowsOf(cluster).reduce((most, row) => Math.max(most, call[row] ?? 0), -1),
    );
    const low = first.map((own, id) => Math.min(own, last[id] ?? 0));
    const span = (id: number): readonly number[] => {
      const rows = rowsOf(clusters[id] as Cluster);
      const isBound = (row: number): boolean => end[row] === first[id] || call[row] === last[id];
      // A write of unknown outcome counts because it was read.
      const named = rows.filter((row, place) => place < 2 || isBound(row));
      return named.filter((row) => end[row] !== never);
    };
    const byToken = new Map<number, number[]>();
    clusters.forEach(({ token }, id) => {
      const ids = byToken.get(token);
      if (ids === undefined) byToken.set(token, [id]);
      else ids.push(id);
    });
    this.#order = [];
    for (const token of [...byToken.keys()].sort((a, b) => a - b)) {
      const ids = Int32Array.from(byToken.get(token) ?? []);
      sortByKey(ids, first);
      const conflict = findConflict(ids, first, last);
      if (conflict !== null) return conflict.flatMap(span);
      sortByKey(ids, low);
      for (const id of ids) this.#order.push(clusters[id] as Cluster);
    }
    return null;
  }

  /** The first to return of those that show an older token than was known before their call; or null. */
  #findFallen(clusters: readonly Cluster[]): readonly number[] | null {
    const shown = clusters.flatMap((cluster) => this.#shownBy(cluster));
    const byEnd = [...shown].sort((a, b) => a.end - b.end);
    let newest: Shown | undefined;
    let known = 0;
    let fallen: readonly [Shown, Shown] | null = null;
    for (const one of shown.sort((a, b) => a.call - b.call)) {
      for (; (byEnd[known]?.end ?? never) < one.call; known++) {
        const other = byEnd[known];
        if (other !== undefined && other.token > (newest?.token ?? -1)) newest = other;
      }
      if (newest === undefined || newest.token <= one.token) continue;
      if (fallen === null || one.end < fallen[1].end) fallen = [newest, one];
    }
    return fallen?.flatMap(({ rows }) => rows) ?? null;
  }

  #shownBy({ token, writer, reads }: Cluster): Shown[] {
    const { call, return: end, outcome } = this.#operations;
    const shown = reads.map((row): Shown => {
      return { token, rows: [row], call: call[row] ?? 0, end: end[row] ?? 0 };
    });
    if (writer === -1) return shown;
    const [own, from] = [end[writer] ?? 0, call[writer] ?? 0];
    if (outcome[writer] === outcomes.ok) {
      return [...shown, { token, rows: [writer], call: from, end: own }];
    }
    // It is known to have happened by the first read of it.
    const first = shown.reduce((least, one) => (one.end < least.end ? one : least));
    const rows = own === never ? first.rows : [writer, ...first.rows];
    return [...shown, { token, rows, call: from, end: Math.min(own, first.end) }];
  }

  /** Each as early as the order allows. */
  #place(): void {
    const { call } = this.#operations;
    this.#moments.clear();
    let time = -1;
    this.#order.forEach(({ writer, reads }, version) => {
      for (const row of writer === -1 ? reads : [writer, ...reads]) {
        time = Math.max(time, call[row] ?? 0);
        this.#moments.set(row, { row, time, version, isWrite: row === writer });
      }
    });
  }

  /** Whether each refusal found a write with a newer token. */
  #judgeRefused(rows: Int32Array): Ended | null {
    const { f, outcome, call, return: end } = this.#operations;
    for (const row of this.#refused) {
      const token = this.#tokenOf(row);
      const newer = this.#moments.get(this.#firstAbove(token)?.writer ?? -1);
      const due = end[row] ?? 0;
      if (newer !== undefined && newer.time <= due) {
        const time = Math.max(newer.time, call[row] ?? 0);
        this.#moments.set(row, { row, time, version: newer.version, isWrite: false });
        continue;
      }
      const older = this.#order.flatMap((one) => (one.token > token ? [] : one.reads));
      const after = older.find((read) => (call[read] ?? 0) > due);
      if (after !== undefined) return { core: [row, after] };
      const isPossible = rows.some(
        (write) =>
          f[write] === this.#write &&
          outcome[write] !== outcomes.refused &&
          (call[write] ?? 0) <= due &&
          this.#tokenOf(write) > token,
      );
      return isPossible ? "undecided" : { core: [row] };
    }
    return null;
  }

  /** In the order found. */
  #firstAbove(token: number): Cluster | undefined {
    let low = 0;
    let high = this.#order.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#order[middle]?.token ?? 0) > token) high = middle;
      else low = middle + 1;
    }
    return this.#order[low];
  }

  #tokenOf(write: number): number {
    const { input, values } = this.#operations;
    return Number(fieldsOf(valueAt(values, input, write))["token"]);
  }

  /** When each row takes effect, where there is an order; left out: writes that never happened. */
  moments(into: Map<number, Moment>): void {
    for (const [row, moment] of this.#moments) into.set(row, moment);
  }
}

function nameOf(token: number, value: unknown): string {
  return `${token} ${canonicalJson(value)}`;
}
