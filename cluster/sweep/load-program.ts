import { createHash } from "node:crypto";
import type { Workload } from "../../workloads/workload.ts";
import { type Bug, type NodeProgram, plantBug } from "../env/program.ts";
import { loadModule } from "../load-module.ts";
import type { BugInfo, Subject } from "../subject.ts";

/** The subject's program as it runs on a node, with the bug in it. */
export async function loadProgram(
  { programFile }: Pick<Subject, "programFile">,
  bug: BugInfo | null,
): Promise<NodeProgram<unknown>> {
  const { program } = await loadModule<{ program: NodeProgram<unknown> }>(programFile);
  if (bug === null) return program;
  const planted = await loadModule<{ bug: Bug<unknown> }>(bug.file);
  return plantBug(program, planted.bug);
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
