// Compiles the sources to dist/ and checker/dist/ (TypeScript to JavaScript, file by file), and packs
// what threads of a sweep run.
//
// `npm ci` calls it through `prepare`; the launcher calls it when a source is newer than the build.
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundleThreads } from "./bundle-threads.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const stamp = join(root, "dist", ".built");
const folders = ["checker", "cluster", "workloads", "nemesis", "reports"];
const ignored = new Set(["dist", "node_modules", "runs", "testdata"]);

/** Whether a source (or a compiler setting) changed after the last build. */
export function isStale() {
  if (!existsSync(stamp)) return true;
  const builtAtMs = statSync(stamp).mtimeMs;
  return folders.some((folder) => newestMs(join(root, folder)) > builtAtMs);
}

function newestMs(folder) {
  if (!existsSync(folder)) return 0; // an installed package without sources has nothing to compare
  let newest = statSync(folder).mtimeMs;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (ignored.has(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) newest = Math.max(newest, newestMs(path));
    else if (/\.(ts|tsx|mjs|css|json)$/.test(entry.name)) {
      newest = Math.max(newest, statSync(path).mtimeMs);
    }
  }
  return newest;
}

/** Builds everything; throws with the compiler's output when it does not compile. */
export async function build() {
  const startedAt = new Date();
  rmSync(stamp, { force: true });
  compile("checker/tsconfig.json");
  compile("cluster/cli/tsconfig.build.json");
  await bundleThreads(join(root, "dist"));
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, `${startedAt.toISOString()}\n`);
}

function compile(project) {
  const tsc = join(
    dirname(createRequire(import.meta.url).resolve("typescript/package.json")),
    "bin",
    "tsc",
  );
  // Loaders that a test runner or a user's shell asks for are not for the compiler.
  const env = { ...process.env, NODE_OPTIONS: "" };
  const args = [tsc, "-p", join(root, project)];
  const result = spawnSync(process.execPath, args, { encoding: "utf8", env });
  if (result.status !== 0) throw new Error(`${project}\n${result.stdout}${result.stderr}`);
}

async function prepare() {
  await build();
  chmodSync(join(root, "cluster/cli/whitewater.mjs"), 0o755);
  if (existsSync(join(root, ".git"))) {
    spawnSync("git", ["config", "core.hooksPath", ".githooks"], { cwd: root });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv.includes("--prepare")) await prepare();
  else await build();
}
