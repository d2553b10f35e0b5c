import { Ajv, type ErrorObject } from "ajv";
import type { Problem } from "./errors.ts";
import { nearestName } from "./nearest.ts";
import type { Schema } from "./schema.ts";
import type { Path, YamlSource } from "./yaml-source.ts";

/** A problem with its place in the value still as a path. */
type Finding = { readonly path: Path; readonly message: string; readonly at?: "key" };

/** Every way in which the file's value misses the schema, in people's words. */
export function validateSource(source: YamlSource, schema: Schema): Problem[] {
  return findSchemaProblems(source.value, schema).map(({ path, message, at }) =>
    source.problemAt(path, message, at),
  );
}

function findSchemaProblems(value: unknown, schema: Schema): Finding[] {
  const ajv = new Ajv({
    allErrors: true,
    verbose: true,
    discriminator: true,
    strict: false,
    // The schemas are ours and tested: checking and tuning them takes longer than their one use.
    meta: false,
    validateSchema: false,
    code: { optimize: false },
  });
  ajv.validate(schema, value);
  const errors = ajv.errors ?? [];
  return withoutBranches(errors)
    .filter(({ keyword }) => keyword !== "if")
    .map((error) => describeError(error, parsePointer(error.instancePath, value), schema));
}

/**
 * One error for a value that fits no branch of a choice. A branch that looked inside the value, such
 * as at the entries of a list, had the right shape: then its errors there say more.
 */
function withoutBranches(errors: readonly ErrorObject[]): ErrorObject[] {
  const choices = errors.filter(({ keyword }) => keyword === "anyOf" || keyword === "oneOf");
  const isInside = (error: ErrorObject, choice: ErrorObject): boolean =>
    error.instancePath.startsWith(`${choice.instancePath}/`);
  return errors.filter((error) =>
    choices.every((choice) => {
      if (error.instancePath !== choice.instancePath) return true;
      const hasInner = errors.some((other) => isInside(other, choice));
      return error === choice ? !hasInner : false;
    }),
  );
}

function describeError(error: ErrorObject, path: Path, root: Schema): Finding {
  const parent = error.parentSchema as Schema;
  const params = error.params as Record<string, unknown>;
  switch (error.keyword) {
    case "additionalProperties": {
      const key = String(params["additionalProperty"]);
      const known = Object.keys((parent["properties"] ?? {}) as object);
      const message = `unknown key ${key}: expected one of ${known.join(", ")}`;
      return { path: [...path, key], message: message + didYouMean(key, known), at: "key" };
    }
    case "required": {
      const key = String(params["missingProperty"]);
      const properties = (parent["properties"] ?? {}) as Record<string, Schema>;
      const expected = expectation(properties[key] ?? {}, root);
      return { path, message: `missing key ${key}: expected ${expected}` };
    }
    case "discriminator": {
      const tag = String(params["tag"]);
      const names = branchNames(parent, tag);
      const message = `${tag}: ${expectedGot(`one of ${names.join(", ")}`, params["tagValue"])}`;
      return { path: [...path, tag], message: message + didYouMean(params["tagValue"], names) };
    }
    default: {
      const names = ((parent["enum"] ?? []) as unknown[]).map(String);
      const message = expectedGot(expectation(parent, root), error.data);
      const where = path.length === 0 ? "" : `${formatPath(path)}: `;
      return { path, message: where + message + didYouMean(error.data, names) };
    }
  }
}

export function expectedGot(expected: string, got: unknown): string {
  return `expected ${expected}, got ${got === undefined ? "nothing" : formatValue(got)}`;
}

export function didYouMean(got: unknown, names: Iterable<string>): string {
  const nearest = typeof got === "string" ? nearestName(got, names) : undefined;
  return nearest === undefined ? "" : `; did you mean ${nearest}?`;
}

/** What a schema accepts, in a few words. */
function expectation(schema: Schema, root: Schema): string {
  if (typeof schema["$ref"] === "string") {
    const name = schema["$ref"].replace("#/definitions/", "");
    return expectation((root["definitions"] as Record<string, Schema>)[name] ?? {}, root);
  }
  const choice = (schema["anyOf"] ?? schema["oneOf"]) as readonly Schema[] | undefined;
  const { title, enum: names, minimum, maximum, type, pattern } = schema;
  if (typeof title === "string") return title;
  if (Array.isArray(names)) {
    return names.length === 1 ? String(names[0]) : `one of ${names.join(", ")}`;
  }
  if ("const" in schema) return formatValue(schema["const"]);
  if (choice !== undefined) return choice.map((one) => expectation(one, root)).join(", or ");
  if (type === "array") {
    return `a list of which each is ${expectation((schema["items"] ?? {}) as Schema, root)}`;
  }
  if (typeof pattern === "string") return `text that matches ${pattern}`;
  if (type === "integer" || type === "number") {
    return `${type === "integer" ? "a whole number" : "a number"}${bounds(minimum, maximum)}`;
  }
  return typeof type === "string" ? `a value of type ${type}` : "another value";
}

function bounds(minimum: unknown, maximum: unknown): string {
  if (minimum !== undefined && maximum !== undefined) return ` from ${minimum} to ${maximum}`;
  if (minimum !== undefined) return ` of at least ${minimum}`;
  return maximum === undefined ? "" : ` of at most ${maximum}`;
}

function branchNames(parent: Schema, tag: string): string[] {
  const branches = (parent["oneOf"] ?? []) as { properties: Record<string, { const: string }> }[];
  return branches.flatMap(({ properties }) => properties[tag]?.const ?? []);
}

function formatValue(value: unknown): string {
  if (value === null) return "nothing";
  if (typeof value === "string") return JSON.stringify(value);
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : "a list";
  return typeof value === "object" ? "a mapping" : String(value);
}

function formatPath(path: Path): string {
  return path.reduce<string>(
    (text, step) =>
      typeof step === "number" ? `${text}[${step}]` : text === "" ? step : `${text}.${step}`,
    "",
  );
}

/** Steps of a JSON pointer; a step into a list is a number. */
function parsePointer(pointer: string, value: unknown): Path {
  const path: (string | number)[] = [];
  let at = value;
  for (const raw of pointer.split("/").slice(1)) {
    const step = raw.replaceAll("~1", "/").replaceAll("~0", "~");
    path.push(Array.isArray(at) ? Number(step) : step);
    at = (at as Record<string, unknown>)[step];
  }
  return path;
}
