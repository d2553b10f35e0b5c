import {
  type Document,
  type ErrorCode,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
} from "yaml";
import type { Problem } from "./errors.ts";

/** Where in a document: keys and list positions from the root. */
export type Path = readonly (string | number)[];

/** A YAML file as a value that remembers where each part of it was written. */
export type YamlSource = {
  readonly value: unknown;
  /** Syntax errors and duplicate keys; the value is usable only when there are none. */
  readonly problems: readonly Problem[];
  /** A problem at the value under `path`, or at its key; at the nearest parent that exists. */
  problemAt(path: Path, message: string, at?: "key" | "value"): Problem;
};

export function parseYamlSource(file: string, text: string): YamlSource {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });

  function problem(offset: number, message: string): Problem {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(1, line), column: Math.max(1, col), message };
  }

  function offsetOf(path: Path, at: "key" | "value"): number {
    let node: unknown = document.contents;
    let offset = rangeStart(node);
    for (const [depth, step] of path.entries()) {
      if (isAlias(node)) node = node.resolve(document);
      if (isMap(node)) {
        const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === step);
        if (pair === undefined) return offset;
        const isLast = depth === path.length - 1;
        const hasText = isNode(pair.value) && !isEmptyScalar(pair.value);
        offset = rangeStart(hasText && !(isLast && at === "key") ? pair.value : pair.key);
        node = pair.value;
      } else if (isSeq(node)) {
        node = node.items[Number(step)];
        offset = isNode(node) ? rangeStart(node) : offset;
      } else {
        return offset;
      }
    }
    return offset;
  }

  const problems = document.errors.map(({ code, pos, message }) =>
    problem(pos[0], messageOf(code, text, pos[0]) ?? message),
  );
  let value: unknown;
  try {
    if (problems.length === 0) value = document.toJS();
  } catch (error) {
    // Aliases without an anchor, and aliases of aliases that would fill the memory.
    const reason = error instanceof Error ? error.message : String(error);
    problems.push(
      problem(firstAlias(document), `expected aliases that can be resolved: ${reason}`),
    );
  }
  return {
    value,
    problems,
    problemAt: (path, message, at = "value") => problem(offsetOf(path, at), message),
  };
}

function firstAlias(document: Document): number {
  let offset = 0;
  visit(document, {
    Alias: (_key, node) => {
      offset = rangeStart(node);
      return visit.BREAK;
    },
  });
  return offset;
}

function rangeStart(node: unknown): number {
  return isNode(node) ? (node.range?.[0] ?? 0) : 0;
}

/** `key:` with nothing after it: its place is the end of the line, its key tells more. */
function isEmptyScalar(node: unknown): boolean {
  return isScalar(node) && node.value === null && (node.source ?? "") === "";
}

/** Our own words where the parser's speak of its API. */
function messageOf(code: ErrorCode, text: string, offset: number): string | null {
  if (code === "MULTIPLE_DOCS") return "expected one document in the file, got another after ---";
  return code === "DUPLICATE_KEY" ? duplicateKeyMessage(text, offset) : null;
}

function duplicateKeyMessage(text: string, offset: number): string {
  const key = /^[^\s:,{}]+/.exec(text.slice(offset))?.[0] ?? "";
  return `${key}: expected each key once in a mapping, got it a second time`;
}
