/**
 * Distributions for the hot path. Only sums and products of integers in doubles, which every
 * machine rounds alike; the bias of less than one in a million matters to nobody here.
 */
import type { Rng } from "../env/rng.ts";

/** An integer in `0..span-1`, for spans up to 2^32. */
export function below(rng: Rng, span: number): number {
  return Math.floor((rng.uint32() * span) / 0x1_0000_0000);
}

/** An integer in `min..max`, bounds included. */
export function between(rng: Rng, min: number, max: number): number {
  return min + below(rng, max - min + 1);
}

/** True in so many of a thousand cases. */
export function isDrawn(rng: Rng, permille: number): boolean {
  return permille > 0 && below(rng, 1000) < permille;
}
