import { createHash } from "node:crypto";
import { dirname, extname } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

export type NodeBundle = {
  /** One CommonJS file that needs nothing but Node 18. */
  readonly code: Uint8Array;
  /** SHA-256 of the code, hexadecimal; the same in every checkout. */
  readonly hash: string;
};

/**
 * Packs a subject's program, the planted bug if any, and the runtime of `env/run-node` into one file.
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
  const self = fileURLToPath(import.meta.url);
  const extension = extname(self);
  const folder = dirname(self);
  const result = await build({
    stdin: { contents: entry({ programFile, bugFile, extension }), resolveDir: folder },
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

function entry({
  programFile,
  bugFile,
  extension,
}: {
  readonly programFile: string;
  readonly bugFile: string | undefined;
  readonly extension: string;
}): string {
  const lines = [
    `import { program } from ${JSON.stringify(programFile)};`,
    `import { runNode } from ${JSON.stringify(`./env/run-node${extension}`)};`,
  ];
  if (bugFile === undefined) lines.push("runNode(program, program.rules);");
  else {
    lines.push(`import { bug } from ${JSON.stringify(bugFile)};`);
    lines.push("runNode(program, bug.plant(program.rules));");
  }
  return lines.join("\n");
}
