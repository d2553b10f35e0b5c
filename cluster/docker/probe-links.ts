import type { Link, LinkState } from "../control.ts";
import type { NodeName } from "../env/env.ts";
import { grouped, unique } from "./links.ts";
import type { Pod } from "./pod.ts";

/** How long beacons are sent, and waited for, before a link counts as cut. */
const probeForMs = 1_000;

/**
 * Whether datagrams of one agent reach the other, for each link by itself. The nodes take no part, so a
 * link of a dead or paused node is judged too. `nonce` tells this probe from every other.
 */
export async function probeLinks(
  links: readonly Link[],
  { podOf, nonce }: { readonly podOf: (node: NodeName) => Pod; readonly nonce: string },
): Promise<LinkState[]> {
  const sent = new Map<NodeName, Promise<boolean>>();
  const heard = new Map<NodeName, Promise<readonly string[] | null>>();
  for (const [to, ending] of grouped(links, "to")) {
    const from = unique(ending.map((link) => podOf(link.from).address));
    const hearing = podOf(to).agent.ask("hear", { nonce, from, withinMs: probeForMs });
    heard.set(
      to,
      hearing.catch(() => null),
    ); // an agent that is gone tells nothing of a link
  }
  for (const [from, starting] of grouped(links, "from")) {
    const to = unique(starting.map((link) => podOf(link.to).address));
    const sending = podOf(from).agent.ask("beacon", { nonce, to, forMs: probeForMs });
    const succeeded = sending.then(
      () => true,
      () => false,
    );
    sent.set(from, succeeded);
  }
  return Promise.all(
    links.map(async ({ from, to }): Promise<LinkState> => {
      const arrived = await heard.get(to);
      if (arrived === null || arrived === undefined) return "unknown";
      if (arrived.includes(podOf(from).address)) return "open";
      // Silence means something only if somebody spoke.
      return (await sent.get(from)) ? "cut" : "unknown";
    }),
  );
}
