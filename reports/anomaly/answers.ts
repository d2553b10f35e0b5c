import { asVersioned, isRead } from "../describe.ts";
import type { PairedOperation } from "../operations.ts";
import { type Case, type Finding, fromNode, momentOf, named, who } from "./facts.ts";

type Told = Omit<Finding, "culprit">;

/** What the `answers` checker expected, as a clause about the copies. */
const doubts: readonly (readonly [start: string, clause: string])[] = [
  ["info: ", "one of its copies may have taken effect"],
  ["ok: ", "one of its copies had been acknowledged"],
  ["no ok: ", "no copy of it had been acknowledged"],
  ["fail: ", "every copy of it certainly did nothing"],
  ["no ErrMaybe: ", "a copy of it may yet take effect"],
];

/** A client that said of an operation what the answers to its copies do not bear out. */
export function explainAnswer({ anomaly, culprit, lookup }: Case): Told | null {
  const clause = doubts.find(([start]) => anomaly.expected?.startsWith(start) === true)?.[1];
  if (anomaly.kind !== "wrong-answer" || clause === undefined) return null;
  const copies = copiesOf(anomaly.observed ?? "");
  const answers = copies.length === 0 ? "" : ` (${copies.join(", ")})`;
  const written = JSON.stringify(asVersioned(culprit.input)?.value ?? culprit.input);
  // The proof, where there is one: somebody read what the client took for refused.
  const reader =
    culprit.outcome !== "fail" || culprit.key === null
      ? undefined
      : lookup
          .onKey(culprit.key)
          .find(
            (read) =>
              isRead(read) &&
              read.outcome === "ok" &&
              JSON.stringify(asVersioned(read.output)?.value ?? read.output) === written,
          );
  const proof =
    reader === undefined
      ? ""
      : `, and ${who(reader)} read that value${fromNode(reader)} at ${momentOf(reader, culprit)}`;
  return {
    class: "wrong-error",
    text: `${reported(culprit, reader)}, but ${clause}${answers}${proof}`,
    rival: reader ?? null,
  };
}

/** `client 479 reported its put k1 = v3 at version 0 as refused (ErrVersion) at 13.92 s`: nobody else did. */
function reported(culprit: PairedOperation, reader: PairedOperation | undefined): string {
  const { outcome, error } = culprit;
  const its = named(culprit).replace(`${who(culprit)}'s `, "its ");
  const why = error === null ? "" : ` (${error})`;
  const as = { ok: "done", fail: "refused", info: "unknown" }[outcome];
  return `${who(culprit)} reported ${its} as ${as}${why} at ${momentOf(culprit, reader)}`;
}

/** `503 outcome-unknown`, `no answer`: what came back for each copy, from the checker's line. */
function copiesOf(observed: string): string[] {
  const list = observed.split("its copies: ")[1];
  if (list === undefined) return [];
  try {
    const copies: unknown = JSON.parse(`[${list}]`);
    if (!Array.isArray(copies)) return [];
    const told = copies.map((copy: Readonly<Record<string, unknown>>) => {
      if (copy["notSent"] !== undefined) return "never sent";
      if (typeof copy["status"] !== "number") return "no answer";
      return typeof copy["error"] === "string"
        ? `${copy["status"]} ${copy["error"]}`
        : `${copy["status"]}`;
    });
    return [...new Set(told)];
  } catch {
    return [];
  }
}
