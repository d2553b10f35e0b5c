import type { Json, NodeName, Outcome, Request, Requester, Response } from "../env.ts";
import type { Rng } from "../rng.ts";
import type { Schedule } from "./fake-schedule.ts";

/** Chances in thousandths, for every frame between nodes. */
export type Hostility = { readonly lossPermille: number; readonly duplicatePermille: number };

/** What a node that is up listens with. */
export type Listener = {
  onFrame: ((from: NodeName, frame: Json) => void) | null;
  onRequest: ((request: Request, respond: (response: Response) => void) => void) | null;
};

export type FakeNetwork = Requester & {
  hostility: Hostility;
  /** These nodes and the others do not hear each other; clients reach everyone. */
  isolated: readonly NodeName[];
  /** Links that carry nothing, one way each, as `n1>n2`. */
  cut: ReadonlySet<string>;
  send(from: NodeName, to: NodeName, frame: Json): void;
};

/** Everything takes 0.2 to 2 ms, so that messages overtake each other. */
export function createFakeNetwork(
  rng: Rng,
  schedule: Schedule,
  up: ReadonlyMap<NodeName, Listener>,
): FakeNetwork {
  const soon = (run: () => void): void => {
    schedule.after(rng.int(200_000, 2_000_000), run);
  };
  const isIsolated = (node: NodeName): boolean => network.isolated.includes(node);

  function deliver(from: NodeName, to: NodeName, frame: Json): void {
    soon(() => {
      const isOpen = isIsolated(from) === isIsolated(to) && !network.cut.has(`${from}>${to}`);
      if (isOpen) up.get(to)?.onFrame?.(from, frame);
    });
  }

  const network: FakeNetwork = {
    hostility: { lossPermille: 0, duplicatePermille: 0 },
    isolated: [],
    cut: new Set(),
    send: (from, to, frame) => {
      if (rng.chance(network.hostility.lossPermille, 1000)) return;
      deliver(from, to, frame);
      if (rng.chance(network.hostility.duplicatePermille, 1000)) deliver(from, to, frame);
    },
    request: (to, request, timeoutMs, done) => {
      let isDone = false;
      const finish = (outcome: Outcome): void => {
        if (!isDone) done(outcome);
        isDone = true;
      };
      schedule.after(timeoutMs * 1e6, () => finish({ kind: "lost", error: "timeout" }));
      soon(() => {
        const handler = up.get(to)?.onRequest ?? null;
        if (handler === null) finish({ kind: "not-sent", error: "refused" });
        else handler(request, (response) => soon(() => finish({ kind: "response", ...response })));
      });
    },
  };
  return network;
}
