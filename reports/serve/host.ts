import { isIP } from "node:net";

/**
 * Whether a request with this `Host` was meant for us. A name that leads here but is not ours is what
 * DNS rebinding uses: a foreign page whose name was made to point at this machine.
 *
 * Allowed are the names of the loopback and the address that the server is bound to; bound to all
 * addresses, any address, as an address cannot be rebound. The port is not looked at: a tunnel may
 * have another one.
 */
export function isAllowedHost(header: string | undefined, bound: string): boolean {
  const name = hostName(header ?? "");
  if (name === null) return false;
  if (["localhost", "127.0.0.1", "::1"].includes(name)) return true;
  if (name === bound.toLowerCase()) return true;
  return (bound === "0.0.0.0" || bound === "::") && isIP(name) !== 0;
}

/**
 * Whether a page of somebody else asks behind its reader's back, as browsers say. It could not read the
 * answer, but keep us busy; that a link leads here is fine.
 */
export function isForeign(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): boolean {
  const site = headers["sec-fetch-site"];
  if (site === undefined || site === "same-origin" || site === "none") return false;
  return headers["sec-fetch-mode"] !== "navigate" || headers["sec-fetch-dest"] !== "document";
}

/** Loopback: nobody outside of this machine can ask. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);
}

/** Without port and brackets, in small letters. */
function hostName(header: string): string | null {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]@/\s]+))(?::\d{1,5})?$/.exec(header);
  return match === null ? null : (match[1] ?? match[2] ?? "").toLowerCase();
}
