import type { Done, MessageLoss } from "../control.ts";
import type { NodeName } from "../env/env.ts";
import type { Address } from "../env/launch.ts";
import { startProxyChild } from "./child.ts";

export type ClientProxyCommand =
  | { readonly kind: "start"; readonly targets: Targets; readonly seed: number }
  | { readonly kind: "lose"; readonly node: NodeName; readonly loss: MessageLoss };

type Targets = Readonly<Record<NodeName, Address>>;

export type ClientProxy = {
  /** Where clients reach each node through the proxy, on 127.0.0.1. */
  readonly addresses: Targets;
  /** From now on; requests that are on their way keep the fate they drew. Zeros heal. */
  lose(node: NodeName, loss: MessageLoss, done: Done): void;
  close(): Promise<void>;
};

/**
 * Starts the proxy between clerks and nodes, in a process of its own.
 *
 * With the chances given, a request is never forwarded, or it is and its reply is swallowed, as
 * labrpc does: either way the client waits until its own timeout. A node that refuses the
 * connection looks like a reset to the client, because the proxy had accepted already.
 */
export async function startClientProxy({
  targets,
  seed,
}: {
  readonly targets: Targets;
  readonly seed: number;
}): Promise<ClientProxy> {
  const child = await startProxyChild<ClientProxyCommand>("./proxy/client-proxy-main");
  try {
    const addresses = await new Promise<Targets>((resolve, reject) => {
      child.call({ kind: "start", targets, seed }, (error, answer) => {
        if (error === null) resolve(answer as Targets);
        else reject(error);
      });
    });
    return {
      addresses,
      lose: (node, loss, done) => child.call({ kind: "lose", node, loss }, (error) => done(error)),
      close: child.close,
    };
  } catch (error) {
    await child.close();
    throw error;
  }
}
