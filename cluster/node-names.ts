import type { NodeName } from "./env/env.ts";

/** `n1`, `n2`, ... */
export function nodeNames(count: number): NodeName[] {
  return Array.from({ length: count }, (_, at) => `n${at + 1}`);
}
