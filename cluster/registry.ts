import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Checker, checkers, type Model, models } from "porcupine-ts";
import type { Fault } from "../nemesis/fault.ts";
import { loadModule } from "./load-module.ts";
import type { Subject } from "./subject.ts";

/** The extension of this file: sources import sources, the build imports the build. */
const extension = extname(fileURLToPath(import.meta.url));

/** Where the project lies: YAML files are read from here also when the code runs from `dist/`. */
export const projectRoot: string = findProjectRoot(fileURLToPath(new URL(".", import.meta.url)));

/** Of the package: part of what identifies a simulated run. */
export const projectVersion: string = JSON.parse(
  readFileSync(join(projectRoot, "package.json"), "utf8"),
).version;

/** What there is, by name, whole: a workload needs less of it (`workloads/registries.ts`). */
export type FullRegistries = {
  readonly subjects: ReadonlyMap<string, Subject>;
  readonly faults: ReadonlyMap<string, Fault>;
  readonly checkers: ReadonlyMap<string, Checker>;
  readonly models: ReadonlyMap<string, Model>;
  /** YAML texts. */
  readonly schedules: ReadonlyMap<string, string>;
};

/** Everything that a workload can name. Adding a file adds a thing; its name must be the file's. */
export async function loadRegistries(): Promise<FullRegistries> {
  const [faults, subjects, schedules] = await Promise.all([
    loadFaults(),
    loadSubjects(),
    loadSchedules(),
  ]);
  return {
    faults,
    subjects,
    schedules,
    checkers: new Map(Object.entries(checkers)),
    models: new Map(Object.entries(models)),
  };
}

async function loadFaults(): Promise<Map<string, Fault>> {
  const folder = fileURLToPath(new URL("../nemesis/faults/", import.meta.url));
  const files = (await readdir(folder)).filter(
    (file) => file.endsWith(extension) && !file.includes(".test."),
  );
  const faults = await Promise.all(
    files.sort().map(async (file) => {
      const module = await loadModule<{ fault: Fault }>(join(folder, file));
      assert.equal(module.fault.name, basename(file, extension), "a fault has its file's name");
      return module.fault;
    }),
  );
  return new Map(faults.map((fault) => [fault.name, fault]));
}

async function loadSubjects(): Promise<Map<string, Subject>> {
  const folder = fileURLToPath(new URL("./subjects/", import.meta.url));
  const names = (await readdir(folder)).filter((name) =>
    existsSync(join(folder, name, `subject${extension}`)),
  );
  const subjects = await Promise.all(
    names.sort().map(async (name) => {
      const file = join(folder, name, `subject${extension}`);
      const module = await loadModule<{ subject: Subject }>(file);
      assert.equal(module.subject.name, name, "a subject has its folder's name");
      return module.subject;
    }),
  );
  return new Map(subjects.map((subject) => [subject.name, subject]));
}

/** Texts of `nemesis/schedules/*.yaml`, by name. */
async function loadSchedules(): Promise<Map<string, string>> {
  const folder = join(projectRoot, "nemesis", "schedules");
  const files = (await readdir(folder)).filter((file) => file.endsWith(".yaml")).sort();
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), "utf8")));
  return new Map(files.map((file, at) => [basename(file, ".yaml"), texts[at] ?? ""]));
}

function findProjectRoot(from: string): string {
  let folder = from;
  while (!existsSync(join(folder, "package.json"))) folder = join(folder, "..");
  return folder;
}
