import {
  type Capability,
  type Control,
  type Done,
  type Link,
  type MessageLoss,
  simulationOnly,
} from "../control.ts";
import type { NodeName } from "../env/env.ts";
import { ClusterError } from "../errors.ts";
import { grouped, unique } from "./links.ts";
import type { NodeContainer } from "./node-container.ts";
import type { Pod } from "./pod.ts";
import { probeLinks } from "./probe-links.ts";

/** One node as control sees it. */
export type Member = { readonly pod: Pod; readonly container: NodeContainer };

/** `lose` is null where no proxy stands between clients and nodes. */
export function createControl({
  members,
  prepared,
  capabilities,
  lose,
}: {
  readonly members: ReadonlyMap<NodeName, Member>;
  /** What boot made preparations for. */
  readonly prepared: ReadonlySet<Capability>;
  readonly capabilities: ReadonlySet<Capability>;
  readonly lose: ((node: NodeName, loss: MessageLoss, done: Done) => void) | null;
}): Control {
  let probes = 0;

  function member(node: NodeName): Member {
    const found = members.get(node);
    if (found === undefined) throw new RangeError(`no node ${node} among ${[...members.keys()]}`);
    return found;
  }

  const addressOf = (node: NodeName): string => member(node).pod.address;

  /** Asks the agent at the end of each link, one call for all links that end there. */
  function change(kind: "block" | "unblock", links: readonly Link[], done: Done): void {
    const calls = [...grouped(links, "to")].map(([to, ending]) =>
      member(to).pod.agent.ask(kind, {
        sources: unique(ending.map(({ from }) => addressOf(from))),
      }),
    );
    finish(Promise.all(calls), done);
  }

  return {
    ...simulationOnly,
    nodes: [...members.keys()],
    capabilities,
    kill: (node, done) => finish(member(node).container.kill(), done),
    start: (node, done) => finish(member(node).container.start(), done),
    pause: (node, done) => finish(member(node).container.pause(), done),
    resume: (node, done) => finish(member(node).container.resume(), done),
    cut: (links, done) => change("block", links, done),
    join: (links, done) => change("unblock", links, done),
    setClock(node, setting, done) {
      const isTrue = setting.offsetMs === 0 && setting.rate === 1;
      if (prepared.has("clock")) finish(member(node).container.setClock(setting), done);
      else finish(isTrue ? Promise.resolve() : Promise.reject(unprepared("clock")), done);
    },
    loseMessages(node, loss, done) {
      const isNone = loss.requestsPermille === 0 && loss.repliesPermille === 0;
      if (lose !== null) lose(node, loss, done);
      else finish(isNone ? Promise.resolve() : Promise.reject(unprepared("lose-messages")), done);
    },
    probeLinks(links, done) {
      const nonce = `probe-${++probes}`;
      probeLinks(links, { podOf: (node) => member(node).pod, nonce }).then(
        (states) => done(null, states),
        (error: Error) => done(error, []),
      );
    },
  };
}

function unprepared(capability: Capability): ClusterError {
  const message = `the cluster was booted without "${capability}" among its needs`;
  return new ClusterError("E_DOCKER", message);
}

function finish(work: Promise<unknown>, done: Done): void {
  work.then(() => done(null), done);
}
