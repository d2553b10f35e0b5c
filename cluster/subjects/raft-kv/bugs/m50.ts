import type { Json, Network, NodeEnv, NodeName, Timer } from "../../../env/env.ts";
import type { Bug } from "../../../env/program.ts";
import type { Message } from "../../../raft/types.ts";
import type { Rules } from "../program.ts";

const answerWithinMs = 300;

/** Requests leave one by one: each waits until the last one's peer has answered, or may not. */
function sendOneByOne({ network, clock }: NodeEnv): Network {
  const queue: { readonly to: NodeName; readonly frame: Json }[] = [];
  let asked: NodeName | null = null;
  let timer: Timer | null = null;

  function goOn(): void {
    timer?.cancel();
    const next = queue.shift();
    asked = next?.to ?? null;
    if (next === undefined) return;
    timer = clock.setTimer(answerWithinMs, goOn);
    network.send(next.to, next.frame);
  }

  return {
    send: (to, frame) => {
      if ((frame as Message).type.endsWith("Reply")) return network.send(to, frame);
      queue.push({ to, frame });
      if (asked === null) goOn();
    },
    onFrame: (handler) =>
      network.onFrame((from, frame) => {
        handler(from, frame);
        if (from === asked) goOn();
      }),
  };
}

/** Requests to peers are sent by one thread that waits for each answer: a dead peer holds up the others. */
export const bug: Bug<Rules> = {
  id: "M50",
  family: "elections",
  breaks: "a request to a peer waits until the one before it is answered or given up",
  clientMaySee: "no answers for as long as one node is down",
  shownBy: "kill or cut off one node for longer than the recovery bound",
  wrap: (env) => ({ ...env, network: sendOneByOne(env) }),
};
