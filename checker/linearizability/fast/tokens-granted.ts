import { fieldsOf } from "../../json.ts";
import { never, type Operations, outcomes, valueAt } from "../../operations.ts";
import type { Moment } from "./moments.ts";

/** A token that certainly was the last one granted at some time. */
type Grant = {
  readonly token: number;
  /** Row of the acknowledged acquire, or -1. */
  acquire: number;
  /** The first of the others that may have been granted it; by its call, it never returned. */
  open: number;
  /** Rows of acknowledged releases. */
  readonly releases: number[];
  /** Since when it is the last one. */
  time: number;
};

/**
 * The half of a fenced lock that grants tokens: tokens rise, and a release takes the last one.
 *
 * Exact: with the tokens in order, the least times at which each can be granted decide.
 */
export class TokensGranted {
  readonly #operations: Operations;
  readonly #acquire: number;
  readonly #release: number;
  #grants: Grant[] = [];

  constructor(operations: Operations) {
    this.#operations = operations;
    this.#acquire = operations.functions.indexOf("acquire");
    this.#release = operations.functions.indexOf("release");
  }

  /** Rows that cannot be ordered, or null. */
  solve(rows: Int32Array): readonly number[] | null {
    const { f, outcome, input, output, values } = this.#operations;
    const grants = new Map<number, Grant>();
    const open: { readonly row: number; readonly token: number }[] = [];
    const grantOf = (token: number): Grant => {
      const known = grants.get(token);
      if (known !== undefined) return known;
      const fresh = { token, acquire: -1, open: -1, releases: [], time: -1 };
      grants.set(token, fresh);
      return fresh;
    };
    for (const row of rows) {
      const isAcquire = f[row] === this.#acquire;
      if (!isAcquire && f[row] !== this.#release) continue;
      const told = valueAt(values, isAcquire ? output : input, row);
      if (told === undefined || outcome[row] === outcomes.refused) continue;
      const token = Number(fieldsOf(told)["token"]);
      if (outcome[row] !== outcomes.ok) {
        if (isAcquire) open.push({ row, token });
        continue;
      }
      const grant = grantOf(token);
      if (!isAcquire) grant.releases.push(row);
      else if (token === 0) return [row];
      else if (grant.acquire !== -1) return [grant.acquire, row];
      else grant.acquire = row;
    }
    for (const { row, token } of open) {
      const grant = grants.get(token);
      if (grant !== undefined && grant.open === -1) grant.open = row;
    }
    this.#grants = [...grants.values()].sort((a, b) => a.token - b.token);
    return this.#place();
  }

  /** Finds the least times; rows that rule them out, or null. */
  #place(): readonly number[] | null {
    const { call, return: end } = this.#operations;
    let time = -1;
    for (const [place, grant] of this.#grants.entries()) {
      const { token, acquire, open, releases } = grant;
      const writer = acquire !== -1 ? acquire : open;
      if (token > 0) time = writer === -1 ? never : Math.max(time, call[writer] ?? 0);
      grant.time = time;
      const late = [acquire, ...releases].find((row) => (end[row] ?? never) < time);
      if (late !== undefined) return [late, ...this.#blame(place, end[late] ?? 0)];
      for (const row of releases) time = Math.max(time, call[row] ?? 0);
    }
    return null;
  }

  /** A row that keeps the token of this place from being granted by `after`; none when nobody can have done so. */
  #blame(place: number, after: number): readonly number[] {
    const { call } = this.#operations;
    for (const { acquire, releases, time } of this.#grants.slice(0, place)) {
      const [first] = releases;
      const known = acquire === -1 ? first : acquire;
      // Nobody else can have granted it either before that.
      if (time > after && known !== undefined) return [known];
      const release = releases.find((row) => (call[row] ?? 0) > after);
      if (release !== undefined) return [release];
    }
    return [];
  }

  /** When each row takes effect; left out: those whose token made no difference. */
  moments(into: Map<number, Moment>): void {
    const { call } = this.#operations;
    this.#grants.forEach(({ acquire, open, releases, time, token }, place) => {
      const writer = acquire !== -1 ? acquire : open;
      if (token > 0) into.set(writer, { row: writer, time, version: place, isWrite: true });
      for (const row of releases) {
        into.set(row, {
          row,
          time: Math.max(time, call[row] ?? 0),
          version: place,
          isWrite: false,
        });
      }
    });
  }
}
