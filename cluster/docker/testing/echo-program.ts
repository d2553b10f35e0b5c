import type { NodeProgram } from "../../env/program.ts";

/** The least that a node can be: answers every request with its wall clock, and takes no decisions. */
export const program: NodeProgram<null> = {
  rules: null,
  start(env) {
    env.log(`${env.node} is up`);
    env.trace({ kind: "start" });
    env.server.serve((request, respond) => {
      if (request.path === "/exit") env.fatal("told to end");
      respond({ status: 200, body: { node: env.node, wallMs: env.clock.wallMs() } });
    });
  },
};
