import type { PairedOperation } from "./operations.ts";

const valueCharactersMax = 60;
const reads = new Set(["get", "read"]);

/** True when the operation only looks. */
export function isRead(operation: Pick<PairedOperation, "f">): boolean {
  return reads.has(operation.f);
}

/** `12.41 s`: a moment of the run. */
export function formatMoment(ns: number, decimals = 2): string {
  return `${(ns / 1e9).toFixed(decimals)} s`;
}

/** Decimals of a second with which the two ends of a stretch agree with how long it took, as `formatTook` tells it. */
export function decimalsFor(tookNs: number): number {
  if (tookNs < 1e6) return 6;
  if (tookNs < 10e6) return 5;
  return tookNs < 100e6 ? 4 : 3;
}

/** `3.2 ms`: how long something took. */
export function formatTook(ns: number): string {
  if (ns < 1e6) return `${(ns / 1e3).toFixed(0)} µs`;
  if (ns < 1e9) return `${(ns / 1e6).toFixed(ns < 1e7 ? 1 : 0)} ms`;
  return `${(ns / 1e9).toFixed(2)} s`;
}

/** `12,345`, in every locale. */
export function formatCount(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** `1 fault`, `3 faults`. */
export function plural(count: number, noun: string, many = `${noun}s`): string {
  return `${formatCount(count)} ${count === 1 ? noun : many}`;
}

/** A checker's words in those of the page: `client 7` for `process 7`. */
export function withClients(text: string): string {
  return text.replace(/\bprocess (\d+)/g, "client $1");
}

/** What would break a line, or turn the text after it around: line ends, controls, directions. */
const unprintable = /[\p{Cc}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

/** Text in one line, in the order of its characters: others are shown as `\u202e`, `\n`. */
export function printable(text: string): string {
  return text.replace(unprintable, (character) => {
    const escaped = JSON.stringify(character).slice(1, -1);
    if (escaped !== character) return escaped;
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}

/** A value in a few characters; plain words are left without quotes. */
export function formatValue(value: unknown): string {
  const text =
    typeof value === "string" && /^[\w.:/-]+$/.test(value) ? value : JSON.stringify(value);
  if (text === undefined) return "nothing";
  return shortened(printable(text));
}

export type Versioned = { readonly value: unknown; readonly version: number };

/** The value of a versioned store (`{"value":"v7","version":3}`), if it is one. */
export function asVersioned(value: unknown): Versioned | null {
  if (typeof value !== "object" || value === null) return null;
  if (!("version" in value) || typeof value.version !== "number") return null;
  return { value: "value" in value ? value.value : undefined, version: value.version };
}

/** A value at version 0 is none that a store can have: it is told as it was seen. */
export function isAbsent({ value, version }: Versioned): boolean {
  return version === 0 && (value ?? null) === null;
}

/** What was asked: `put k3 = v7 if version 3`. */
export function describeCall(operation: PairedOperation): string {
  const name = operation.key === null ? operation.f : `${operation.f} ${formatKey(operation.key)}`;
  if (isRead(operation) || operation.input === undefined || operation.input === null) return name;
  const versioned = asVersioned(operation.input);
  if (versioned === null) return `${name} ${formatValue(operation.input)}`;
  const condition = versioned.version === 0 ? "if absent" : `if version ${versioned.version}`;
  return `${name} = ${formatValue(versioned.value)} ${condition}`;
}

/** What came back: `v41 (version 5)`, `done: version 4`, `refused: ErrVersion`, `no answer`. */
export function describeResult(operation: PairedOperation): string {
  if (operation.outcome === "fail") return `refused: ${operation.error ?? "no reason given"}`;
  if (operation.outcome === "info") {
    return `outcome unknown: ${operation.error ?? "no answer recorded"}`;
  }
  if (isRead(operation)) return describeState(operation.output);
  if (operation.f === "acquire") return `granted${describeToken(operation.output)}`;
  if (operation.f === "release") return "released";
  const version = writtenVersion(operation);
  if (version !== null) return `done: version ${version}`;
  return operation.output === undefined || operation.output === null
    ? "done"
    : `done: ${formatValue(operation.output)}`;
}

/** `: token 7`, of a lock that gives out tokens. */
function describeToken(output: unknown): string {
  const hasToken = typeof output === "object" && output !== null && "token" in output;
  return hasToken ? `: token ${formatValue(output.token)}` : "";
}

/** The version that an acknowledged conditional put made. */
export function writtenVersion(operation: PairedOperation): number | null {
  if (operation.outcome !== "ok" || operation.f !== "put") return null;
  const versioned = asVersioned(operation.input);
  return versioned === null ? null : versioned.version + 1;
}

/** What a read saw. */
export function describeState(output: unknown): string {
  const versioned = asVersioned(output);
  if (versioned === null) return formatValue(output);
  if (isAbsent(versioned)) return "absent";
  return `${formatValue(versioned.value)} (version ${versioned.version})`;
}

/** A key in a few characters, in one line. */
export function formatKey(key: string): string {
  return shortened(printable(key));
}

function shortened(text: string): string {
  return text.length > valueCharactersMax ? `${text.slice(0, valueCharactersMax - 1)}…` : text;
}
