import type { NodeProgram } from "../env/program.ts";
import { createRng } from "../env/rng.ts";
import type { Play } from "../players.ts";
import type { Subject } from "../subject.ts";
import { calm } from "./hostility.ts";
import type { Simulation } from "./run.ts";
import { drawHostility } from "./swarm.ts";

/** What all runs of a sweep have in common. */
export type SimPlan = Omit<Play, "seed" | "onProgress" | "subject"> & {
  readonly subject: Pick<Subject, "openClient" | "status" | "order" | "tracesRaft">;
  /** With the planted bug in it, if there is one. */
  readonly program: NodeProgram<unknown>;
};

/** One run of the plan: everything that is drawn before it begins comes from the seed. */
export function drawSimulation(
  plan: SimPlan,
  seed: number,
  how: Pick<Simulation, "keepsTrace" | "onProgress" | "isInterrupted" | "listener">,
): Simulation {
  const rng = createRng(seed).fork("swarm");
  return {
    ...plan,
    ...how,
    seed,
    hostility: plan.workload.nemesis.swarm === true ? drawHostility(rng.fork("hostility")) : calm,
    codecs: rng.fork("codecs").chance(1, 20),
  };
}
