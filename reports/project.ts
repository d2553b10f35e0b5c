import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * The project's folder, whether this file runs from `reports/` or compiled from `dist/reports/`:
 * the page is always bundled from its sources.
 */
export function projectRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, "reports", "page", "main.tsx"))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error("reports/page/main.tsx is beside or above the code");
    folder = parent;
  }
  return folder;
}
