import type { VNode } from "preact";
import { formatCount, formatTook, formatValue } from "../describe.ts";
import type { CheckerResult } from "../result.ts";

/** What a check counted: plain figures in words, what has a structure of its own behind a fold as JSON. */
export function Figures({ stats }: { stats: CheckerResult["stats"] | undefined }): VNode {
  // What led to a violation stands beside the violation.
  const entries = Object.entries(stats ?? {}).filter(([name]) => name !== "context");
  const plain = entries.filter(([, value]) => isPlain(value));
  const others = entries.filter(([, value]) => !isPlain(value));
  const told = plain.map(([name, value]) => `${inWords(name)}: ${toldValue(name, value)}`);
  return (
    <>
      {entries.length === 0 ? "–" : told.join(" · ")}
      {others.length > 0 && (
        <details>
          <summary>{others.map(([name]) => inWords(name)).join(", ")}</summary>
          <pre>{JSON.stringify(Object.fromEntries(others), null, 1)}</pre>
        </details>
      )}
    </>
  );
}

function isPlain(value: unknown): boolean {
  return typeof value !== "object" || value === null;
}

/** `ok at least` for `okAtLeast`, `within` for `withinMs`: the unit stands with the value. */
function inWords(name: string): string {
  return name.replace(/Ms$/, "").replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function toldValue(name: string, value: unknown): string {
  if (value === null) return "none";
  if (typeof value !== "number") return formatValue(value);
  return name.endsWith("Ms") ? formatTook(value * 1e6) : formatCount(value);
}
