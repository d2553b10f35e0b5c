import { type Copies, type Copy, copiesKey } from "../copies.ts";
import { formatMoment } from "../describe.ts";
import type { PairedOperation } from "../operations.ts";
import { type Finding, who } from "./facts.ts";

const copiesMax = 3;

/** The copies of an operation's request; none where it was sent once. */
export function copiesOf(
  operation: PairedOperation | null,
  copies: Copies | undefined,
): readonly Copy[] {
  if (operation === null || operation.return === null) return [];
  return copies?.get(copiesKey(operation.process, operation.return)) ?? [];
}

/** Where sending a request again is what the anomaly is about: to whom it went, and what came back. */
export function copiesClause(
  { class: kind, culprit, rival }: Finding,
  copies: Copies | undefined,
): string {
  if (kind === "duplicate") return copiesOfOne(rival, copiesOf(rival, copies));
  if (kind === "wrong-error") return decisive(culprit, copiesOf(culprit, copies));
  return kind === "broken-lock" ? lastAnswer(culprit, copiesOf(culprit, copies)) : "";
}

/** Those that may have been executed, the first and the last first. */
function copiesOfOne(operation: PairedOperation | null, copies: readonly Copy[]): string {
  const possible = copies.filter(({ outcome }) => outcome !== "refused");
  if (operation === null || possible.length < 2) return "";
  const shown = [...possible.slice(0, copiesMax - 1), ...possible.slice(copiesMax - 1).slice(-1)];
  const told = shown.map(
    ({ to, sent, outcome }) =>
      `to ${to} at ${formatMoment(sent)} (${outcome === "done" ? "acknowledged" : "no answer"})`,
  );
  const left = possible.length - shown.length;
  const more = left === 0 ? "" : ` and ${left} more`;
  return `its request had been sent ${told.join(", ")}${more}`;
}

/** A request that was sent more than once, as the first copy of it that may have been executed. */
export function executable(
  operation: PairedOperation | null,
  copies: Copies | undefined,
): PairedOperation | null {
  const first = copiesOf(operation, copies).find(({ outcome }) => outcome !== "refused");
  if (operation === null || first === undefined) return null;
  return { ...operation, node: first.to, call: first.sent, return: first.back };
}

/** The first copy that the client's answer does not fit. */
export function decisiveCopy(
  operation: Pick<PairedOperation, "outcome"> | null,
  copies: readonly Copy[],
): Copy | undefined {
  return copies.find(({ outcome }) =>
    operation?.outcome === "fail" ? outcome !== "refused" : outcome === "done",
  );
}

function decisive(operation: PairedOperation | null, copies: readonly Copy[]): string {
  const copy = decisiveCopy(operation, copies);
  if (copy === undefined) return "";
  const { to, sent, back, answer } = copy;
  return `the copy to ${to}, sent at ${formatMoment(sent)}, ${answer.startsWith("no answer") ? "had no answer" : `came back as ${answer}`} at ${formatMoment(back)}`;
}

/** A look at a lock takes longer: who took it sooner than that had only this answer to go by. */
const lookNs = 300e3;

/** The refusal that an acquire took for a grant. Its client did not look at the lock after it. */
export function refusalTaken(
  { f, outcome, return: end }: Pick<PairedOperation, "f" | "outcome" | "return">,
  copies: readonly Copy[],
): Copy | null {
  const last = copies.at(-1);
  if (last === undefined || last.outcome !== "refused" || end === null) return null;
  return f === "acquire" && outcome === "ok" && end - last.back < lookNs ? last : null;
}

/** Of a lock that the client took although its last request for it was refused: what it took for a grant. */
export function mistakenGrant(
  { culprit, rival, text }: Finding,
  copies: Copies | undefined,
): string | null {
  const [, rest] = text.split(", but ");
  if (culprit === null || rest === undefined) return null;
  const last = refusalTaken(culprit, copiesOf(culprit, copies));
  if (last === null) return null;
  const isBoth = rival !== null && refusalTaken(rival, copiesOf(rival, copies)) !== null;
  const granted = isBoth ? "had taken it on such an answer, too, at" : "was granted it at";
  const lock = culprit.key ?? "the lock";
  return `${who(culprit)} took the answer ${last.answer} of ${last.to} at ${formatMoment(last.back)} for a grant of the lock ${lock}, but ${rest.replace("was granted it too, at", granted)}`;
}

/** Of a client that goes by its own idea of what it was told. */
function lastAnswer(operation: PairedOperation | null, copies: readonly Copy[]): string {
  const last = copies.at(-1);
  if (operation === null || last === undefined || last.outcome !== "refused") return "";
  const lost = copies.filter(({ outcome }) => outcome === "unknown").length;
  const before = lost === 0 ? "" : `, ${lost} before it had no answer`;
  return `that was the last of ${copies.length} requests of ${who(operation)} for it${before}`;
}
