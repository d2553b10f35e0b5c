import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

export type CliEnd = {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
};

const root = fileURLToPath(new URL("../..", import.meta.url));
const launcher = fileURLToPath(new URL("../cli/whitewater.mjs", import.meta.url));

/** Starts the command line as users do: through the launcher, which builds when sources are newer. */
export function startCli(args: readonly string[]): {
  readonly child: ChildProcess;
  readonly ended: Promise<CliEnd>;
  /** Resolves when stderr has matched; rejects when the command ends before. */
  until(pattern: RegExp): Promise<void>;
} {
  // Through env(1), as the test runner puts its loaders into every child's NODE_OPTIONS.
  const command = ["-u", "NODE_OPTIONS", process.execPath, launcher, ...args];
  const child = spawn("env", command, {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk) => {
    stdout += chunk;
  });
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  const ended = once(child, "close").then(([code]) => ({ code, stdout, stderr }));
  async function until(pattern: RegExp): Promise<void> {
    while (!pattern.test(stderr)) {
      if (child.exitCode !== null) throw new Error(`ended before ${pattern}:\n${stderr}`);
      await Promise.race([once(child.stderr, "data"), ended]);
    }
  }
  return { child, ended, until };
}

export function runCli(...args: readonly string[]): Promise<CliEnd> {
  return startCli(args).ended;
}
