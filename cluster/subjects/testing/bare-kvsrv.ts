import type { Request, Response } from "../../env/env.ts";
import { createServer, rules } from "../kvsrv/server.ts";
import { createVirtualClock } from "./virtual-clock.ts";

/** The server of kvsrv without a node around it: it answers before the call returns. */
export function createBareKvsrv(): {
  readonly answer: (request: Request) => Response;
  readonly putCount: () => number;
} {
  const server = createServer(rules, createVirtualClock());
  return {
    answer: (request) => {
      const responses: Response[] = [];
      server.answer(request, (response) => responses.push(response));
      const [response] = responses;
      if (response === undefined || responses.length > 1) throw new Error("one answer, at once");
      return response;
    },
    putCount: server.putCount,
  };
}
