import type { Clock, NodeName, Outcome, Request, Requester, Response } from "../../env/env.ts";

/** What becomes of one copy of a request, in milliseconds from now; `null` = never. */
export type Fate =
  /** Nobody listens. */
  | { readonly kind: "not-sent" }
  /** Answered without reaching the handler. */
  | { readonly kind: "answered"; readonly response: Response }
  /** Reaches the node after `requestMs`; the answer comes back `replyMs` later. */
  | {
      readonly kind: "sent";
      readonly requestMs: number | null;
      readonly replyMs: number | null;
    };

export type Handler = (
  node: NodeName,
  request: Request,
  respond: (response: Response) => void,
) => void;

/** A requester over a virtual clock: `fateOf` is asked once for each copy. */
export function createVirtualNetwork(
  clock: Clock,
  handler: Handler,
  fateOf: (node: NodeName, request: Request) => Fate,
): Requester {
  return {
    request: (node, request, timeoutMs, done) => {
      const fate = fateOf(node, request);
      if (fate.kind === "not-sent") {
        clock.setTimer(0, () => done({ kind: "not-sent", error: "ECONNREFUSED" }));
        return;
      }
      if (fate.kind === "answered") {
        clock.setTimer(1, () => done({ kind: "response", ...fate.response }));
        return;
      }
      const { requestMs, replyMs } = fate;
      let isDone = false;
      const settle = (outcome: Outcome): void => {
        if (!isDone) done(outcome);
        isDone = true;
      };
      clock.setTimer(timeoutMs, () => settle({ kind: "lost", error: "timeout" }));
      if (requestMs === null) return;
      clock.setTimer(requestMs, () => {
        handler(node, request, (response) => {
          if (replyMs === null) return;
          clock.setTimer(replyMs, () => settle({ kind: "response", ...response }));
        });
      });
    },
  };
}
