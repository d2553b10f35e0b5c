import type { NodeProgram } from "../../env/program.ts";
import { createServer, type KvsrvRules, rules } from "./server.ts";

/** One server in memory: a kill loses everything, and so breaks every promise it made. */
export const program: NodeProgram<KvsrvRules> = {
  rules,

  start(env, _config, rules) {
    const server = createServer(rules, env.clock);
    env.trace({ kind: "start", role: "single" });
    env.server.serve((request, respond) => {
      if (request.method !== "GET" || request.path !== "/status") {
        server.answer(request, respond);
        return;
      }
      const putCount = server.putCount();
      respond({
        status: 200,
        body: {
          role: "single",
          term: 0,
          leader: env.node,
          commitIndex: putCount,
          lastApplied: putCount,
          wallMs: env.clock.wallMs(),
        },
      });
    });
  },
};
