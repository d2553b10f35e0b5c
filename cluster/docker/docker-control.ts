import type { Capability, Control, Done, Link, LinkState, MessageLoss } from "../control.ts";
import type { NodeName } from "../env/env.ts";
import { ClusterError } from "../errors.ts";
import type { NodeContainer } from "./node-container.ts";
import type { Pod } from "./pod.ts";

/** One node as control sees it. */
export type Member = { readonly pod: Pod; readonly container: NodeContainer };

/** How long beacons are sent, and waited for, before a link counts as cut. */
const probeForMs = 1_000;

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

  async function probe(links: readonly Link[]): Promise<LinkState[]> {
    const nonce = `probe-${++probes}`;
    const sent = new Map<NodeName, Promise<boolean>>();
    const heard = new Map<NodeName, Promise<readonly string[] | null>>();
    for (const [to, ending] of grouped(links, "to")) {
      const from = unique(ending.map((link) => addressOf(link.from)));
      const hearing = member(to).pod.agent.ask("hear", { nonce, from, withinMs: probeForMs });
      heard.set(
        to,
        hearing.catch(() => null),
      ); // an agent that is gone tells nothing of a link
    }
    for (const [from, starting] of grouped(links, "from")) {
      const to = unique(starting.map((link) => addressOf(link.to)));
      const sending = member(from).pod.agent.ask("beacon", { nonce, to, forMs: probeForMs });
      sent.set(
        from,
        sending.then(
          () => true,
          () => false,
        ),
      );
    }
    return Promise.all(
      links.map(async ({ from, to }): Promise<LinkState> => {
        const arrived = await heard.get(to);
        if (arrived === null || arrived === undefined) return "unknown";
        if (arrived.includes(addressOf(from))) return "open";
        // Silence means something only if somebody spoke.
        return (await sent.get(from)) ? "cut" : "unknown";
      }),
    );
  }

  return {
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
      probe(links).then(
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

function grouped(links: readonly Link[], end: keyof Link): Map<NodeName, Link[]> {
  const groups = new Map<NodeName, Link[]>();
  for (const link of links) groups.set(link[end], [...(groups.get(link[end]) ?? []), link]);
  return groups;
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}
