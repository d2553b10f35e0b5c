import { type Nemesis, startNemesis } from "../nemesis/actor.ts";
import type { Fault } from "../nemesis/fault.ts";
import { createGenerator } from "../workloads/generator.ts";
import { createInterpreter, type Interpreter } from "../workloads/interpreter.ts";
import { createRecorder, type Journal, nemesisLine, type Recorder } from "../workloads/recorder.ts";
import type { Workload } from "../workloads/workload.ts";
import type { Control } from "./control.ts";
import type { ClientEnv } from "./env/env.ts";
import { createRng } from "./env/rng.ts";
import { voterNames } from "./node-names.ts";
import { openObserved } from "./observe-client.ts";
import type { BugInfo, Subject } from "./subject.ts";

/** What a run is for those who act in it, whatever it runs on. */
export type Play = {
  readonly workload: Workload;
  /** The model that the clients speak. */
  readonly model: string;
  readonly subject: Pick<Subject, "openClient" | "status" | "order">;
  readonly bug: Pick<BugInfo, "openClient"> | null;
  readonly faults: ReadonlyMap<string, Fault>;
  readonly seed: number;
  /** Null when nobody watches. */
  readonly onProgress: ((line: string) => void) | null;
};

/** Everyone who acts during the load, on one recorder. */
export type Players = {
  readonly interpreter: Interpreter;
  readonly nemesis: Nemesis;
  readonly recorder: Recorder;
  /** Why the history could not be written on, once that happened. */
  readonly failure: { error: Error | null };
};

const probeTimeoutMs = 500;
/** An order may wait for a commit, or for another leader. */
const orderTimeoutMs = 1000;

/** Brings clients and nemesis together; the nemesis starts at once, the clients wait to be told. */
export function gatherPlayers(options: {
  readonly play: Play;
  readonly control: Control;
  readonly env: ClientEnv;
  /** What the nemesis asks nodes through; absent: what clients do. */
  readonly nemesisEnv?: ClientEnv;
  readonly journal: Journal;
}): Players {
  const { play, control, env, nemesisEnv = env, journal } = options;
  const { workload, model, subject, seed } = play;
  const openClient = play.bug?.openClient ?? subject.openClient;
  const rng = createRng(seed);
  const failure: Players["failure"] = { error: null };
  const recorder = createRecorder({
    clock: env.clock,
    originNs: 0,
    journal,
    onFailure: (error) => {
      failure.error = error;
      interpreter.stop();
    },
  });
  const interpreter = createInterpreter({
    workload,
    generator: createGenerator(workload, model, rng.fork("workload")),
    clock: env.clock,
    originNs: 0,
    rng: rng.fork("arrivals"),
    openClient: (process, thread) =>
      openObserved(openClient, model, {
        env,
        nodes: control.nodes,
        process,
        thread,
        route: workload.route,
        seed: `${seed}/client/${process}`,
        timeoutMs: workload.timeoutMs,
      }),
    record: recorder.record,
  });
  const nemesis = startNemesis({
    spec: workload.nemesis,
    durationMs: workload.durationMs,
    rng: rng.fork("nemesis"),
    faults: play.faults,
    control,
    voters: voterNames(workload),
    clock: env.clock,
    status: (node, done) => subject.status(nemesisEnv, node, probeTimeoutMs, done),
    order: (node, order, done) => {
      if (subject.order !== null) subject.order(nemesisEnv, node, order, orderTimeoutMs, done);
      else done({ kind: "refused", reason: "the subject takes no orders" });
    },
    record: ({ f, value }) => recorder.record(nemesisLine(f, value)),
    onProgress: play.onProgress,
  });
  return { interpreter, nemesis, recorder, failure };
}
