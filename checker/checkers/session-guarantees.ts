import type { Budget, Checker, CheckOptions, CheckResult } from "../checker.ts";
import { SessionFindings } from "../evidence/sessions.ts";
import { positionsInLongest, SetTimeline } from "../evidence/sets.ts";
import { type Timeline, timelines } from "../evidence/timelines.ts";
import { emptyVersions, findVersions, roles, type Versions } from "../evidence/versions.ts";
import { type Operations, outcomes } from "../operations.ts";
import { operationsOf } from "../operations-of.ts";
import { plural, times } from "../plural.ts";

/**
 * What each process may expect of a key from what it did itself before (Terry et al. 1994):
 *
 * - monotonic reads: a read is not older than what the process had read;
 * - read your writes: a read is not older than what the process had written;
 * - monotonic writes: a write comes after the process's earlier ones;
 * - writes follow reads: a write comes after what the process had read.
 *
 * Which version is older is known, by what is done to a key: `get` and `put` with versions: by version. `read` and
 * `write`, `cas` of values written once: where the one was acknowledged or read before the write
 * of the other was called (real time; then only reads can be wrong), and null is oldest. `append`, or `add`, and
 * `read` of lists: a read must list what the process had read and written; and in the longest read of
 * the key an append comes after what its process had read and appended before (of adds: if it is there, so
 * are they). What is not known to be older accuses nobody.
 *
 * Only acknowledged operations of one process on one key count; a process is a session. `invalid`: a
 * guarantee is broken; no linearizable history is. `vacuous`: nothing could be compared.
 */
export const checker: Checker = {
  name: "session-guarantees",
  summary: "each process reads and writes nothing older than what it has read and written",
  options: {},
  required: [],
  check: (ops, options, budget) => checkOperations(operationsOf(ops), options, budget),
  checkOperations,
};

function checkOperations(operations: Operations, _: CheckOptions, __: Budget): CheckResult {
  const findings = new SessionFindings(operations);
  const versions = emptyVersions(operations);
  for (const timeline of timelines(operations)) {
    const list = listOf(operations, timeline);
    if (list !== null) judgeLists(operations, { timeline, list, findings });
    else if (findVersions(operations, timeline, versions) !== null) {
      judgeVersions(operations, { timeline, versions, findings });
    }
  }
  const { compared, broken, anomalies } = findings;
  const stats = { compared, broken };
  const [first] = anomalies;
  if (first !== undefined) {
    const counts = Object.entries(broken).filter(([, count]) => count > 0);
    const what = counts.map(([guarantee, count]) => `${guarantee} ${times(count)}`).join(", ");
    const summary = `broken: ${what}; op ${first.operation}: expected ${first.expected}; ${first.observed}`;
    return { verdict: "invalid", summary, anomalies, stats };
  }
  if (compared === 0) {
    const summary = "no process had two operations on a key that could be compared";
    return { verdict: "vacuous", summary, anomalies, stats };
  }
  const summary = `${plural(compared, "operation is", "operations are")} no older than what their process had seen or done`;
  return { verdict: "valid", summary, anomalies, stats };
}

/** The newest that a process has read and written of one key: the versions' `from`, and the rows. */
type Session = { read: number; readRow: number; written: number; writtenRow: number };

function judgeVersions(
  { process }: Operations,
  parts: {
    readonly timeline: Timeline;
    readonly versions: Versions;
    readonly findings: SessionFindings;
  },
): void {
  const { timeline, versions, findings } = parts;
  const { role, from, to } = versions;
  const sessions = new Map<number, Session>();
  // The operations of one process do not overlap: their calls and returns are in the same order.
  for (const row of timeline.returns) {
    if (role[row] === roles.none) continue;
    const name = process[row] ?? 0;
    let session = sessions.get(name);
    if (session === undefined) {
      session = { read: -Infinity, readRow: -1, written: -Infinity, writtenRow: -1 };
      sessions.set(name, session);
    } else findings.compared++;
    const [first, last] = [from[row] ?? 0, to[row] ?? 0];
    const { read, readRow, written, writtenRow } = session;
    if (role[row] === roles.read) {
      if (last < read) findings.add("monotonic-reads", row, readRow);
      if (last < written) findings.add("read-your-writes", row, writtenRow);
      if (first > read) [session.read, session.readRow] = [first, row];
    } else {
      if (last <= written) findings.add("monotonic-writes", row, writtenRow);
      if (last <= read) findings.add("writes-follow-reads", row, readRow);
      if (first > written) [session.written, session.writtenRow] = [first, row];
    }
  }
}

/** Null for a key whose operations are not those of a list or a set. */
function listOf(operations: Operations, timeline: Timeline): SetTimeline | null {
  const { functions, f } = operations;
  const adds = [functions.indexOf("add"), functions.indexOf("append")];
  const read = functions.indexOf("read");
  const isAdd = (row: number): boolean => adds.includes(f[row] ?? -1);
  if (!timeline.calls.some(isAdd) || !timeline.calls.some((row) => f[row] === read)) return null;
  const list = new SetTimeline(operations, timeline);
  return list.holdsLists ? list : null;
}

type ListSession = {
  /** Its last read, or -1. */
  readRow: number;
  /** Acknowledged adds since that read: it must show them. */
  readonly own: number[];
  /** Of what it read and of what it added: the last place in the longest read, and who put or saw it there. */
  readPlace: number;
  ownPlace: number;
  ownRow: number;
};

function judgeLists(
  operations: Operations,
  parts: {
    readonly timeline: Timeline;
    readonly list: SetTimeline;
    readonly findings: SessionFindings;
  },
): void {
  const { timeline, list, findings } = parts;
  const { process, outcome } = operations;
  for (const read of list.reads) list.listAt(read);
  const places = placesOf(list, operations);
  const elementOf = list.elementByAdd();
  const isRead = new Set(list.reads);
  const listedBy = new Int32Array(list.elements.count).fill(-1);
  const sessions = new Map<number, ListSession>();
  for (const row of timeline.calls) {
    const element = elementOf.get(row);
    if (element === undefined && !isRead.has(row)) continue;
    const name = process[row] ?? 0;
    const session = sessions.get(name) ?? {
      readRow: -1,
      own: [],
      readPlace: -1,
      ownPlace: -1,
      ownRow: -1,
    };
    if (sessions.has(name)) findings.compared++;
    else sessions.set(name, session);
    if (element === undefined) judgeRead(row, session);
    else judgeAdd(row, element, session);
  }

  function judgeRead(row: number, session: ListSession): void {
    const seen = list.listAt(row);
    for (const element of seen) {
      listedBy[element] = row;
      session.readPlace = Math.max(session.readPlace, places[element] ?? -1);
    }
    const lacks = (element: number): boolean => listedBy[element] !== row;
    const before = session.readRow < 0 ? [] : list.listAt(session.readRow);
    const unread = before.find(lacks);
    if (unread !== undefined) {
      findings.add("monotonic-reads", row, session.readRow, list.elements.text(unread));
    }
    const unseen = session.own.find((add) => lacks(elementOf.get(add) ?? -1));
    if (unseen !== undefined) {
      const name = list.elements.text(elementOf.get(unseen) ?? 0);
      findings.add("read-your-writes", row, unseen, name);
    }
    session.readRow = row;
    session.own.length = 0;
  }

  function judgeAdd(row: number, element: number, session: ListSession): void {
    const place = places[element] ?? -1;
    if (place >= 0 && place < Infinity) {
      if (place < session.ownPlace) findings.add("monotonic-writes", row, session.ownRow);
      if (place < session.readPlace) findings.add("writes-follow-reads", row, session.readRow);
    }
    if (outcome[row] !== outcomes.ok) return;
    session.own.push(row);
    if (place > session.ownPlace) [session.ownPlace, session.ownRow] = [place, row];
  }
}

/**
 * Where each element stands in the longest read, which is a state of the key: Infinity if it is not
 * there, -1 if that is not known. Elements of a set stand nowhere in particular: all at 0.
 */
function placesOf(list: SetTimeline, { functions, f }: Operations): Float64Array {
  const { longest, positions } = positionsInLongest(list);
  const isThere = new Set(longest);
  const add = functions.indexOf("add");
  return Float64Array.from(positions, (position, element) => {
    if (!isThere.has(element)) return Infinity;
    const isRepeated = position < 0 || (list.attempts[element] ?? 0) > 1;
    if (isRepeated) return -1;
    return f[list.firstAdd[element] ?? -1] === add ? 0 : position;
  });
}
