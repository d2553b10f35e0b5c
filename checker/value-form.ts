import { isObject } from "./json.ts";
import { forms } from "./operations.ts";
import type { ValueInterner } from "./values.ts";

/** A value taken apart: code in `forms` and two fields, see `ValueColumn`. */
export type ValueForm = { form: number; a: number; b: number };

/** Takes a JSON value (or none: `undefined`) apart and writes the fields of its one form. */
export function takeApart(value: unknown, values: ValueInterner, into: ValueForm): void {
  into.a = 0;
  into.b = 0;
  if (value === undefined) {
    into.form = forms.none;
  } else if (Array.isArray(value) && value.length === 2) {
    into.form = forms.pair;
    into.a = values.intern(value[0]);
    into.b = values.intern(value[1]);
  } else if (isVersioned(value)) {
    into.form = forms.versioned;
    into.a = values.intern(value.value);
    into.b = value.version;
  } else {
    into.form = forms.plain;
    into.a = values.intern(value);
  }
}

/** An object of exactly an own `value` and `version` (integer from 0 to 2^31 - 1). */
export function isVersioned(value: unknown): value is { value: unknown; version: number } {
  if (!isObject(value)) return false;
  const version = value["version"];
  if (!Number.isInteger(version) || (version as number) < 0 || (version as number) >= 2 ** 31) {
    return false;
  }
  let fields = 0;
  for (const _ in value) fields++;
  return fields === 2 && Object.hasOwn(value, "value");
}
