import {
  type Capability,
  type Control,
  type Done,
  type Link,
  type LinkState,
  simulationOnly,
} from "../control.ts";
import type { NodeName } from "../env/env.ts";
import type { ClientProxy } from "../proxy/client-proxy.ts";
import type { LinkProxy } from "../proxy/link-proxy.ts";
import type { NodeProcess } from "./node-process.ts";
import { type ProbeAnswer, probe } from "./probe.ts";

/** What a driver of processes can do. */
export const capabilities: ReadonlySet<Capability> = new Set([
  "kill",
  "pause",
  "cut",
  "clock",
  "lose-messages",
]);

/** What the nemesis can do to the processes and proxies of one run. */
export function createControl({
  nodes,
  processes,
  linkProxy,
  clientProxy,
}: {
  readonly nodes: readonly NodeName[];
  readonly processes: ReadonlyMap<NodeName, NodeProcess>;
  readonly linkProxy: LinkProxy;
  /** Null when the schedule loses no messages. */
  readonly clientProxy: ClientProxy | null;
}): Control {
  const processOf = (node: NodeName): NodeProcess => {
    const found = processes.get(node);
    if (found === undefined) throw new RangeError(`no node ${node} among ${nodes.join(", ")}`);
    return found;
  };

  function probeLink(link: Link, done: (state: LinkState) => void): void {
    probe(linkProxy.address(link), (answer) =>
      done(judgeLink(answer, processOf(link.to).isRunning())),
    );
  }

  return {
    ...simulationOnly,
    nodes,
    capabilities,
    kill: (node, done) => processOf(node).kill(done),
    start: (node, done) => processOf(node).start(done),
    pause: (node, done) => processOf(node).pause(done),
    resume: (node, done) => processOf(node).resume(done),
    setClock: (node, setting, done) => processOf(node).setClock(setting, done),
    cut: (links, done) => linkProxy.cut(links, done),
    join: (links, done) => linkProxy.join(links, done),
    loseMessages(node, loss, done) {
      if (clientProxy === null) failLater(done, "booted without the proxy that loses messages");
      else clientProxy.lose(node, loss, done);
    },
    probeLinks(links, done) {
      const states: LinkState[] = links.map(() => "unknown");
      let missing = links.length;
      if (missing === 0) process.nextTick(done, null, states);
      links.forEach((link, index) => {
        probeLink(link, (state) => {
          states[index] = state;
          missing -= 1;
          if (missing === 0) done(null, states);
        });
      });
    },
  };
}

/** Silence tells of a cut only where the far end could have answered. */
function judgeLink(answer: ProbeAnswer, isRunning: boolean): LinkState {
  if (answer === "echo") return "open";
  return answer === "silence" && isRunning ? "cut" : "unknown";
}

function failLater(done: Done, message: string): void {
  process.nextTick(done, new Error(message));
}
