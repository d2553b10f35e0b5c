import { asVersioned, formatTook, formatValue, isRead } from "../describe.ts";
import type { PairedOperation } from "../operations.ts";
import {
  type Case,
  endOf,
  type Finding,
  fromNode,
  isBefore,
  momentOf,
  named,
  nodeOf,
  outcomeOf,
  overlapOf,
  readClaim,
  who,
} from "./facts.ts";

type Told = Omit<Finding, "culprit">;

/** Values with versions: what a get, or a put that names a version, contradicts. */
export function explainVersions(one: Case): Told | null {
  const { culprit } = one;
  if (isRead(culprit)) {
    const seen = versionSeen(culprit);
    if (seen === null) return null;
    return otherValue(one) ?? phantom(one, seen) ?? staleRead(one, seen) ?? movedOn(one, seen);
  }
  const version = asVersioned(culprit.input)?.version;
  if (version === undefined) return null;
  if (culprit.outcome === "ok") return rivalPut(one, version) ?? overtakenPut(one, version);
  if (culprit.error === "ErrNoKey") return deniedKey(one);
  return refusedPut(one, version);
}

/** The version that existed for certain when it returned: read, or made. */
function versionKnown(operation: PairedOperation): number {
  if (operation.outcome !== "ok") return -1;
  if (isRead(operation)) return asVersioned(operation.output)?.version ?? -1;
  const versioned = asVersioned(operation.input);
  return versioned === null ? -1 : versioned.version + 1;
}

function valueKnown(operation: PairedOperation): unknown {
  return asVersioned(isRead(operation) ? operation.output : operation.input)?.value;
}

function versionSeen(read: PairedOperation): number | null {
  if (read.outcome === "fail") return 0;
  return asVersioned(read.output)?.version ?? null;
}

/** Another client was told another value of the same version. */
function otherValue(one: Case): Told | null {
  const { culprit, others } = one;
  const version = versionKnown(culprit);
  if (version < 1) return null;
  const rivals = others.filter(
    (other) => versionKnown(other) === version && !isSame(valueKnown(other), valueKnown(culprit)),
  );
  const rival = rivals.find((other) => !isRead(other)) ?? rivals[0];
  if (rival === undefined) return null;
  const value = formatValue(valueKnown(rival));
  const had = isBefore(rival, culprit) ? "had" : "also";
  const told = isRead(rival)
    ? `${who(rival)} ${had} read ${value} as that version${fromNode(rival)} at ${momentOf(rival, culprit)}`
    : `${who(rival)}'s put ${had === "had" ? "had made" : "made"} it ${value}, acknowledged by ${nodeOf(rival)} at ${momentOf(rival, culprit)}`;
  const writer = writerOf(one, version);
  const source = writer === undefined ? {} : { source: writer };
  if (writer?.outcome === "fail") return refusedValue(culprit, writer, rival);
  if (areApart(rival, culprit)) {
    return {
      class: "split-brain",
      text: `${readClaim(culprit, rival)}, but ${told}`,
      rival,
      ...source,
    };
  }
  const foreign = writer === undefined ? phantom(one, version) : null;
  if (foreign !== null) return foreign;
  if (writer?.outcome === "ok" && !isRead(rival) && !areApart(rival, writer)) {
    const { class: kind, text } = givenTwice(rival, writer, version - 1);
    const read = `${who(culprit)} read ${formatValue(valueKnown(culprit))} at ${momentOf(culprit)}`;
    return { class: kind, text: `${text}; ${read}`, rival, ...source };
  }
  const origin =
    writer === undefined || isRead(rival)
      ? ""
      : `; ${formatValue(valueKnown(writer))} is of ${who(writer)}'s put at version ${version - 1} too, which ${outcomeOf(writer, culprit)}`;
  return {
    class: "duplicate-version",
    text: `${readClaim(culprit, rival)}, but ${told}${origin}`,
    rival,
    ...source,
  };
}

/** What was read had been refused: that says more than that the version was another's. */
function refusedValue(
  culprit: PairedOperation,
  writer: PairedOperation,
  rival: PairedOperation,
): Told {
  const value = formatValue(valueKnown(rival));
  const other = isRead(rival)
    ? `${who(rival)} read ${value} as that version${fromNode(rival)}`
    : `that version was made ${value} by ${who(rival)}'s put, acknowledged by ${nodeOf(rival)}`;
  return {
    class: "dirty-read",
    text:
      `${readClaim(culprit, writer)}, but ${named(writer)} ${outcomeOf(writer, culprit)}; ` +
      `${other} at ${momentOf(rival, culprit)}`,
    rival: writer,
  };
}

/** The only put that can have made what was read. */
function writerOf({ culprit, lookup }: Case, version: number): PairedOperation | undefined {
  const value = valueKnown(culprit);
  const writers = lookup
    .onKey(culprit.key ?? "")
    .filter(
      (put) =>
        !isRead(put) &&
        asVersioned(put.input)?.version === version - 1 &&
        isSame(valueKnown(put), value),
    );
  return writers.length === 1 ? writers[0] : undefined;
}

/** Nobody can have written what was read. */
function phantom(one: Case, version: number): Told | null {
  const { culprit, lookup, anomaly } = one;
  const value = valueKnown(culprit);
  const isNothing = version < 1 && (value ?? null) === null;
  if (isNothing || anomaly.kind === "stale-read" || culprit.key === null) return null;
  const writers = lookup
    .onKey(culprit.key)
    .filter((put) => !isRead(put) && isSame(valueKnown(put), value));
  const called = writers.filter(({ call }) => culprit.return === null || call <= culprit.return);
  const fitting = called.filter((put) => asVersioned(put.input)?.version === version - 1);
  const claim = readClaim(culprit);
  const [writer] = called;
  if (writer === undefined) {
    const [later] = writers;
    const why =
      later === undefined
        ? `nobody ever asked to write ${formatValue(value)}`
        : `${formatValue(value)} was not asked to be written before ${momentOf(later, culprit)}, by ${who(later)}`;
    return { class: "phantom", text: `${claim}, but ${why}`, rival: later ?? null };
  }
  if (fitting.length > 0) {
    const [put] = fitting;
    if (fitting.length !== 1 || put?.outcome !== "fail") return null;
    return {
      class: "dirty-read",
      text: `${claim}, but ${named(put)} ${outcomeOf(put, culprit)}`,
      rival: put,
    };
  }
  const asked = asVersioned(writer.input)?.version ?? 0;
  const maker = `${who(writer)} put ${formatValue(value)} on condition of version ${asked}, which can make version ${asked + 1} only`;
  return { class: "phantom", text: `${claim}, but ${maker}`, rival: writer };
}

function staleRead(one: Case, version: number): Told | null {
  const { culprit } = one;
  const rival = newerThan(one, version);
  if (rival === undefined) return null;
  const isOwn = isSameClientsRead(rival, culprit);
  const kind = isOwn ? "non-monotonic-read" : isLost(rival, one) ? "lost-write" : "stale-read";
  return {
    class: kind,
    text: `${readClaim(culprit, rival)}, but ${knownBefore(rival, culprit)}`,
    rival,
  };
}

/**
 * An acknowledged put whose version was made once more with another value, or that nobody ever saw
 * anything of, although the key was looked at again.
 */
function isLost(rival: PairedOperation, { culprit, lookup }: Case): boolean {
  if (isRead(rival) || culprit.key === null) return false;
  const version = versionKnown(rival);
  const known = lookup
    .onKey(culprit.key)
    .filter((other) => other.index !== rival.index && versionKnown(other) >= 0);
  const isMadeAnew = known.some(
    (other) => versionKnown(other) === version && !isSame(valueKnown(other), valueKnown(rival)),
  );
  if (isMadeAnew) return true;
  if (known.some((other) => versionKnown(other) >= version)) return false;
  return known.filter((other) => isBefore(rival, other)).length >= looksMin;
}

/** So many answers agree that it is gone: one may have come from a node that is behind. */
const looksMin = 3;

/** A put that named this version had ended before, and not as one that leaves the version in place. */
function movedOn(one: Case, version: number): Told | null {
  const { culprit, others } = one;
  const ended = others.filter(
    (other) =>
      !isRead(other) &&
      isBefore(other, culprit) &&
      asVersioned(other.input)?.version === version &&
      (other.error === "ErrVersion" || other.error === "ErrMaybe"),
  );
  const rival = ended.at(-1);
  if (rival === undefined) return null;
  const why =
    rival.error === "ErrVersion"
      ? `had been refused by ${nodeOf(rival)} (ErrVersion) at ${momentOf(rival, culprit)}: the key had moved on`
      : `had ended with ErrMaybe at ${momentOf(rival, culprit)}, which it does only once the key has moved on`;
  return {
    class: "stale-read",
    text: `${readClaim(culprit, rival)}, but ${who(rival)}'s put at version ${version} ${why}`,
    rival,
  };
}

/** Two puts were acknowledged for one version. */
function rivalPut(one: Case, version: number): Told | null {
  const { culprit, others } = one;
  const rival = others.find(
    (other) => !isRead(other) && other.outcome === "ok" && versionKnown(other) === version + 1,
  );
  if (rival === undefined) return null;
  if (!areApart(rival, culprit)) return { ...givenTwice(rival, culprit, version), rival };
  const had = isBefore(rival, culprit) ? "had acknowledged" : "acknowledged";
  return {
    class: "split-brain",
    text:
      `${nodeOf(culprit)} acknowledged ${who(culprit)}'s put ${culprit.key ?? "it"} = ${formatValue(valueKnown(culprit))} as version ` +
      `${version + 1} at ${momentOf(culprit, rival)}, but ${nodeOf(rival)} ${had} ${who(rival)}'s put of ` +
      `${formatValue(valueKnown(rival))} as the same version at ${momentOf(rival, culprit)}`,
    rival,
  };
}

/** By one node, in the order of its answers. */
function givenTwice(
  rival: PairedOperation,
  culprit: PairedOperation,
  version: number,
): Pick<Told, "class" | "text"> {
  const [first, second] = endOf(rival) <= endOf(culprit) ? [rival, culprit] : [culprit, rival];
  const overlap = overlapOf(rival, culprit);
  const how = overlap > 0 ? `, to two calls that overlapped by ${formatTook(overlap)}` : "";
  const told = (put: PairedOperation, was: string): string =>
    `${who(put)}'s put of ${formatValue(valueKnown(put))}${was} at ${momentOf(put, put === rival ? culprit : rival)}`;
  return {
    class: "duplicate-version",
    text:
      `${nodeOf(culprit)} gave version ${version + 1} of ${culprit.key ?? "the key"} twice${how}; ` +
      `${told(first, " was acknowledged")} and ${told(second, "")}, both to replace version ${version}`,
  };
}

function overtakenPut(one: Case, version: number): Told | null {
  const { culprit, others } = one;
  const claim = (rival: PairedOperation): string =>
    `${nodeOf(culprit)} acknowledged ${named(culprit)} at ${momentOf(culprit, rival)}`;
  const newer = newerThan(one, version);
  if (newer !== undefined) {
    return {
      class: "lost-write",
      text: `${claim(newer)}, but ${knownBefore(newer, culprit)}`,
      rival: newer,
    };
  }
  const reader = others.find(
    (other) =>
      versionKnown(other) === version + 1 && !isSame(valueKnown(other), valueKnown(culprit)),
  );
  if (reader === undefined) return null;
  const value = formatValue(valueKnown(reader));
  return {
    class: areApart(reader, culprit) ? "split-brain" : "duplicate-version",
    text: `${claim(reader)}, but ${who(reader)} read version ${version + 1} as ${value}${fromNode(reader)} at ${momentOf(reader, culprit)}`,
    rival: reader,
  };
}

/** `ErrNoKey`, of a key that others had seen to exist. */
function deniedKey(one: Case): Told | null {
  const { culprit } = one;
  const rival = newerThan(one, 0);
  if (rival === undefined) return null;
  const text = `${named(culprit)} ${outcomeOf(culprit, rival)}, but ${knownBefore(rival, culprit)}`;
  return { class: "stale-read", text, rival };
}

/** `ErrVersion`, while the key had the version that the put named. */
function refusedPut(one: Case, version: number): Told | null {
  const { culprit, others, lookup } = one;
  const maker = others
    .filter((other) => isBefore(other, culprit) && versionKnown(other) === version)
    .at(-1);
  if (maker === undefined || culprit.key === null) return null;
  const end = culprit.return ?? Infinity;
  const replaced = lookup
    .onKey(culprit.key)
    .some(
      (put) =>
        put.index !== culprit.index &&
        !isRead(put) &&
        put.call < end &&
        asVersioned(put.input)?.version === version,
    );
  const why = replaced
    ? "and nothing that could have replaced it fits the other answers"
    : "and nobody else had asked to replace it";
  const known = isRead(maker) ? "had read" : "had made";
  return {
    class: "wrong-error",
    text:
      `${named(culprit)} ${outcomeOf(culprit, maker)}, but that was the version that ${who(maker)} ${known} ` +
      `at ${momentOf(maker, culprit)}, ${why}`,
    rival: maker,
  };
}

/** The newest fact that a client had been told before the culprit was asked; acknowledged puts first. */
function newerThan({ culprit, others }: Case, version: number): PairedOperation | undefined {
  const newer = others.filter((other) => isBefore(other, culprit) && versionKnown(other) > version);
  const own = newer.find((other) => isSameClientsRead(other, culprit));
  return own ?? newer.sort((a, b) => versionKnown(a) - versionKnown(b)).at(-1);
}

function knownBefore(rival: PairedOperation, culprit: PairedOperation): string {
  const version = versionKnown(rival);
  const at = momentOf(rival, culprit);
  if (!isRead(rival)) return `version ${version} had been acknowledged to ${who(rival)} at ${at}`;
  const client = rival.process === culprit.process ? "the same client" : who(rival);
  const value = formatValue(valueKnown(rival));
  return `${client} had already read version ${version} (${value})${fromNode(rival)} at ${at}`;
}

function isSameClientsRead(rival: PairedOperation, culprit: PairedOperation): boolean {
  return isRead(rival) && isRead(culprit) && rival.process === culprit.process;
}

/** Answered by two nodes. */
function areApart(one: PairedOperation, other: PairedOperation): boolean {
  return one.node !== null && other.node !== null && one.node !== other.node;
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
