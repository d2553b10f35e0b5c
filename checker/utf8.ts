import { HistoryError } from "./errors.ts";

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * The text of bytes. Throws `HistoryError` for what is no UTF-8: to put a replacement there would make different
 * keys or values the same.
 */
export function textOfUtf8(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    throw new HistoryError("expected UTF-8, got bytes that are none", {}, { cause });
  }
}
