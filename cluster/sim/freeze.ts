import type { Json } from "../env/env.ts";

/** So that whoever changes what was handed over is told so, by an error where it happens. */
export function freeze<Value extends Json | undefined>(value: Value): Value {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  if (Array.isArray(value)) for (const part of value as readonly Json[]) freeze(part);
  else for (const name in value) freeze((value as { readonly [name: string]: Json })[name]);
  return value;
}
