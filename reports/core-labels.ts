import { type Finding, isBefore } from "./anomaly/facts.ts";
import { refusalTaken } from "./anomaly/resends.ts";
import type { Copy } from "./copies.ts";
import { asVersioned, formatValue, isAbsent, isRead, plural, writtenVersion } from "./describe.ts";
import type { PairedOperation } from "./operations.ts";

type Part = "culprit" | "related" | "context";

/** The part that an operation has in an anomaly, in a few words of its own. */
export function coreLabel(
  operation: PairedOperation,
  part: Part,
  finding: Finding,
  copies: readonly Copy[],
): string {
  if (part === "context") return "at the same time";
  if (part === "culprit") return culpritLabel(operation, finding, copies);
  const { culprit, rival, source } = finding;
  if (finding.class === "broken-lock" && refusalTaken(operation, copies) !== null)
    return tookRefusal;
  if (operation.index === rival?.index) return rivalLabel(operation, finding);
  const seen = asVersioned(culprit?.output)?.version;
  const isSource =
    operation.index === source?.index || (seen !== undefined && writtenVersion(operation) === seen);
  return isSource ? "wrote what was read" : did(operation);
}

function culpritLabel(
  operation: PairedOperation,
  { class: kind, rival }: Finding,
  copies: readonly Copy[],
): string {
  const own = did(operation);
  switch (kind) {
    case "stale-read":
      return isRead(operation) ? `${own}, already replaced` : own;
    case "non-monotonic-read":
      return `${own}: went back in time`;
    case "duplicate-version":
      return isRead(operation) ? "read the other value" : `${own} as well`;
    case "split-brain":
      return isRead(operation) ? `${own}, with another value` : `${own} as well`;
    case "duplicate":
      return "holds it twice";
    case "lost-write":
      return isRead(operation)
        ? `${own}, lacks the write`
        : "was accepted for a version that was gone";
    case "wrong-error":
      return rival === null || isRead(rival)
        ? "its copies do not bear it out"
        : "was refused a version that was there";
    case "dirty-read":
      return "read what was refused";
    case "phantom":
      return phantomLabel(operation, rival);
    case "broken-lock":
      return lockLabel(operation, copies);
    case "stuck":
      return "the first that waited";
    default:
      return `${own}, which fits in no order`;
  }
}

/** A value that was written, but as another version, or one that nobody had written by then. */
function phantomLabel(operation: PairedOperation, rival: PairedOperation | null): string {
  const seen = asVersioned(operation.output);
  const put = rival === null ? null : asVersioned(rival.input);
  const isWritten = rival !== null && isBefore(rival, operation);
  return isWritten && seen !== null && put !== null && seen.version !== put.version + 1
    ? `read it as version ${seen.version}`
    : "read what nobody had written by then";
}

const tookRefusal = "took a refusal for a grant";

function lockLabel(operation: PairedOperation, copies: readonly Copy[]): string {
  const { f, outcome } = operation;
  if (f === "release") return "gave up what it did not hold";
  if (f !== "acquire") return "came with an older token";
  if (outcome !== "ok") return "was refused what nobody held";
  return refusalTaken(operation, copies) === null ? "was granted it as well" : tookRefusal;
}

function rivalLabel(rival: PairedOperation, { class: kind, culprit }: Finding): string {
  const own = did(rival);
  switch (kind) {
    case "duplicate":
      return "the one request for it";
    case "dirty-read":
      return "was refused";
    case "lost-write":
      return isRead(rival) ? own : `${own}, and is lost`;
    case "wrong-error":
      return isRead(rival) ? "read what it had written" : own;
    default:
      return rival.outcome === "ok" && culprit !== null && isBefore(rival, culprit)
        ? `${own} before`
        : own;
  }
}

/** What an operation did, or what its answer shows. */
function did(operation: PairedOperation): string {
  const { f, input, outcome } = operation;
  if (isRead(operation)) return saw(operation);
  const version = asVersioned(input)?.version;
  if (f === "put" && version !== undefined) return putDid(operation, version);
  if (f === "acquire")
    return outcomeWords(outcome, "was granted it", "was refused it", "may hold it");
  if (f === "release")
    return outcomeWords(outcome, "gave it up", "did not hold it", "may have given it up");
  const what = input === undefined || input === null ? "" : ` ${formatValue(input)}`;
  const made = f === "append" ? `appended${what}` : f === "write" ? `wrote${what}` : "took effect";
  return outcomeWords(
    outcome,
    made,
    "was refused, did nothing",
    `may have ${f === "write" ? `written${what}` : made.replace("took", "taken")}`,
  );
}

function putDid({ outcome, error }: PairedOperation, version: number): string {
  if (outcome === "ok") return `made version ${version + 1}`;
  if (outcome === "info") return `may have made version ${version + 1}`;
  if (error === "ErrNoKey") return "refused: there was nothing yet";
  if (error !== "ErrVersion") return "was refused, did nothing";
  return version === 0 ? "refused: it was there already" : `refused: version ${version} was gone`;
}

function saw({ outcome, output }: PairedOperation): string {
  if (outcome === "info") return "was never answered";
  if (Array.isArray(output)) return `read ${plural(output.length, "element")}`;
  const versioned = asVersioned(output);
  if (outcome === "fail" || (versioned !== null && isAbsent(versioned))) return "saw nothing there";
  return versioned === null ? `saw ${formatValue(output)}` : `saw version ${versioned.version}`;
}

function outcomeWords(
  outcome: PairedOperation["outcome"],
  ok: string,
  fail: string,
  info: string,
): string {
  return { ok, fail, info }[outcome];
}
