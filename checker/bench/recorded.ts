import { formats } from "../formats.ts";
import type { Operations } from "../operations.ts";
import { OperationsBuilder } from "../operations-builder.ts";

/** A recorded history: Jepsen's log, or Porcupine's text of a key-value store. */
export function readRecorded(bytes: Uint8Array, file: string): Operations {
  const format = formats[file.endsWith(".log") ? "jepsen-log" : "kv"];
  if (format === undefined) throw new RangeError(`no format for ${file}`);
  const builder = new OperationsBuilder();
  const reader = format.open(builder);
  reader.push(bytes);
  reader.end();
  return builder.finish();
}
