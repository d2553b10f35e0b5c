/** The overview shows the whole run from edge to edge. */
export type Scale = { readonly width: number; readonly endNs: number };

export function toX(ns: number, { width, endNs }: Scale): number {
  return (ns / endNs) * width;
}

export function toTime(x: number, { width, endNs }: Scale): number {
  return (x / width) * endNs;
}
