import type { Op } from "../history.ts";
import { isObject } from "../json.ts";

/** A keyword that every reader of EDN takes. */
const keywordPattern = /^[A-Za-z_*!?+-][\w*!?+.-]*$/;

/**
 * One op as a line of Jepsen's history.edn, without line end: what Knossos reads, and `EdnReader`.
 *
 * A key becomes part of the value, `[key value]`, as `jepsen.independent` has it. Every other field keeps its
 * name, `error` of an `info` or `fail` too.
 */
export function formatEdnOp({ key, ...op }: Op): string {
  const value = key === undefined ? op.value : [key, op.value];
  return formatFields({ ...op, ...(value === undefined ? {} : { value }) });
}

/**
 * Turns the ops of an append list, in their order, into transactions of one operation each, which Elle's
 * list-append takes: `[[:append key element]]`, `[[:r key list]]`.
 */
export class ElleTransactions {
  readonly #invocations = new Map<Op["process"], Op>();

  format({ key = "", f, value, ...op }: Op): string {
    if (op.process === "nemesis") return formatFields({ ...op, f, value });
    const invocation = this.#invocations.get(op.process);
    if (op.type === "invoke") this.#invocations.set(op.process, { ...op, f, value });
    // Elle wants the element again where an append ends, and no list before a read has ended well.
    const isRead = f === "read";
    const seen = op.type === "ok" ? (value ?? []) : null;
    const element = op.type === "invoke" ? value : invocation?.value;
    const micro = [new Keyword(isRead ? "r" : f), key, isRead ? seen : element];
    return formatFields({ ...op, f: "txn", value: [micro] });
  }
}

class Keyword {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

const keywordFields: ReadonlySet<string> = new Set(["type", "f"]);

function formatFields(op: Readonly<Record<string, unknown>>): string {
  const fields = Object.entries(op).map(([name, field]) => {
    const isKeyword = keywordFields.has(name) || (name === "process" && field === "nemesis");
    return `${formatKey(name)} ${isKeyword ? formatKey(String(field)) : formatEdn(field)}`;
  });
  return `{${fields.join(", ")}}`;
}

/** A JSON value as EDN; `undefined` is nil. */
function formatEdn(value: unknown): string {
  if (value === null || value === undefined) return "nil";
  if (value instanceof Keyword) return `:${value.name}`;
  if (Array.isArray(value)) return `[${value.map(formatEdn).join(" ")}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const fields = Object.entries(value).map(
    ([name, field]) => `${formatKey(name)} ${formatEdn(field)}`,
  );
  return `{${fields.join(", ")}}`;
}

function formatKey(name: string): string {
  return keywordPattern.test(name) ? `:${name}` : JSON.stringify(name);
}
