import type { AddressInfo, Server } from "node:net";
import type { Address } from "../env/launch.ts";

/** Listens on a free port of 127.0.0.1, until the process ends. */
export function listenOnLoopback(
  server: Server,
  done: (error: Error | null, address: Address) => void,
): void {
  const nowhere = { host: "127.0.0.1", port: 0 };
  server.once("error", (error) => done(error, nowhere));
  server.listen(nowhere, () =>
    done(null, { ...nowhere, port: (server.address() as AddressInfo).port }),
  );
}

/** Listens with several servers, by name; calls back once with all addresses or the first error. */
export function listenWithAll(
  servers: ReadonlyMap<string, Server>,
  done: (error: Error | null, addresses: Readonly<Record<string, Address>>) => void,
): void {
  const addresses: Record<string, Address> = {};
  let missing = servers.size;
  let isDone = false;
  const finish = (error: Error | null): void => {
    if (isDone) return;
    isDone = true;
    done(error, addresses);
  };
  if (missing === 0) finish(null);
  for (const [name, server] of servers) {
    listenOnLoopback(server, (error, address) => {
      addresses[name] = address;
      missing -= 1;
      if (error !== null || missing === 0) finish(error);
    });
  }
}
