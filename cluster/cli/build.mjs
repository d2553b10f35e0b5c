// Compiles the sources to dist/ and checker/dist/ (TypeScript to JavaScript, file by file), and packs
// what threads of a sweep run.
//
// `npm ci` calls it through `prepare`; the launcher calls it when a source is newer than the build, and so does
// `npm test`, before tests that run side by side would each.
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
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

/** Whether a source (or a compiler setting) changed, came or went after the last build. */
export function isStale() {
  if (!existsSync(stamp)) return true;
  const { newestMs, names } = sources();
  return newestMs > statSync(stamp).mtimeMs || names !== readFileSync(stamp, "utf8");
}

/**
 * The files that a build depends on. Not the times of folders: those change with whatever else comes to
 * lie there, the folder of the first run among it.
 */
function sources() {
  let newestMs = 0;
  const names = [];
  const visit = (folder) => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      if (ignored.has(entry.name)) continue;
      const name = `${folder}/${entry.name}`;
      if (entry.isDirectory()) visit(name);
      else if (/\.(ts|tsx|mjs|css|json)$/.test(entry.name)) {
        newestMs = Math.max(newestMs, statSync(join(root, name)).mtimeMs);
        names.push(name);
      }
    }
  };
  // An installed package without sources has nothing to compare.
  for (const folder of folders) if (existsSync(join(root, folder))) visit(folder);
  return { newestMs, names: names.sort().join("\n") };
}

/** Builds everything; throws with the compiler's output when it does not compile. */
export async function build() {
  const startedAt = new Date();
  const { names } = sources();
  rmSync(stamp, { force: true });
  compile("checker/tsconfig.json");
  compile("cluster/cli/tsconfig.build.json");
  await bundleThreads(join(root, "dist"));
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, names);
  // Whatever is edited while it is built is newer than it.
  utimesSync(stamp, startedAt, startedAt);
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
  const [when] = process.argv.slice(2);
  if (when === "--prepare") await prepare();
  else if (when !== "--if-stale" || isStale()) await build();
}
