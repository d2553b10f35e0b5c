import { checkers } from "porcupine-ts";
import type { NodeName } from "../env/env.ts";
import { type Bug, type NodeProgram, plantBug } from "../env/program.ts";
import { createInvariants } from "../raft/invariants.ts";
import { calm } from "../sim/hostility.ts";
import { createWorld } from "../sim/world.ts";
import type { Subject } from "../subject.ts";
import { NotSetUp, Stage } from "./stage.ts";
import type { Finding, Witness } from "./witness.ts";

export type WitnessRun = {
  /** Whether the schedule went as it was meant to. */
  readonly isSetUp: boolean;
  /** In the order of kinds: invariants, exits, liveness, anomalies. */
  readonly findings: readonly Finding[];
};

export type WitnessRequest<Rules> = {
  readonly witness: Witness;
  readonly program: NodeProgram<Rules>;
  readonly subject: Pick<Subject, "openClient" | "options">;
  /** Null: the correct build. */
  readonly bug: Bug<Rules> | null;
  readonly seed: number;
  /** Lets the stage say who draws a short election timeout. */
  readonly letDraw: (rules: Rules, isFavoured: (node: NodeName) => boolean | null) => Rules;
};

/** How long everything that is healed may take to recover. */
const recoverWithinMs = 10_000;
const budget = { stepsMax: 1e6, configurationsMax: 1e6, shouldStop: () => false };

/** Plays one witness under one seed, heals, demands recovery, and judges what was seen. */
export function runWitness<Rules>(request: WitnessRequest<Rules>): WitnessRun {
  const { witness, seed, subject } = request;
  const model = witness.model ?? "append-list";
  const nodes = Array.from({ length: witness.nodes }, (_, at) => `n${at + 1}`);
  const program = request.bug === null ? request.program : plantBug(request.program, request.bug);
  const rules = request.letDraw(program.rules, (node) => stage.isFavoured(node));
  const defaults = Object.entries(subject.options).map(([name, option]) => [name, option.default]);
  const invariants = createInvariants(nodes);
  const world = createWorld({
    program,
    rules,
    nodes,
    options: { ...Object.fromEntries(defaults), ...witness.options },
    seed,
    hostility: calm,
    codecs: false,
    onTrace: (node, inc, record) => {
      invariants.observe(node, inc, record, world.now());
      stage.observe(node, record);
    },
  });
  const stage: Stage = new Stage({ world, nodes, model, openClient: subject.openClient });

  let isSetUp = true;
  try {
    witness.play(stage);
  } catch (error) {
    if (!(error instanceof NotSetUp)) throw error;
    isSetUp = false;
  }
  // Scripts of other models are about clients: their nodes are correct.
  const stuck = model === "append-list" ? findStuck(stage) : null;
  const findings: Finding[] = [];
  const [violation] = invariants.violations();
  if (violation !== undefined) findings.push({ kind: "invariant", text: violation.sentence });
  for (const { node, reason } of world.unexpectedExits()) {
    findings.push({ kind: "exit", text: `${node}: ${reason}` });
  }
  for (const text of stage.missed) findings.push({ kind: "liveness", text });
  if (stuck !== null) findings.push({ kind: "liveness", text: stuck });
  for (const checker of ["linearizable", "answers"]) {
    const result = checkers[checker]?.check(stage.ops, { model }, budget);
    if (result?.verdict === "invalid") findings.push({ kind: "anomaly", text: result.summary });
  }
  return { isSetUp, findings };
}

/** Heals; what does not come back in time, or null. */
function findStuck(stage: Stage): string | null {
  stage.heal();
  const isWritable = (): boolean => {
    const leader = stage.leaderNow();
    if (leader === null) return false;
    const call = stage.append(leader, 500);
    stage.until(() => call.completion !== null, 1000);
    return call.completion?.type === "ok";
  };
  let isUp = false;
  for (let waitedMs = 0; waitedMs < recoverWithinMs && !isUp; waitedMs += 500) {
    stage.run(500);
    isUp = isWritable();
  }
  if (!isUp) return "no write was acknowledged after everything was healed";
  const call = stage.read(stage.leaderNow() ?? "n1");
  stage.until(() => call.completion !== null, 2000);
  const last = Math.max(...stage.remaining().map((node) => stage.lastApplied(node)));
  const behind = (): NodeName | undefined =>
    stage.remaining().find((node) => stage.lastApplied(node) < last);
  if (stage.until(() => behind() === undefined, recoverWithinMs)) return null;
  return `${behind()} was not caught up after everything was healed`;
}
