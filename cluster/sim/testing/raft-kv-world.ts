import { withDefaults } from "../../../workloads/resolve.ts";
import type { Done, Link } from "../../control.ts";
import type { NodeName } from "../../env/env.ts";
import { createRng } from "../../env/rng.ts";
import { program } from "../../subjects/raft-kv/program.ts";
import { subject } from "../../subjects/raft-kv/subject.ts";
import type { Hostility } from "../hostility.ts";
import { createWorld, type World } from "../world.ts";
import { plainLink } from "./echo-world.ts";

const nodes: readonly NodeName[] = ["n1", "n2", "n3", "n4", "n5"];

const hostility: Hostility = {
  network: {
    delayMinUs: 100,
    delayMaxUs: 5000,
    slowPermille: 20,
    slowMaxUs: 100_000,
    lossPermille: 10,
    duplicatePermille: 10,
  },
  clients: { delayMinUs: 100, delayMaxUs: 5000 },
  disk: { delayMinUs: 200, delayMaxUs: 8000, slowPermille: 10, slowMaxUs: 100_000 },
  clock: { driftPpmMax: 500 },
};

export type RaftKvRun = {
  readonly world: World;
  /** Every trace record and every outcome, with its time: one line each. */
  readonly lines: readonly string[];
  readonly okCount: number;
};

/** Five raft-kv nodes under load and a new fault every second, for so many virtual seconds. */
export function runRaftKv(seed: number, codecs: boolean, seconds: number): RaftKvRun {
  const lines: string[] = [];
  let okCount = 0;
  const world: World = createWorld({
    program,
    rules: program.rules,
    options: withDefaults({}, subject.options),
    nodes,
    seed,
    hostility,
    codecs,
    freezes: true,
    onTrace: (node, inc, record) =>
      lines.push(`${world.now()} ${node} ${inc} ${JSON.stringify(record)}`),
  });
  const rng = createRng(seed).fork("test");
  for (let thread = 0; thread < 4; thread++) {
    const client = subject.openClient("append-list", {
      env: world.clientEnv,
      nodes,
      process: thread,
      thread,
      route: "random",
      seed: `${seed}/${thread}`,
      timeoutMs: 2000,
    });
    let count = 0;
    const next = (): void =>
      client.invoke({ f: "append", key: "k", value: `${thread}/${count++}` }, (completion) => {
        lines.push(`${world.now()} client ${thread} ${JSON.stringify(completion)}`);
        if (completion.type === "ok") okCount += 1;
        // A client that did not learn the outcome must not go on in its session.
        if (completion.type !== "info") world.after(50e6, next);
      });
    next();
  }
  const harm = (): void => {
    world.after(1e9, harm);
    injectOne(world, rng.pick(nodes), rng.pick(nodes), rng.int(0, 6));
  };
  harm();
  world.runUntil(seconds * 1e9);
  return { world, lines, okCount };
}

const ignore: Done = () => undefined;

/** One fault, healed 800 ms later. */
function injectOne({ control, after }: World, node: NodeName, peer: NodeName, kind: number): void {
  const links: Link[] = node === peer ? [] : [{ from: node, to: peer }];
  const heal = (undo: () => void): void => {
    after(8e8, undo);
  };
  if (kind === 0) control.kill(node, ignore);
  if (kind === 1) control.losePower(node, "torn", ignore);
  if (kind === 2) control.crashAt(node, "after-append", ignore);
  if (kind <= 2) heal(() => control.start(node, ignore));
  if (kind === 3) {
    control.pause(node, ignore);
    heal(() => control.resume(node, ignore));
  }
  if (kind === 4) {
    control.cut(links, ignore);
    heal(() => control.join(links, ignore));
  }
  if (kind === 5) {
    control.shapeLinks(links, { ...plainLink, isClogged: true }, ignore);
    heal(() => control.shapeLinks(links, null, ignore));
  }
  if (kind === 6) control.resetLinks(links, ignore);
}
