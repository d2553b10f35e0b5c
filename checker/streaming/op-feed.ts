import { HistoryError } from "../errors.ts";
import type { Op } from "../history.ts";
import { canonicalJson } from "../json.ts";
import { outcomeOf, refuseForeignFields, refuseForeignValue } from "../pairing.ts";
import { isVersioned } from "../value-form.ts";
import type { HistoryStream } from "./stream.ts";
import type { StreamOperation, Token } from "./stream-operation.ts";

/**
 * Hands the lines of a growing history to a stream, in journal order. Throws `HistoryError` for lines that
 * no single-threaded clients could have recorded, as `pairOperations` does.
 */
export class OpFeed {
  readonly #stream: HistoryStream;
  readonly #underWay = new Map<number, StreamOperation>();
  readonly #retired = new Set<number>();
  #count = 0;

  constructor(stream: HistoryStream) {
    this.#stream = stream;
  }

  push(op: Op): void {
    const { index, process, type, f, key } = op;
    if (index !== this.#count) fail(op, `expected index ${this.#count}, got ${index}`);
    this.#count++;
    refuseForeignFields(op);
    if (process === "nemesis") return;
    if (this.#retired.has(process)) fail(op, `process ${process} acts after its info`);
    refuseForeignValue(op);
    const pending = this.#underWay.get(process);
    if (type === "invoke") {
      if (pending !== undefined) {
        fail(op, `process ${process} invokes while op ${pending.index} is pending`);
      }
      const { token, version } = toToken(op.value);
      const partition = this.#stream.partitionOf(key);
      const operation = this.#stream.call(partition, index, index, process, f, key, token, version);
      this.#underWay.set(process, operation);
      return;
    }
    if (pending === undefined) fail(op, `process ${process} completes what it never invoked`);
    if (pending.f !== f) fail(op, `completes "${f}", but op ${pending.index} invoked another f`);
    if (key !== undefined && key !== pending.key) {
      fail(op, `completes key ${key}, but op ${pending.index} has another key`);
    }
    this.#underWay.delete(process);
    if (type === "info") this.#retired.add(process);
    const { token, version } = toToken(type === "ok" ? op.value : undefined);
    this.#stream.end(index, pending, outcomeOf(op) ?? "leftOut", token, version, op.error);
  }
}

/** A JSON value as streams know it. */
export function toToken(value: unknown): { token: Token | undefined; version: number } {
  if (value === undefined) return { token: undefined, version: -1 };
  if (!isVersioned(value)) return { token: canonicalJson(value), version: -1 };
  return { token: canonicalJson(value.value), version: value.version };
}

function fail(op: Op, message: string): never {
  throw new HistoryError(`op ${op.index}: ${message}`, { index: op.index });
}
