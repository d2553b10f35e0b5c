import { spawn } from "node:child_process";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { projectRoot } from "../project.ts";

const launcher = join(projectRoot(), "cluster", "cli", "whitewater.mjs");
/** What the process says of itself when it ends. */
const tellCpu =
  "data:text/javascript,process.on('exit',()=>process.stderr.write('CPU '+JSON.stringify(process.cpuUsage())+'\\n'))";

export type Writing = {
  /** Of the whole process, start-up included. */
  readonly seconds: number;
  /** All its threads, user and system. */
  readonly cpuSeconds: number;
  readonly bytes: number;
};

/** Builds the command if a source is newer, so that the build is in no figure. */
export async function buildCommand(): Promise<void> {
  await run([launcher, "--help"]);
}

/** Times `whitewater report RUN_DIR`. Throws with what it said when it fails. */
export async function timeWriting(runDir: string): Promise<Writing> {
  const startMs = performance.now();
  const said = await run(["--import", tellCpu, launcher, "report", runDir]);
  const seconds = (performance.now() - startMs) / 1000;
  const { user, system } = JSON.parse(/^CPU (.*)$/m.exec(said)?.[1] ?? "{}");
  const { size } = await stat(join(runDir, "report.html"));
  return { seconds, cpuSeconds: (user + system) / 1e6, bytes: size };
}

/** Answers what it wrote to stderr. */
function run(args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "pipe"] });
    let said = "";
    child.stderr.on("data", (chunk) => {
      said += String(chunk);
    });
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve(said);
      else reject(new Error(`node ${args.join(" ")} ended with ${code}: ${said}`));
    });
  });
}
