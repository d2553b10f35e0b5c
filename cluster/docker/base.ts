import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { ClusterError } from "../errors.ts";
import { type Engine, reasonOf } from "./engine.ts";
import { drain, findImage } from "./image-store.ts";

const packages = ["nodejs", "iproute2", "iptables", "libfaketime", "procps"];

/** How this machine would assemble a base from the packages of its own distribution. */
export type BaseRecipe = {
  /** Name of the image: the same recipe gives the same name. */
  readonly tag: string;
  readonly suite: string;
  /** The machine's own lists of package sources that have this suite. */
  readonly sourceFiles: readonly string[];
};

/** Null on a machine that is no Debian, or a descendant of it. */
export async function findRecipe(): Promise<BaseRecipe | null> {
  const release = await readFile("/etc/os-release", "utf8").catch(() => "");
  const suite = /^VERSION_CODENAME=(\w+)$/m.exec(release)?.[1];
  if (suite === undefined) return null;
  const sourceFiles: string[] = [];
  const hash = createHash("sha256").update(JSON.stringify([suite, packages, process.arch]));
  for (const file of await listSourceFiles()) {
    const text = await readFile(file, "utf8").catch(() => "");
    // Lists of other vendors name suites of their own, and packages that we did not mean.
    if (!new RegExp(`^(deb|Suites:) .*\\b${suite}\\b`, "m").test(text)) continue;
    if (!/debian|ubuntu/.test(text)) continue;
    hash.update(text);
    sourceFiles.push(file);
  }
  if (sourceFiles.length === 0) return null;
  return { tag: `whitewater-base:${hash.digest("hex").slice(0, 12)}`, suite, sourceFiles };
}

async function listSourceFiles(): Promise<string[]> {
  const folder = "/etc/apt/sources.list.d";
  const names = await readdir(folder).catch(() => []);
  const lists = names.filter((name) => /\.(list|sources)$/.test(name)).sort();
  return ["/etc/apt/sources.list", ...lists.map((name) => join(folder, name))];
}

/** Assembles the base and imports it as `recipe.tag`. Takes half a minute. Throws E_IMAGE_BUILD. */
export async function assembleBase(
  engine: Engine,
  { recipe, signal }: { readonly recipe: BaseRecipe; readonly signal: AbortSignal },
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "whitewater-base-"));
  const archive = join(folder, "base.tar");
  try {
    await runMmdebstrap([recipe.suite, archive, ...recipe.sourceFiles], signal);
    const [repo, tag] = recipe.tag.split(":");
    await drain(engine, await engine.importImage(createReadStream(archive), { repo, tag }));
    if ((await findImage(engine, recipe.tag)) === null)
      throw new Error("the engine imported nothing");
  } catch (error) {
    const isMissing = error instanceof Error && "code" in error && error.code === "ENOENT";
    const reason = isMissing ? "mmdebstrap is not installed" : reasonOf(error);
    throw new ClusterError(
      "E_IMAGE_BUILD",
      `no registry answers, and no base could be assembled (${reason}): ` +
        "install mmdebstrap, or name an image that is here with --base or --image",
      {},
      { cause: error },
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Interrupted as a terminal would do it, all its processes at once: then it cleans up after itself. */
async function runMmdebstrap(args: readonly string[], signal: AbortSignal): Promise<void> {
  const options = ["--variant=minbase", `--include=${packages.join(",")}`];
  const child = execa("mmdebstrap", [...options, ...args], { detached: true, stdin: "ignore" });
  const interrupt = (): void => {
    if (child.pid !== undefined) process.kill(-child.pid, "SIGINT");
  };
  signal.addEventListener("abort", interrupt);
  try {
    await child;
  } finally {
    signal.removeEventListener("abort", interrupt);
  }
}
