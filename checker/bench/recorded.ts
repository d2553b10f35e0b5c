import { EdnReader } from "../formats/edn.ts";
import { JepsenLogReader } from "../formats/jepsen-log.ts";
import type { Operations } from "../operations.ts";
import { OperationsBuilder } from "../operations-builder.ts";

/** A recorded history: Jepsen's log, or Porcupine's text of a key-value store. */
export function readRecorded(bytes: Uint8Array, file: string): Operations {
  const builder = new OperationsBuilder();
  const isLog = file.endsWith(".log");
  const reader = isLog ? new JepsenLogReader(builder) : new EdnReader(builder);
  reader.push(bytes);
  reader.end();
  return builder.finish();
}
