import type { Anomaly } from "porcupine-ts";
import { asVersioned, describeState, formatMoment, formatValue, isRead } from "../describe.ts";
import type { OperationTable } from "../operation-table.ts";
import type { PairedOperation } from "../operations.ts";
import type { AnomalyClass } from "./classes.ts";

/** The operations of a run, as far as an explanation asks for them. */
export type Lookup = {
  /** By the index of its invocation. */
  at(index: number): PairedOperation | undefined;
  /** All on a key, in the order of calls. */
  onKey(key: string): readonly PairedOperation[];
};

/** What an anomaly comes to: its class, and two operations that contradict each other. */
export type Finding = {
  readonly class: AnomalyClass;
  /** One sentence without its stop: what was answered, and what it contradicts. */
  readonly text: string;
  /** The operation that cannot be ordered. */
  readonly culprit: PairedOperation | null;
  /** The one that contradicts it most plainly. */
  readonly rival: PairedOperation | null;
  /** The write of what was read, where that is a third one and known. */
  readonly source?: PairedOperation;
};

/** An anomaly with what is known of its operations. */
export type Case = {
  readonly anomaly: Anomaly;
  readonly culprit: PairedOperation;
  /** The core's and the related operations, without the culprit, in the order of calls. */
  readonly others: readonly PairedOperation[];
  readonly lookup: Lookup;
};

/** The operations of a key are made into objects when they are first asked for. */
export function lookupOf(table: OperationTable): Lookup {
  const byKey = new Map<string, readonly PairedOperation[]>();
  return {
    at: (index) => table.find(index),
    onKey: (key) => {
      const known = byKey.get(key);
      if (known !== undefined) return known;
      const found = operationsOn(table, key);
      byKey.set(key, found);
      return found;
    },
  };
}

function operationsOn(table: OperationTable, key: string): PairedOperation[] {
  const code = table.codeOf(key);
  const found: PairedOperation[] = [];
  for (let row = 0; code >= 0 && row < table.size; row++) {
    if (table.key[row] === code) found.push(table.at(row));
  }
  return found;
}

/** Null where the anomaly names no operation that is in the history. */
export function caseOf(anomaly: Anomaly, lookup: Lookup): Case | null {
  const culprit = anomaly.operation === undefined ? undefined : lookup.at(anomaly.operation);
  if (culprit === undefined) return null;
  const indexes = [...anomaly.related, ...(anomaly.core ?? []).map(({ index }) => index)];
  const others = [...new Set(indexes)]
    .filter((index) => index !== culprit.index)
    .flatMap((index) => lookup.at(index) ?? [])
    .sort((a, b) => a.call - b.call);
  return { anomaly, culprit, others, lookup };
}

/** `client 7`. */
export function who({ process }: PairedOperation): string {
  return `client ${process}`;
}

/** ` from n2`, or nothing. */
export function fromNode({ node }: PairedOperation): string {
  return node === null ? "" : ` from ${node}`;
}

/** `n2`, or `the store`. */
export function nodeOf({ node }: PairedOperation): string {
  return node ?? "the store";
}

/** When the client knew. */
export function endOf(operation: PairedOperation): number {
  return operation.return ?? operation.call;
}

/** Whether the first had its answer before the second was asked. */
export function isBefore(first: PairedOperation, second: PairedOperation): boolean {
  return first.return !== null && first.return <= second.call && first.index < second.index;
}

/**
 * Whether the first was over before the second was asked: a request whose client gave up waiting may still
 * take effect.
 */
export function isOverBefore(first: PairedOperation, second: PairedOperation): boolean {
  const isOpen = first.outcome === "info" && first.error !== "ErrMaybe";
  return !isOpen && isBefore(first, second);
}

/** For how long both were under way, nanoseconds; 0 where they were not, or nobody knows. */
export function overlapOf(one: PairedOperation, other: PairedOperation): number {
  const until = Math.min(one.return ?? Infinity, other.return ?? Infinity);
  return until === Infinity ? 0 : Math.max(0, until - Math.max(one.call, other.call));
}

/** `12.41 s`; with a third decimal where `other` would look the same. */
export function momentOf(operation: PairedOperation, other?: PairedOperation): string {
  const short = formatMoment(endOf(operation));
  if (other === undefined || formatMoment(endOf(other)) !== short) return short;
  return formatMoment(endOf(operation), 3);
}

/** `client 7 read k3 = v41 (version 5) from n2 at 12.41 s`. */
export function readClaim(read: PairedOperation, rival?: PairedOperation): string {
  const state = seenBy(read);
  return `${who(read)} read ${read.key ?? "it"} = ${state}${fromNode(read)} at ${momentOf(read, rival)}`;
}

/** What a read saw, lists by their length. */
export function seenBy({ output, error }: PairedOperation): string {
  if (error !== null) return "absent";
  if (Array.isArray(output))
    return output.length > 4 ? `[${output.length} elements]` : formatValue(output);
  return describeState(output);
}

/** `client 1's put k4 = v690 if version 40`. */
export function named(operation: PairedOperation): string {
  const { f, key, input } = operation;
  const place = key === null ? "" : ` ${key}`;
  if (isRead(operation)) return `${who(operation)}'s ${f}${place === "" ? "" : ` of${place}`}`;
  const versioned = asVersioned(input);
  if (versioned !== null) {
    return `${who(operation)}'s ${f}${place} = ${formatValue(versioned.value)} at version ${versioned.version}`;
  }
  const value = input === undefined || input === null ? "" : ` ${formatValue(input)}`;
  return `${who(operation)}'s ${f}${place}${value}`;
}

/** What became of an operation, for a clause: `was acknowledged by n2 at 12.38 s`. */
export function outcomeOf(operation: PairedOperation, rival?: PairedOperation): string {
  const at = momentOf(operation, rival);
  if (operation.outcome === "ok") {
    const by = operation.node === null ? "" : ` by ${operation.node}`;
    return isRead(operation)
      ? `saw ${seenBy(operation)}${fromNode(operation)} at ${at}`
      : `was acknowledged${by} at ${at}`;
  }
  if (operation.outcome === "fail") {
    const by = operation.node === null ? "" : ` by ${operation.node}`;
    return `was refused (${operation.error ?? "no reason given"})${by} at ${at}`;
  }
  if (operation.error === "ErrMaybe") return `ended with ErrMaybe at ${at}`;
  return `was sent at ${formatMoment(operation.call)} and its outcome never known`;
}
