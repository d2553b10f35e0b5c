import { readdirSync } from "node:fs";
import { extname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Bug } from "./env/program.ts";
import type { BugInfo } from "./subject.ts";

/** The extension of this file: sources load sources, the build loads the build. */
const extension = extname(fileURLToPath(import.meta.url));

/** Every module of the folder is a bug: adding a file adds one. */
export async function loadBugs(folder: string): Promise<BugInfo[]> {
  const files = readdirSync(folder)
    .filter((file) => file.endsWith(extension) && !file.includes(".test."))
    .sort()
    .map((file) => join(folder, file));
  return Promise.all(
    files.map(async (file) => {
      const module: { bug: Bug<unknown> } = await import(pathToFileURL(file).href);
      const { id, family, breaks, clientMaySee, shownBy, guided = null } = module.bug;
      return { id, family, breaks, clientMaySee, shownBy, guided, file };
    }),
  );
}
