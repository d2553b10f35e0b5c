import type { NodeOptions } from "../cluster/env/program.ts";
import type { RegisteredSubject, Registries } from "./registries.ts";
import { withDefaults } from "./resolve.ts";
import { lastingKey } from "./schema.ts";
import {
  durationPattern,
  durationRangePattern,
  parseDurationMs,
  parseDurationRange,
} from "./units.ts";
import { didYouMean, expectedGot } from "./validate.ts";
import { readFunctionOf } from "./workload-model.ts";
import type { Path } from "./yaml-source.ts";

/**
 * What a schema cannot say: names that must fit each other, and times that must fit into the run.
 *
 * Takes values as they came, well-formed or not, so that a file's mistakes are all told at once;
 * parts of another shape than the schema's are passed over here.
 */
export type Report = (path: Path, message: string, at?: "key" | "value") => void;

type Raw = Readonly<Record<string, unknown>>;

export function checkWorkload(raw: unknown, registries: Registries, report: Report): void {
  if (!isRaw(raw)) return;
  checkSubject(raw, registries, report);
  checkOperations(raw, registries, report);
  const durationMs = durationOf(raw["duration"]);
  if (durationMs !== undefined && !(durationMs > 0 && durationMs <= 24 * 3_600_000)) {
    report(["duration"], `duration: ${expectedGot("more than 0s, at most 24h", raw["duration"])}`);
  }
  if (durationOf(raw["timeout"]) === 0) {
    report(["timeout"], `timeout: ${expectedGot("more than 0s", raw["timeout"])}`);
  }
  const { clients = 10, clientsMax } = raw;
  if (typeof clients === "number" && typeof clientsMax === "number" && clientsMax < clients) {
    report(
      ["clientsMax"],
      `clientsMax: ${expectedGot(`at least clients (${clients})`, clientsMax)}`,
    );
  }
}

function checkSubject(raw: Raw, { subjects, models }: Registries, report: Report): void {
  const subject = subjects.get(String(raw["subject"]));
  const model = modelCheck(raw);
  if (model === undefined && Array.isArray(raw["check"])) {
    report(["check"], "check: expected a check with a model (such as linearizable), got none");
  } else if (
    model !== undefined &&
    subject !== undefined &&
    !(model.name in subject.models) &&
    models.has(model.name)
  ) {
    const known = Object.keys(subject.models);
    const expected = `a model that ${subject.name} speaks: ${known.join(", ")}`;
    report(
      model.path,
      `model: ${expectedGot(expected, model.name)}${didYouMean(model.name, known)}`,
    );
  }
  if (subject !== undefined) checkOptions(raw["options"], subject, report);
  const nodes = raw["nodes"];
  if (subject !== undefined && typeof nodes === "number" && !subject.nodeCounts.includes(nodes)) {
    const expected = `${subject.nodeCounts.join(" or ")} for subject ${subject.name}`;
    report(["nodes"], `nodes: ${expectedGot(expected, nodes)}`);
  }
}

/** Only of well-formed options: the schema tells about the others. */
function checkOptions(raw: unknown, subject: RegisteredSubject, report: Report): void {
  const { options: schemas } = subject;
  const given = isRaw(raw) ? raw : {};
  const isWellFormed = Object.entries(given).every(
    ([name, value]) => typeof value === typeof schemas[name]?.default,
  );
  if (!isWellFormed) return;
  const options = withDefaults(given as NodeOptions, schemas);
  const problem = subject.findOptionProblem(options);
  if (problem === null) return;
  const { option, expected } = problem;
  report(["options", option], `${option}: ${expectedGot(expected, options[option])}`);
}

function checkOperations(raw: Raw, registries: Registries, report: Report): void {
  const model = modelCheck(raw);
  const subject = registries.subjects.get(String(raw["subject"]));
  if (model === undefined) return;
  const functions = subject?.models[model.name] ?? registries.models.get(model.name)?.functions;
  if (functions === undefined) return;
  for (const [at, operation] of listOf(raw["operations"]).entries()) {
    const f = isRaw(operation) ? operation["f"] : undefined;
    if (typeof f !== "string" || functions.includes(f)) continue;
    const expected = `one of ${functions.join(", ")} (model ${model.name})`;
    report(["operations", at, "f"], `f: ${expectedGot(expected, f)}${didYouMean(f, functions)}`);
  }
  const after = raw["after"];
  const canRead = functions.includes(readFunctionOf(model.name) ?? "");
  if (!canRead && isRaw(after) && after["readEveryKey"] === true) {
    const message = `readEveryKey: expected false, model ${model.name} has no reads here, got true`;
    report(["after", "readEveryKey"], message);
  }
}

/** What a nemesis must fit into. */
export type NemesisContext = {
  readonly nodes: number | undefined;
  readonly durationMs: number | undefined;
};

export function checkNemesis(raw: unknown, context: NemesisContext, report: Report): void {
  if (!isRaw(raw)) return;
  if ((raw["faults"] === undefined) === (raw["script"] === undefined)) {
    const got = raw["faults"] === undefined ? "neither" : "both";
    report([], `expected faults or script, got ${got}`);
  }
  const quiet = isRaw(raw["quiet"]) ? raw["quiet"] : {};
  const quietMs = (durationOf(quiet["first"]) ?? 0) + (durationOf(quiet["last"]) ?? 0);
  if (context.durationMs !== undefined && quietMs >= context.durationMs) {
    const got = `${quietMs} ms of ${context.durationMs} ms`;
    report(["quiet"], `quiet: expected first and last shorter than the duration, got ${got}`);
  }
  for (const [at, fault] of listOf(raw["faults"]).entries()) {
    if (isRaw(fault)) checkFault(fault, ["faults", at], context, report);
  }
}

function checkFault(fault: Raw, path: Path, { nodes }: NemesisContext, report: Report): void {
  const lasting = lastingKey({ name: String(fault["fault"]) });
  for (const [key, value] of Object.entries(fault)) {
    if (typeof value !== "string" || !value.includes("..")) continue;
    if (!isRising(value)) {
      report(
        [...path, key],
        `${key}: ${expectedGot("a range whose start is not above its end", value)}`,
      );
    }
  }
  const every = rangeOf(fault["every"]);
  if (every !== undefined && every.from === 0) {
    report([...path, "every"], `every: ${expectedGot("more than 0s", fault["every"])}`);
  }
  if (fault["fault"] !== "kill" && rangeOf(fault[lasting])?.to === 0) {
    report([...path, lasting], `${lasting}: ${expectedGot("more than 0s", fault[lasting])}`);
  }
  if (nodes !== undefined) {
    const names = Array.from({ length: nodes }, (_, index) => `n${index + 1}`);
    for (const key of ["nodes", "to"]) {
      checkNodeNames(fault[key], [...path, key], [...selectors, ...names], report);
    }
  }
}

const selectors = ["leader", "follower", "minority", "majority", "random", "all"];

/** A selector, a node's name, a list to draw from, or a fixed set of names inside one. */
function checkNodeNames(
  value: unknown,
  path: Path,
  known: readonly string[],
  report: Report,
): void {
  const entries = listOf(value);
  for (const [at, entry] of entries.entries()) {
    const inside = Array.isArray(entry) ? known.filter((name) => !selectors.includes(name)) : known;
    checkNodeNames(entry, [...path, at], inside, report);
  }
  if (typeof value !== "string" || known.includes(value)) return;
  const expected = `one of ${known.join(", ")}`;
  const key = path.find((part) => part === "to") ?? "nodes";
  report(path, `${key}: ${expectedGot(expected, value)}${didYouMean(value, known)}`);
}

function modelCheck(raw: Raw): { name: string; path: Path } | undefined {
  for (const [at, check] of listOf(raw["check"]).entries()) {
    const model = isRaw(check) ? check["model"] : undefined;
    if (typeof model === "string") return { name: model, path: ["check", at, "model"] };
  }
  return undefined;
}

function isRising(text: string): boolean {
  const { from, to } = parseDurationRange(text);
  return Number.isNaN(from) || Number.isNaN(to) || from <= to;
}

export function durationOf(value: unknown): number | undefined {
  if (typeof value !== "string" || !new RegExp(durationPattern).test(value)) return undefined;
  return parseDurationMs(value);
}

function rangeOf(value: unknown): { from: number; to: number } | undefined {
  if (typeof value !== "string" || !new RegExp(durationRangePattern).test(value)) return undefined;
  return parseDurationRange(value);
}

function isRaw(value: unknown): value is Raw {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
