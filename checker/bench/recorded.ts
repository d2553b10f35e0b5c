import type { Operations } from "../operations.ts";

export function readRecorded(_bytes: Uint8Array, file: string): Operations {
  throw new Error(`no reader for ${file}`);
}
