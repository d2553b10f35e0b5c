import { existsSync, readdirSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, join, relative } from "node:path";
import { nearestName } from "../../workloads/nearest.ts";
import { projectRoot } from "../registry.ts";
import type { BugInfo, Subject } from "../subject.ts";
import { InputError } from "./errors.ts";

/** A file named on the command line: as it was named for errors, and its text. */
export type NamedFile = { readonly file: string; readonly text: string };

/**
 * Reads a file of the user, or, when a plain name is given and no such file exists, `NAME.yaml` of
 * a folder of the project. Throws an `InputError`.
 */
export async function readNamed(name: string, folder: string): Promise<NamedFile> {
  const shipped = join(projectRoot, folder, `${name}.yaml`);
  const file = !existsSync(name) && existsSync(shipped) ? relative(".", shipped) : name;
  // A pipe that nobody writes to would be waited for without end.
  if (statSync(file, { throwIfNoEntry: false })?.isFIFO() === true) {
    throw new InputError(`cannot read ${file}: expected a YAML file, got a named pipe`);
  }
  try {
    return { file, text: await readFile(file, "utf8") };
  } catch (error) {
    const shippedNames = readdirSync(join(projectRoot, folder)).flatMap((entry) =>
      entry.endsWith(".yaml") ? [entry.slice(0, -".yaml".length)] : [],
    );
    const guess = nearestName(basename(name, ".yaml"), shippedNames);
    const hint = guess === undefined ? "" : `; did you mean ${guess}?`;
    throw new InputError(
      `cannot read ${file}: expected a YAML file, or the name of one in ${folder}/${hint}`,
      { cause: error },
    );
  }
}

/** The entry of `items` with this name. Throws an `InputError` that offers the nearest one. */
export function lookUp<T>(kind: string, name: string, items: ReadonlyMap<string, T>): T {
  const item = items.get(name);
  if (item !== undefined) return item;
  const known = [...items.keys()].sort();
  const guess = nearestName(name, known);
  const hint = guess === undefined ? "" : `; did you mean ${guess}?`;
  throw new InputError(`expected a ${kind} (${known.join(", ")}), got ${name}${hint}`);
}

/** A planted bug of a subject, whatever the case of its letters. */
export function findBug(subject: Subject, id: string): BugInfo {
  if (subject.bugs.length === 0) {
    throw new InputError(`${subject.name} has no planted bugs, got --bug ${id}`);
  }
  const bugs = new Map(subject.bugs.map((bug) => [bug.id, bug]));
  return lookUp(`planted bug of ${subject.name}`, id.toUpperCase(), bugs);
}

/** Whole number of a flag in `from..to`. */
export function parseInteger(flag: string, text: string, from: number, to: number): number {
  const value = /^-?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= from && value <= to) return value;
  throw new InputError(`${flag} takes a whole number in ${from}..${to}, got ${text}`);
}
