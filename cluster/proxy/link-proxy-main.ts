import { connect, createServer, type Server, type Socket } from "node:net";
import type { Address } from "../env/launch.ts";
import { type LinkProxyCommand, linkName } from "./link-command.ts";
import { listenWithAll } from "./listen.ts";
import { serveParent } from "./parent.ts";

type Proxy = { readonly server: Server; cut(): void; join(): void };

const proxies = new Map<string, Proxy>();
let guarded: readonly number[] = [];

serveParent<LinkProxyCommand>((command, done) => {
  switch (command.kind) {
    case "start": {
      for (const link of command.links) proxies.set(linkName(link), createProxy(link.target));
      const servers = [...proxies].map(([name, { server }]) => [name, server] as const);
      listenWithAll(new Map(servers), done);
      break;
    }
    case "cut":
    case "join":
      for (const link of command.links) proxies.get(linkName(link))?.[command.kind]();
      done(null, null);
      break;
    case "guard":
      guarded = command.pids;
      done(null, null);
      break;
  }
}, killGuarded);

function killGuarded(): void {
  for (const pid of guarded) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It has ended by itself.
    }
  }
}

/** Copies bytes both ways, until it is cut. */
function createProxy(target: Address): Proxy {
  let isCut = false;
  /** Both ends of every connection that carries frames. */
  const open = new Set<Socket>();
  /** Connections dialled while the link was cut: nobody reads them. */
  const held = new Set<Socket>();

  function carry(near: Socket): void {
    const far = connect({ host: target.host, port: target.port, noDelay: true });
    copy(near, far);
    copy(far, near);
  }

  function copy(from: Socket, to: Socket): void {
    open.add(from);
    from.on("data", (chunk) => to.write(chunk));
    from.on("error", () => from.destroy());
    from.on("close", () => {
      open.delete(from);
      to.destroySoon();
    });
  }

  const server = createServer({ noDelay: true, pauseOnConnect: true }, (near) => {
    if (isCut) {
      held.add(near);
      near.on("error", () => near.destroy());
      near.on("close", () => held.delete(near));
      return;
    }
    carry(near);
    near.resume();
  });

  return {
    server,
    cut() {
      isCut = true;
      for (const socket of open) socket.pause();
    },
    join() {
      isCut = false;
      // What was said on these was said into a cut; whoever still waits dials again.
      for (const socket of held) socket.destroy();
      for (const socket of open) socket.resume();
    },
  };
}
