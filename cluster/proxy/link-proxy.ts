import type { Done, Link } from "../control.ts";
import type { Address } from "../env/launch.ts";
import { startProxyChild } from "./child.ts";
import { type LinkProxyCommand, type LinkTarget, linkName } from "./link-command.ts";

export type LinkProxy = {
  /** Where `from` reaches `to`, on 127.0.0.1. */
  address(link: Link): Address;
  /** Frames of these directions stop at once; connections stay, and nobody is told. */
  cut(links: readonly Link[], done: Done): void;
  join(links: readonly Link[], done: Done): void;
  /**
   * Processes that the proxy kills when its parent is gone: a frozen one cannot see to it itself.
   */
  guard(pids: readonly number[], done: Done): void;
  close(): Promise<void>;
};

/**
 * Starts the proxies between nodes, one per ordered pair, all in one process of their own.
 *
 * *One-way* means frames here: a connection carries frames in one direction only, and cutting it
 * stops these and their acknowledgements, while the connection of the other direction goes on.
 */
export async function startLinkProxy(links: readonly LinkTarget[]): Promise<LinkProxy> {
  const child = await startProxyChild<LinkProxyCommand>("./proxy/link-proxy-main");
  try {
    const addresses = await new Promise<Readonly<Record<string, Address>>>((resolve, reject) => {
      child.call({ kind: "start", links }, (error, answer) => {
        if (error === null) resolve(answer as Readonly<Record<string, Address>>);
        else reject(error);
      });
    });
    return {
      address(link) {
        const address = addresses[linkName(link)];
        if (address === undefined) throw new RangeError(`no link ${linkName(link)}`);
        return address;
      },
      cut: (cut, done) => child.call({ kind: "cut", links: cut }, (error) => done(error)),
      join: (joined, done) => child.call({ kind: "join", links: joined }, (error) => done(error)),
      guard: (pids, done) => child.call({ kind: "guard", pids }, (error) => done(error)),
      close: child.close,
    };
  } catch (error) {
    await child.close();
    throw error;
  }
}
