import type { Link } from "../control.ts";
import type { Address } from "../env/launch.ts";

/** One proxied direction: what connects to its address reaches `target`. */
export type LinkTarget = Link & { readonly target: Address };

export type LinkProxyCommand =
  | { readonly kind: "start"; readonly links: readonly LinkTarget[] }
  | { readonly kind: "cut" | "join"; readonly links: readonly Link[] }
  | { readonly kind: "guard"; readonly pids: readonly number[] };

/** The name of a direction among the proxy's servers. */
export function linkName({ from, to }: Link): string {
  return `${from}>${to}`;
}
