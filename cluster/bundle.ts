import { createHash } from "node:crypto";
import { dirname, extname } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type StdinOptions } from "esbuild";

export type NodeBundle = {
  /** One CommonJS file that needs nothing but Node 18. */
  readonly code: Uint8Array;
  /** SHA-256 of the code, hexadecimal; the same in every checkout. */
  readonly hash: string;
};

const self = fileURLToPath(import.meta.url);
const folder = dirname(self);
/** `.ts` in a checkout, `.js` in a build: what is bundled is found beside this file. */
const extension = extname(self);

/**
 * Packs a subject's program, the planted bug if any, and the runtime of `env/run-node` into one
 * file.
 *
 * The correct build holds no code of any bug: only the entry that is generated here names one.
 */
export async function bundleNode({
  programFile,
  bugFile,
}: {
  readonly programFile: string;
  readonly bugFile?: string;
}): Promise<NodeBundle> {
  const lines = [
    `import { program } from ${JSON.stringify(programFile)};`,
    `import { runNode } from ${JSON.stringify(`./env/run-node${extension}`)};`,
  ];
  if (bugFile === undefined) lines.push("runNode(program, program.rules);");
  else {
    lines.push(`import { bug } from ${JSON.stringify(bugFile)};`);
    lines.push(`import { plantBug } from ${JSON.stringify(`./env/program${extension}`)};`);
    lines.push("const planted = plantBug(program, bug);");
    lines.push("runNode(planted, planted.rules);");
  }
  return bundle({ contents: lines.join("\n"), resolveDir: folder });
}

/**
 * Packs a module of ours that runs as a process of its own; `path` is relative, without extension.
 */
export async function bundleModule(path: string): Promise<NodeBundle> {
  const contents = `import ${JSON.stringify(`${path}${extension}`)};`;
  return bundle({ contents, resolveDir: folder });
}

async function bundle(stdin: StdinOptions): Promise<NodeBundle> {
  const result = await build({
    stdin,
    // Paths in comments are relative to this folder, so that the hash is the same everywhere.
    absWorkingDir: folder,
    bundle: true,
    platform: "node",
    target: "node18",
    format: "cjs",
    conditions: extension === ".ts" ? ["source"] : [],
    tsconfigRaw: "{}",
    logLevel: "silent",
    write: false,
  });
  const [output] = result.outputFiles;
  if (output === undefined) throw new Error("esbuild wrote no file");
  const hash = createHash("sha256").update(output.contents).digest("hex");
  return { code: output.contents, hash };
}
