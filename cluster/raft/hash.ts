import type { Json } from "../env/env.ts";

/**
 * A hash of a text (MurmurHash3's mixing over UTF-16 units), for comparing traces only. It has 31 bits:
 * what fits in a small integer costs the engine no object.
 */
export function hashText(text: string, seed: number): number {
  let hash = seed ^ text.length;
  for (let at = 0; at < text.length; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0xcc9e2d51);
    hash = (hash << 13) | (hash >>> 19);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 1;
}

/** The same for a JSON value: equal values have equal hashes, if their fields stand in one order. */
export function hashJson(value: Json, seed: number): number {
  if (typeof value !== "object" || value === null) return hashText(String(value), seed);
  let hash = seed;
  const fields = value as { readonly [key: string]: Json | undefined };
  for (const key in fields) {
    const field = fields[key];
    if (field !== undefined) hash = hashJson(field, hashText(key, hash));
  }
  // An end of its own: else fields of an inner object would be those of the outer one.
  return hashText("", hash);
}
