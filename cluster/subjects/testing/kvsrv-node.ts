import type { Clock, NodeEnv, Request, Response } from "../../env/env.ts";
import { program } from "../kvsrv/program.ts";
import type { KvsrvRules } from "../kvsrv/server.ts";

export type KvsrvNode = (request: Request, respond: (response: Response) => void) => void;

/** kvsrv as its program starts it, in an environment that has a clock and a door. */
export function startKvsrv(clock: Clock, rules: KvsrvRules = program.rules): KvsrvNode {
  let node: KvsrvNode | null = null;
  const env: NodeEnv = {
    node: "n1",
    clock,
    network: { send: notUsed, onFrame: notUsed },
    server: {
      serve: (handler) => {
        node = handler;
      },
    },
    disk: { read: notUsed, append: notUsed, replace: notUsed },
    randomSeed: notUsed,
    trace: () => {},
    log: () => {},
    fatal: notUsed,
  };
  program.start(env, { nodes: ["n1"], options: {} }, rules);
  if (node === null) throw new Error("kvsrv serves from its start");
  return node;
}

function notUsed(): never {
  throw new Error("kvsrv uses no network, no disk and no randomness");
}
