import type { HistoryReader, ReadSummary } from "../formats/sink.ts";
import type { Random } from "./random.ts";

/** Gives a reader a text or bytes, cut at random places if it may. */
export function readInChunks(
  reader: HistoryReader,
  content: string | Uint8Array,
  random?: Random,
): ReadSummary {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  let from = 0;
  while (from < bytes.length) {
    const size =
      random === undefined ? bytes.length : 1 + random.below(random.chance(0.5) ? 9 : 999);
    // A copy that is wiped afterwards: readers keep nothing of a chunk.
    const chunk = bytes.slice(from, from + size);
    reader.push(chunk);
    chunk.fill(0);
    from += size;
  }
  return reader.end();
}
