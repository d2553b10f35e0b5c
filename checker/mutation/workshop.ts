import { execFile } from "node:child_process";
import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import type { Mutant } from "./mutants.ts";

/** The repository and the package in it. */
export const root: string = fileURLToPath(new URL("../..", import.meta.url));
const ignored = new Set(["dist", "node_modules", ".tap"]);
/** A fault may make a loop endless: that counts as caught, and must end. */
const testTimeoutMs = 120_000;

/** What a test says of a mutant: null when it is green, else the first thing that failed. */
export type Complaint = string | null;

/** A copy of the package in a folder of its own, in which sources are broken and tests run. */
export class Workshop {
  readonly #folder: string;

  constructor() {
    this.#folder = mkdtempSync(join(tmpdir(), "mutation-"));
    for (const name of ["package.json", "tsconfig.json"]) {
      cpSync(join(root, name), join(this.#folder, name));
    }
    const isSource = (path: string): boolean =>
      relative(root, path)
        .split("/")
        .every((part) => !ignored.has(part));
    cpSync(join(root, "checker"), join(this.#folder, "checker"), {
      recursive: true,
      filter: isSource,
    });
    symlinkSync(join(root, "node_modules"), join(this.#folder, "node_modules"));
  }

  close(): void {
    rmSync(this.#folder, { recursive: true });
  }

  /** Runs `use` with the fault in place and takes it out again. */
  async withFault<Result>(mutant: Mutant, use: () => Promise<Result>): Promise<Result> {
    const path = join(this.#folder, "checker", mutant.file);
    const source = readFileSync(path, "utf8");
    writeFileSync(path, faulty(source, mutant));
    try {
      return await use();
    } finally {
      writeFileSync(path, source);
    }
  }

  /** Runs one test file, `name` being its path in the package. */
  run(name: string): Promise<Complaint> {
    const flags = ["--import=tsx", "--conditions=porcupine-source"];
    const env = { ...process.env, NODE_OPTIONS: "", TAP_BAIL: "1", TAP_TIMEOUT: "300" };
    const options = {
      cwd: this.#folder,
      env,
      timeout: testTimeoutMs,
      killSignal: "SIGKILL",
      maxBuffer: 2 ** 26,
    } as const;
    const file = join("checker", name);
    return new Promise((resolve) => {
      execFile(process.execPath, [...flags, file], options, (error, stdout) => {
        if (error === null) resolve(null);
        else if (error.killed === true) resolve(`no end within ${testTimeoutMs / 1000} s`);
        else resolve(firstFailure(stdout) ?? error.message.split("\n")[0] ?? "failed");
      });
    });
  }
}

/** The source with the fault. Throws unless the line to be broken is there exactly once. */
export function faulty(source: string, { name, file, find, replace }: Mutant): string {
  const places = source.split(find).length - 1;
  if (places !== 1) {
    throw new Error(`mutant "${name}": "${find}" is ${places} times in ${file}, expected once`);
  }
  return source.replace(find, () => replace);
}

/** The title of the innermost check that failed. */
function firstFailure(tap: string): string | undefined {
  const titles = [...tap.matchAll(/^ *not ok \d+ - (.*)$/gm)].map((match) => match[1] ?? "");
  return titles[0]?.split("\n")[0];
}

/** Test files of the package, by their path in it. */
export function testFiles(): string[] {
  const found: string[] = [];
  const walk = (folder: string): void => {
    for (const entry of readdirSync(join(root, "checker", folder), { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory() && !ignored.has(entry.name)) walk(path);
      else if (entry.name.endsWith(".test.ts")) found.push(path);
    }
  };
  walk("");
  return found;
}

/**
 * The tests that are most likely to notice a fault in `file` first: its own, its folder's, the engines'. Those
 * come late, as a fault may keep a search from ever ending.
 */
export function inOrder(tests: readonly string[], file: string): string[] {
  const own = file.replace(/\.ts$/, ".test.ts");
  const rank = (test: string): number => {
    if (test === own || test === `${dirname(file)}.test.ts`) return 0;
    if (dirname(test) === dirname(file) && !test.endsWith("engines.test.ts")) return 1;
    if (test.endsWith("engines.test.ts")) return 2;
    return test.startsWith("node/") ? 4 : 3;
  };
  return [...tests].sort((a, b) => rank(a) - rank(b));
}
