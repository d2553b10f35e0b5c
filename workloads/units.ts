import type { Json } from "../cluster/env/env.ts";
import type { Range } from "./workload.ts";

/**
 * Texts with a unit, as YAML files write them: `500ms`, `2s..8s`, `400/s`, `10%`, `0.5..2`.
 *
 * Durations become milliseconds, rates operations a second, percentages thousandths (`permille`).
 */
const number = "[0-9]+(\\.[0-9]+)?";
const duration = `${number}(ms|s|m|h)`;
export const durationPattern: string = `^${duration}$`;
export const durationRangePattern: string = `^${duration}(\\.\\.${duration})?$`;
export const ratePattern: string = "^[1-9][0-9]*/s$";

const msPerUnit = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;
const scalarPattern = /^(-?[0-9]+(?:\.[0-9]+)?)(ms|s|m|h|%)?$/;

/** `text` matches `durationPattern`. Rounded to whole milliseconds. */
export function parseDurationMs(text: string): number {
  return parseScalar(text)?.value ?? Number.NaN;
}

/** The same, with every digit: moments of a script are told to the nanosecond. */
export function parseExactMs(text: string): number {
  const [, digits, unit] = scalarPattern.exec(text) ?? [];
  return Number(digits) * msPerUnit[unit as keyof typeof msPerUnit];
}

/** `text` matches `durationRangePattern`; a single duration is a range of one. */
export function parseDurationRange(text: string): Range {
  const [from = "", to = from] = text.split("..");
  return { from: parseDurationMs(from), to: parseDurationMs(to) };
}

/** `text` matches `ratePattern`. */
export function parseRate(text: string): number {
  return Number.parseInt(text, 10);
}

/**
 * A parameter of a fault as its code gets it: texts with a unit become numbers, `a..b` becomes a
 * `Range`, lists and mappings are converted inside; everything else stays as it is.
 */
export function parseParameter(value: Json): Json {
  if (typeof value === "string") return parseQuantity(value) ?? value;
  if (Array.isArray(value)) return value.map(parseParameter);
  if (value !== null && typeof value === "object") {
    return Object.fromEntries(
      Object.entries(value).map(([name, part]) => [name, parseParameter(part ?? null)]),
    );
  }
  return value;
}

function parseQuantity(text: string): number | Range | undefined {
  const [first = "", second, ...rest] = text.split("..");
  const from = parseScalar(first);
  if (second === undefined) return from?.unit === undefined ? undefined : from.value;
  const to = parseScalar(second);
  if (rest.length > 0 || from === undefined || to === undefined) return undefined;
  return { from: from.value, to: to.value };
}

type Scalar = { readonly value: number; readonly unit: string | undefined };

function parseScalar(text: string): Scalar | undefined {
  const [, digits, unit] = scalarPattern.exec(text) ?? [];
  if (digits === undefined) return undefined;
  const value = Number(digits);
  if (unit === undefined) return { value, unit };
  if (unit === "%") return { value: Math.round(value * 10), unit };
  return { value: Math.round(value * msPerUnit[unit as keyof typeof msPerUnit]), unit };
}

export function formatDuration(ms: number): string {
  return ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`;
}

export function formatDurationRange({ from, to }: Range): string {
  return from === to ? formatDuration(from) : `${formatDuration(from)}..${formatDuration(to)}`;
}
