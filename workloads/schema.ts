import type { Fault } from "../nemesis/fault.ts";
import type { RegisteredSubject, Registries } from "./registries.ts";
import { durationPattern, durationRangePattern, ratePattern } from "./units.ts";

/**
 * JSON Schemas (draft 7) of workload and schedule files, assembled from what the registries know.
 *
 * `title` says what is expected, in the words of an error message; `description` is for editors.
 */
export type Schema = { readonly [keyword: string]: unknown };

export const kebabCase: Schema = {
  title: "a name in kebab-case",
  type: "string",
  pattern: "^[a-z0-9]+(-[a-z0-9]+)*$",
};
const duration = {
  title: "a duration such as 60s, 500ms or 2m",
  type: "string",
  pattern: durationPattern,
};
const durationRange = {
  title: "a duration such as 5s, or a range such as 5s..12s",
  type: "string",
  pattern: durationRangePattern,
};
const boolean = { title: "true or false", type: "boolean" };

export function workloadSchema(registries: Registries): Schema {
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "a workload: a mapping with at least name, subject, duration, operations and check",
    type: "object",
    additionalProperties: false,
    required: ["name", "subject", "duration", "operations", "check"],
    properties: {
      name: { ...kebabCase, description: "Equals the file's name." },
      summary: { title: "a sentence", type: "string", description: "What it is good for." },
      subject: { ...oneOf(registries.subjects.keys()), description: "The system under test." },
      nodes: { ...count(1, 7), description: "Nodes of the cluster. Default: the subject's." },
      options: {
        title: "a mapping of the subject's options",
        description: "What its nodes are told at start. Default: the subject's own.",
        type: "object",
      },
      ...loadProperties(),
      operations: operationsSchema(registries),
      nemesis: {
        description: "What breaks: faults, or the name of a schedule. Default: nothing.",
        title: "a mapping with faults, or the name of a schedule",
        if: { type: "string" },
        // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
        then: oneOf(registries.schedules.keys()),
        else: { $ref: "#/definitions/nemesis" },
      },
      after: afterSchema,
      check: checksSchema(registries),
    },
    allOf: [...registries.subjects.values()].map(subjectOptions),
    definitions: { nemesis: nemesisSchema(registries) },
  };
}

/** Which options there are depends on the subject. */
function subjectOptions({ name, options }: RegisteredSubject): Schema {
  const none = { title: `no option: ${name} has none`, maxProperties: 0 };
  const known = { additionalProperties: false, properties: options };
  return {
    if: { required: ["subject"], properties: { subject: { const: name } } },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: { properties: { options: Object.keys(options).length === 0 ? none : known } },
  };
}

/** The load: how many clients ask, how often, for which keys. */
function loadProperties(): Schema {
  return {
    clients: { ...count(1, 1000), description: "Threads at the start. Default 10." },
    clientsMax: {
      ...count(1, 10_000),
      description: "Threads at most in the open loop. Default: ten times clients.",
    },
    route: {
      ...oneOf(["pinned", "follow", "leader", "random"]),
      description: "The node a client asks first. Default pinned.",
    },
    duration: { ...duration, description: "How long the clients run, at most 24h." },
    rate: {
      title: "a rate such as 400/s",
      type: "string",
      pattern: ratePattern,
      description: "Operations a second, whatever the answers (open loop). Default: closed loop.",
    },
    timeout: { ...duration, description: "Bound of one operation, resends included. Default 1s." },
    keys: {
      title: "a mapping with count, choose, rotateAfterOps",
      type: "object",
      additionalProperties: false,
      properties: {
        count: { ...count(1, 100_000), description: "Keys in use at a time. Default 6." },
        choose: {
          ...oneOf(["uniform", "zipf", "sequential"]),
          description: "How an operation picks its key. Default uniform.",
        },
        rotateAfterOps: {
          ...count(1, 1_000_000_000),
          description: "A key is replaced by a fresh one after so many operations. Default: never.",
        },
      },
    },
  };
}

function operationsSchema({ models }: Registries): Schema {
  const functions = new Set([...models.values()].flatMap((model) => model.functions));
  return {
    title: "a list of operations",
    description: "What clients do, drawn by weight.",
    type: "array",
    minItems: 1,
    items: {
      title: "a mapping with f",
      type: "object",
      additionalProperties: false,
      required: ["f"],
      properties: {
        f: { ...oneOf(functions), description: "The function, one of the model's." },
        weight: { ...count(1, 1_000_000), description: "Relative frequency. Default 1." },
        value: { ...oneOf(["unique"]), description: "What is written: a value never used before." },
        version: {
          ...oneOf(["last-seen", "latest", "random"]),
          description:
            "Of a conditional put: the one the client saw last, the one any client saw last, or " +
            "one around the client's.",
        },
      },
    },
  };
}

const afterSchema: Schema = {
  title: "a mapping with heal, settle, readEveryKey",
  description: "What follows the load.",
  type: "object",
  additionalProperties: false,
  properties: {
    heal: { title: "true", const: true, description: "Faults are always healed." },
    settle: { ...duration, description: "Between heal and the final reads. Default 5s." },
    readEveryKey: {
      ...boolean,
      description: "One read per key at the end. Default: true where the model can be read.",
    },
  },
};

function checksSchema({ checkers, models }: Registries): Schema {
  return {
    title: "a list of checks",
    type: "array",
    minItems: 1,
    items: {
      title: "a mapping with checker",
      type: "object",
      required: ["checker"],
      discriminator: { propertyName: "checker" },
      oneOf: [...checkers.values()].map(({ name, options, required }) => ({
        additionalProperties: false,
        required: required.map(writtenOption),
        properties: {
          checker: { const: name },
          ...Object.fromEntries(
            Object.entries(options).map(([option, schema]) => [
              writtenOption(option),
              optionSchema(option, schema, models.keys()),
            ]),
          ),
        },
      })),
    },
  };
}

/** A checker's option `withinMs` is `within: 10s` in YAML. */
export function writtenOption(name: string): string {
  return name.endsWith("Ms") ? name.slice(0, -"Ms".length) : name;
}

function optionSchema(name: string, schema: object, models: Iterable<string>): Schema {
  const { description } = schema as Schema;
  const described = description === undefined ? {} : { description };
  if (name === "model") return { ...oneOf(models), ...described };
  return writtenOption(name) === name ? (schema as Schema) : { ...duration, ...described };
}

/** A `nemesis:` mapping, and with a name and a summary a file of `nemesis/schedules`. */
export function nemesisSchema({ faults }: Registries): Schema {
  return {
    title: "a mapping with faults or a script",
    type: "object",
    additionalProperties: false,
    properties: {
      name: { ...kebabCase, description: "Of a schedule in a file of its own." },
      summary: { title: "a sentence", type: "string" },
      quiet: {
        title: "a mapping with first and last",
        description: "No fault in the first and last part of the run. Default 0s each.",
        type: "object",
        additionalProperties: false,
        properties: { first: duration, last: duration },
      },
      overlap: {
        ...boolean,
        description: "Whether faults of different entries may be active at once. Default false.",
      },
      swarm: {
        ...boolean,
        description:
          "Whether every run draws from its seed which entries it leaves out, how fast the others " +
          "come and what of their lists and ranges is used. Default false.",
      },
      atlas: {
        ...oneOf(["within", "beyond"]),
        description:
          "within (default): faults that Raft must survive. beyond: only safety is expected, " +
          "where it is still defined.",
      },
      faults: {
        title: "a list of faults",
        type: "array",
        items: {
          title: "a mapping with fault",
          type: "object",
          required: ["fault"],
          discriminator: { propertyName: "fault" },
          oneOf: [...faults.values()].map(faultSchema),
        },
      },
      script: scriptSchema(faults.keys()),
    },
  };
}

/** The key that says how long an instance lasts: a killed node is down until its restart. */
export function lastingKey(fault: { readonly name: string }): "for" | "restartAfter" {
  return ["kill", "power-loss"].includes(fault.name) ? "restartAfter" : "for";
}

function faultSchema(fault: Pick<Fault, "name" | "parameters" | "required">): Schema {
  const lasting = lastingKey(fault);
  return {
    additionalProperties: false,
    required: [lasting, ...fault.required],
    properties: {
      fault: { const: fault.name },
      ...fault.parameters,
      every: {
        ...durationRange,
        description: "From one instance's start to the next one's. Default: only one instance.",
      },
      [lasting]: { ...durationRange, description: "How long an instance lasts." },
    },
  };
}

function scriptSchema(faults: Iterable<string>): Schema {
  return {
    title: "a list of steps",
    description: "A resolved schedule instead of faults: replays a run's schedule.yaml.",
    type: "array",
    items: {
      title: "a mapping with at, action and id",
      type: "object",
      additionalProperties: false,
      required: ["at", "action", "id"],
      properties: {
        at: { ...duration, description: "Since the run began." },
        action: oneOf(["inject", "heal"]),
        id: { title: "an id such as partition-1", type: "string", minLength: 1 },
        fault: oneOf(faults),
        instance: { title: "a mapping with targets, detail and effect", type: "object" },
      },
    },
  };
}

export function oneOf(names: Iterable<string>): Schema {
  const known = [...names];
  return known.length > 0 ? { enum: known } : { title: "no name: there is none yet", not: {} };
}

function count(from: number, to: number): Schema {
  return { type: "integer", minimum: from, maximum: to };
}
