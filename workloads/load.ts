import { type Problem, WorkloadError } from "./errors.ts";
import type { Registries } from "./registries.ts";
import {
  noNemesis,
  type RawNemesis,
  type RawWorkload,
  resolveNemesis,
  resolveWorkload,
} from "./resolve.ts";
import { nemesisSchema, workloadSchema } from "./schema.ts";
import { checkNemesis, checkWorkload, durationOf, type NemesisContext } from "./semantics.ts";
import { validateSource } from "./validate.ts";
import type { NemesisSpec, Workload } from "./workload.ts";
import { type Path, parseYamlSource, type YamlSource } from "./yaml-source.ts";

/** Flags of `whitewater run` that replace a key of the file, as they were typed. */
export type Overrides = {
  readonly subject?: string;
  readonly nodes?: number;
  /** Name of a schedule of the registries: one of `nemesis/schedules`, or the path of a file. */
  readonly nemesis?: string;
  /** With its unit: `60s`. */
  readonly duration?: string;
};

export type LoadOptions = {
  /** As it is named in errors. */
  readonly file: string;
  readonly text: string;
  readonly registries: Registries;
  readonly overrides?: Overrides;
};

/** Reads a workload file, strictly. Throws a `WorkloadError` that holds every problem of the file. */
export function loadWorkload({ file, text, registries, overrides = {} }: LoadOptions): Workload {
  const source = withOverrides(parseYamlSource(file, text), overrides);
  throwIfAny(source.problems);
  const problems = validateSource(source, workloadSchema(registries));
  checkWorkload(source.value, registries, (path, message, at) =>
    problems.push(source.problemAt(path, message, at)),
  );

  const raw = source.value as RawWorkload & { readonly nemesis?: unknown };
  const context = contextOf(raw, registries);
  let nemesis = noNemesis;
  if (typeof raw?.nemesis === "string") {
    nemesis = loadNamedSchedule(raw.nemesis, registries, context, problems);
  } else if (raw?.nemesis !== undefined) {
    checkNemesis(raw.nemesis, context, (path, message, at) =>
      problems.push(source.problemAt(["nemesis", ...path], message, at)),
    );
  }
  throwIfAny(problems);
  if (typeof raw.nemesis === "object") nemesis = resolveNemesis(raw.nemesis as RawNemesis);
  return resolveWorkload(raw, nemesis, registries);
}

function loadNamedSchedule(
  name: string,
  registries: Registries,
  context: NemesisContext,
  problems: Problem[],
): NemesisSpec {
  const text = registries.schedules.get(name);
  if (text === undefined) return noNemesis; // The schema has said so.
  const file = /[./]/.test(name) ? name : `nemesis/schedules/${name}.yaml`;
  const source = parseYamlSource(file, text);
  const found = [...source.problems];
  if (found.length === 0) {
    found.push(...validateSource(source, nemesisSchema(registries)));
    checkNemesis(source.value, context, (path, message, at) =>
      found.push(source.problemAt(path, message, at)),
    );
  }
  problems.push(...found);
  return found.length === 0 ? resolveNemesis(source.value as RawNemesis) : noNemesis;
}

function contextOf(raw: RawWorkload | undefined, { subjects }: Registries): NemesisContext {
  const nodes = raw?.nodes ?? subjects.get(String(raw?.subject))?.nodesDefault;
  return {
    nodes: typeof nodes === "number" ? nodes : undefined,
    durationMs: durationOf(raw?.duration),
  };
}

/** The file with the flags in place of its keys; a problem there names the flag. */
function withOverrides(source: YamlSource, overrides: Overrides): YamlSource {
  const given = Object.entries(overrides).filter(([, value]) => value !== undefined);
  const { value } = source;
  if (given.length === 0 || typeof value !== "object" || value === null) return source;
  return {
    value: { ...value, ...Object.fromEntries(given) },
    problems: source.problems,
    problemAt: (path: Path, message, at) => {
      const flag = given.find(([key]) => path[0] === key)?.[0];
      if (flag === undefined) return source.problemAt(path, message, at);
      return { file: `--${flag}`, line: 0, column: 0, message };
    },
  };
}

export function throwIfAny(problems: readonly Problem[]): void {
  if (problems.length === 0) return;
  const byPlace = [...problems].sort(
    (a, b) => a.file.localeCompare(b.file) || a.line - b.line || a.column - b.column,
  );
  throw new WorkloadError(byPlace);
}
