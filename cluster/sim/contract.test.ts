import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import type { Cluster } from "../control.ts";
import { contractNodeOptions, controlContract } from "../testing/control-contract.ts";
import { program } from "../testing/echo.ts";
import { calm } from "./hostility.ts";
import { createWorld, type World } from "./world.ts";

const nodes = ["n1", "n2", "n3"];

/** A world as a driver would hand it over: its time goes on, far faster than the host's. */
function boot(): { readonly cluster: Cluster; readonly world: World } {
  const texts: Record<string, string> = {};
  const keep = (file: string, line: string): void => {
    texts[file] = `${texts[file] ?? ""}${line}\n`;
  };
  const world = createWorld({
    program,
    rules: program.rules,
    nodes,
    options: contractNodeOptions,
    seed: 1,
    hostility: calm,
    codecs: true,
    onTrace: (node, _inc, record) => keep(`trace/${node}.jsonl`, JSON.stringify(record)),
    onLog: (node, line) => keep(`logs/${node}.log`, line),
  });
  const ticker = setInterval(() => world.runUntil(world.now() + 50e6), 1);
  const down = async (): Promise<void> => {
    for (const node of nodes) world.control.kill(node, () => undefined);
    world.runUntil(world.now() + 1e9);
  };
  t.teardown(() => clearInterval(ticker));
  const collect = async (folder: string): Promise<void> => {
    for (const kind of ["trace", "logs"]) mkdirSync(join(folder, kind));
    for (const [file, text] of Object.entries(texts)) writeFileSync(join(folder, file), text);
  };
  const { control, clientEnv } = world;
  const { requester } = clientEnv;
  return {
    world,
    cluster: {
      control,
      requester,
      provenance: {},
      unexpectedExits: () =>
        world
          .unexpectedExits()
          .map((exit) => ({ ...exit, isEnvironment: false, lastLines: [exit.reason] })),
      pids: () => new Map(),
      collect,
      down,
    },
  };
}

t.test("a simulated cluster keeps the contract of Control", (t) => {
  const { cluster, world } = boot();
  const { wallMs } = world.clientEnv.clock;
  return controlContract(t, { oneWay: "frames", wallMs }, async () => cluster);
});
