/**
 * A text that is equal for two JSON values iff the values are: the order of an object's fields does
 * not matter, and an absent value (`undefined`) is `null`.
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value !== "object") return JSON.stringify(value ?? null);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, field]) => `${JSON.stringify(name)}:${canonicalJson(field)}`);
  return `{${fields.join(",")}}`;
}

/** Whether two JSON values are equal; an absent one equals `null`. */
export function isSameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  const isPlain = typeof a !== "object" && typeof b !== "object";
  return !isPlain && canonicalJson(a) === canonicalJson(b);
}

/** The fields of an object, or none when `value` is something else. */
export function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return isObject(value) ? value : {};
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const levelsMax = 1000;

/**
 * What of a value is no JSON, so that its text would be that of another value or none: a Date is `{}`, NaN is
 * `null`. Null when nothing is. Objects count by their fields; one of another realm is as good.
 */
export function foreignPart(value: unknown, levels: number = levelsMax): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === "string" || typeof value === "boolean") return null;
  if (typeof value === "number") return Number.isFinite(value) ? null : `the number ${value}`;
  if (typeof value !== "object") return `a ${typeof value}`;
  if (levels === 0) return `more than ${levelsMax} levels, or a circle`;
  const kind = Object.prototype.toString.call(value).slice(8, -1);
  if (kind !== "Object" && kind !== "Array") return `a ${kind}`;
  for (const part of Object.values(value)) {
    const foreign = foreignPart(part, levels - 1);
    if (foreign !== null) return foreign;
  }
  return null;
}
