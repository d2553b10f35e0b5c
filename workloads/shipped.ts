import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";

/** Texts of the workloads in a folder, by name without `.yaml`: what a campaign may refer to. */
export function readWorkloads(folder: string): Map<string, string> {
  const files = readdirSync(folder).filter((file) => file.endsWith(".yaml"));
  return new Map(
    files.sort().map((file) => [basename(file, ".yaml"), readFileSync(join(folder, file), "utf8")]),
  );
}
