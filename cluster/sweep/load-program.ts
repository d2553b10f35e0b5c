import { createHash } from "node:crypto";
import { pathToFileURL } from "node:url";
import type { Workload } from "../../workloads/workload.ts";
import { type Bug, type NodeProgram, plantBug } from "../env/program.ts";
import type { BugInfo, Subject } from "../subject.ts";

/** The subject's program as it runs on a node, with the bug in it. */
export async function loadProgram(
  { programFile }: Pick<Subject, "programFile">,
  bug: BugInfo | null,
): Promise<NodeProgram<unknown>> {
  const { program }: { program: NodeProgram<unknown> } = await load(programFile);
  if (bug === null) return program;
  const module: { bug: Bug<unknown> } = await load(bug.file);
  return plantBug(program, module.bug);
}

async function load<T>(file: string): Promise<T> {
  return import(pathToFileURL(file).href);
}

/** The id of a simulated run: the same for whoever plays the same thing with the same version. */
export function simulatedRunId(of: {
  readonly workload: Workload;
  readonly subject: string;
  readonly bug: string | null;
  readonly seed: number;
  readonly version: string;
}): string {
  const digest = createHash("sha256").update(JSON.stringify(of)).digest("hex");
  return `${of.workload.name}-${of.seed}-${digest.slice(0, 12)}`;
}
