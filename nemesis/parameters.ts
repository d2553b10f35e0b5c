import type { Json } from "../cluster/env/env.ts";
import type { Rng } from "../cluster/env/rng.ts";
import { drawEntry } from "./select.ts";

/** JSON Schemas and draws of parameters that are quantities; the schemas are of the YAML form. */

const number = "-?[0-9]+(\\.[0-9]+)?";

function drawn(title: string, pattern: string): object {
  const one = { title, type: "string", pattern: `^${pattern}(\\.\\.${pattern})?$` };
  return { title, anyOf: [one, { type: "array", minItems: 1, items: one }] };
}

export const signedDurationSchema: object = drawn(
  "a duration such as -90s, or a range such as -90s..90s",
  `${number}(ms|s|m|h)`,
);

export const durationSchema: object = drawn(
  "a duration such as 50ms, or a range such as 10ms..200ms",
  "[0-9]+(\\.[0-9]+)?(ms|s|m|h)",
);

export const shareSchema: object = drawn(
  "a share such as 5%, or a range such as 5%..20%",
  "(100|[0-9]{1,2}(\\.[0-9])?)%",
);

export const rateSchema: object = {
  title: "a factor such as 2, or a range such as 0.5..2",
  anyOf: [
    { type: "number", exclusiveMinimum: 0 },
    { type: "string", pattern: "^[0-9]+(\\.[0-9]+)?\\.\\.[0-9]+(\\.[0-9]+)?$" },
    { type: "array", minItems: 1, items: { type: "number", exclusiveMinimum: 0 } },
  ],
};

/**
 * A number from a parameter: itself, drawn from `{ from, to }` (both included), or from one entry
 * of a list of these. Drawn in steps of 1 / `stepsPerUnit`, so that no floating point decides.
 */
export function drawNumber(
  value: Json | undefined,
  rng: Rng,
  { fallback, stepsPerUnit }: { readonly fallback: number; readonly stepsPerUnit: number },
): number {
  const entry = drawEntry(value, rng);
  if (typeof entry === "number") return entry;
  const { from, to } = rangeOf(entry) ?? { from: fallback, to: fallback };
  const steps = [from, to].map((bound) => Math.round(bound * stepsPerUnit));
  return rng.int(Math.min(...steps), Math.max(...steps)) / stepsPerUnit;
}

function rangeOf(value: Json | undefined): { from: number; to: number } | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const { from, to } = value as { readonly from?: Json; readonly to?: Json };
  return typeof from === "number" && typeof to === "number" ? { from, to } : undefined;
}
