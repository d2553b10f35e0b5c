import { Ajv } from "ajv";
import { stringify } from "yaml";
import type { Json } from "../cluster/env/env.ts";
import type { Registries } from "./registries.ts";
import { lastingKey, writtenOption } from "./schema.ts";
import { formatDuration, formatDurationRange } from "./units.ts";
import type { FaultSpec, NemesisSpec, Workload } from "./workload.ts";

type FaultRegistry = Pick<Registries, "faults">;

/** `workload.yaml` of a run: every default written out. Loads to the same `Workload` again. */
export function formatWorkload(workload: Workload, registries: FaultRegistry): string {
  const { durationMs, ratePerSecond, timeoutMs, nemesis, after, check, ...rest } = workload;
  return stringify({
    ...rest,
    duration: formatDuration(durationMs),
    ...(ratePerSecond === undefined ? {} : { rate: `${ratePerSecond}/s` }),
    timeout: formatDuration(timeoutMs),
    nemesis: nemesisValue(nemesis, registries),
    after: {
      heal: true,
      settle: formatDuration(after.settleMs),
      readEveryKey: after.readEveryKey,
    },
    check: check.map(({ checker, options }) => ({
      checker,
      ...Object.fromEntries(
        Object.entries(options).map(([name, value]) => [
          writtenOption(name),
          writtenOption(name) === name ? value : formatDuration(Number(value)),
        ]),
      ),
    })),
  });
}

function nemesisValue(
  { quiet, overlap, atlas, swarm, faults, script }: NemesisSpec,
  registries: FaultRegistry,
) {
  return {
    quiet: { first: formatDuration(quiet.firstMs), last: formatDuration(quiet.lastMs) },
    overlap,
    ...(atlas === undefined ? {} : { atlas }),
    ...(swarm === undefined ? {} : { swarm }),
    ...(script === undefined
      ? { faults: faults.map((fault) => faultValue(fault, registries)) }
      : { script: script.map(({ atMs, ...step }) => ({ at: formatDuration(atMs), ...step })) }),
  };
}

function faultValue({ fault, everyMs, forMs, parameters }: FaultSpec, { faults }: FaultRegistry) {
  const schemas = faults.get(fault)?.parameters ?? {};
  return {
    fault,
    ...Object.fromEntries(
      Object.entries(parameters).map(([name, value]) => [
        name,
        writtenForm(value, schemas[name] ?? {}),
      ]),
    ),
    ...(everyMs === undefined ? {} : { every: formatDurationRange(everyMs) }),
    [lastingKey({ name: fault })]: formatDurationRange(forMs),
  };
}

const numberForms: readonly ((value: number) => Json)[] = [
  (value) => value,
  formatDuration,
  (permille) => `${permille / 10}%`,
];

/** A number does not say its unit any more: the one that the fault's schema accepts. */
function writtenForm(value: Json, schema: object): Json {
  const isAccepted = new Ajv({ strict: false, meta: false, validateSchema: false }).compile(schema);
  const forms = numberForms.map((form) => withUnits(value, form));
  return forms.find((form) => isAccepted(form)) ?? value;
}

function withUnits(value: Json, form: (value: number) => Json): Json {
  if (typeof value === "number") return form(value);
  if (Array.isArray(value)) return value.map((entry: Json) => withUnits(entry, form));
  if (value === null || typeof value !== "object") return value;
  const { from, to } = value as { readonly from?: Json; readonly to?: Json };
  if (typeof from === "number" && typeof to === "number") return `${form(from)}..${form(to)}`;
  return value;
}
