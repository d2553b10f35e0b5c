import type { Json } from "../cluster/env/env.ts";
import type { NodeOptions } from "../cluster/env/program.ts";
import type { OptionSchema, Route } from "../cluster/subject.ts";
import type { AtlasMode } from "../nemesis/fault.ts";
import type { Registries } from "./registries.ts";
import { lastingKey, writtenOption } from "./schema.ts";
import {
  parseDurationMs,
  parseDurationRange,
  parseExactMs,
  parseParameter,
  parseRate,
} from "./units.ts";
import type {
  FaultSpec,
  KeyChoice,
  NemesisSpec,
  OperationSpec,
  ScriptStep,
  Workload,
} from "./workload.ts";
import { readFunctionOf } from "./workload-model.ts";

/** A workload file's value after the schema accepted it. */
export type RawWorkload = {
  readonly name: string;
  readonly summary?: string;
  readonly subject: string;
  readonly nodes?: number;
  readonly options?: NodeOptions;
  readonly clients?: number;
  readonly clientsMax?: number;
  readonly route?: Route;
  readonly duration: string;
  readonly rate?: string;
  readonly timeout?: string;
  readonly keys?: Partial<Workload["keys"]> & { readonly choose?: KeyChoice };
  readonly operations: readonly (Omit<OperationSpec, "weight"> & { readonly weight?: number })[];
  readonly after?: { readonly settle?: string; readonly readEveryKey?: boolean };
  readonly check: readonly ({ readonly checker: string } & Readonly<Record<string, unknown>>)[];
};

export type RawNemesis = {
  readonly quiet?: { readonly first?: string; readonly last?: string };
  readonly overlap?: boolean;
  readonly atlas?: AtlasMode;
  readonly swarm?: boolean;
  readonly faults?: readonly ({ readonly fault: string } & Readonly<Record<string, Json>>)[];
  readonly script?: readonly ({ readonly at: string } & Omit<ScriptStep, "atMs">)[];
};

/** Turns units into numbers and fills in the defaults. */
export function resolveWorkload(
  raw: RawWorkload,
  nemesis: NemesisSpec,
  { subjects, checkers }: Registries,
): Workload {
  const clients = raw.clients ?? 10;
  const subject = subjects.get(raw.subject);
  const check = raw.check.map(({ checker, ...options }) => ({
    checker,
    options: resolveOptions(options, Object.keys(checkers.get(checker)?.options ?? {})),
  }));
  const model = check.find(({ options }) => options["model"] !== undefined)?.options["model"];
  const readFunction = readFunctionOf(String(model)) ?? "";
  const { count = 6, choose = "uniform", rotateAfterOps } = raw.keys ?? {};
  return {
    name: raw.name,
    summary: raw.summary ?? "",
    subject: raw.subject,
    nodes: raw.nodes ?? subject?.nodesDefault ?? 1,
    options: withDefaults(raw.options, subject?.options ?? {}),
    clients,
    clientsMax: raw.clientsMax ?? clients * 10,
    route: raw.route ?? "pinned",
    durationMs: parseDurationMs(raw.duration),
    ...(raw.rate === undefined ? {} : { ratePerSecond: parseRate(raw.rate) }),
    timeoutMs: parseDurationMs(raw.timeout ?? "1s"),
    keys: { count, choose, ...(rotateAfterOps === undefined ? {} : { rotateAfterOps }) },
    operations: raw.operations.map((operation) => ({ weight: 1, ...operation })),
    nemesis,
    after: {
      heal: true,
      settleMs: parseDurationMs(raw.after?.settle ?? "5s"),
      readEveryKey:
        raw.after?.readEveryKey ?? subject?.models[String(model)]?.includes(readFunction) ?? false,
    },
    check,
  };
}

/** A subject's options, whole. */
export function withDefaults(
  given: NodeOptions | undefined,
  schemas: Readonly<Record<string, OptionSchema>>,
): NodeOptions {
  const defaults = Object.entries(schemas).map(([name, schema]) => [name, schema.default]);
  return { ...Object.fromEntries(defaults), ...given };
}

/** Options under the names that the checker knows, durations in milliseconds. */
function resolveOptions(
  raw: Readonly<Record<string, unknown>>,
  names: readonly string[],
): Record<string, unknown> {
  const present = names.filter((name) => raw[writtenOption(name)] !== undefined);
  return Object.fromEntries(
    present.map((name) => {
      const value = raw[writtenOption(name)];
      return [name, writtenOption(name) === name ? value : parseDurationMs(String(value))];
    }),
  );
}

export const noNemesis: NemesisSpec = {
  quiet: { firstMs: 0, lastMs: 0 },
  overlap: false,
  faults: [],
};

export function resolveNemesis(raw: RawNemesis): NemesisSpec {
  return {
    quiet: {
      firstMs: parseDurationMs(raw.quiet?.first ?? "0s"),
      lastMs: parseDurationMs(raw.quiet?.last ?? "0s"),
    },
    overlap: raw.overlap ?? false,
    ...(raw.atlas === undefined ? {} : { atlas: raw.atlas }),
    ...(raw.swarm === true ? { swarm: true } : {}),
    faults: (raw.faults ?? []).map(resolveFault),
    ...(raw.script === undefined
      ? {}
      : { script: raw.script.map(({ at, ...step }) => ({ atMs: parseExactMs(at), ...step })) }),
  };
}

function resolveFault(raw: { readonly fault: string } & Readonly<Record<string, Json>>): FaultSpec {
  const lasting = lastingKey({ name: raw.fault });
  const { fault, every, [lasting]: forText, ...parameters } = raw;
  return {
    fault,
    ...(every === undefined ? {} : { everyMs: parseDurationRange(String(every)) }),
    forMs: parseDurationRange(String(forText)),
    parameters: Object.fromEntries(
      Object.entries(parameters).map(([name, value]) => [name, parseParameter(value)]),
    ),
  };
}
