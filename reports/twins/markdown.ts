import type {
  BlockContent,
  DefinitionContent,
  PhrasingContent,
  RootContent,
  TableCell,
} from "mdast";
import { gfmTableToMarkdown } from "mdast-util-gfm-table";
import { toMarkdown } from "mdast-util-to-markdown";

// The few pieces of Markdown that the twins are made of. What came from a history goes through `text`
// or `code`, and the library escapes it.

export type Block = BlockContent | DefinitionContent;

/** Text that can neither format, link, nor notify anybody: a joiner parts `@` and `#` from what follows. */
export function text(value: string): PhrasingContent {
  return { type: "text", value: printable(value).replace(/([@#])(?=\w)/g, "$1\u2060") };
}

export function code(value: string): PhrasingContent {
  return { type: "inlineCode", value: printable(value).replace(/`/g, "'") || " " };
}

export function strong(value: string): PhrasingContent {
  return { type: "strong", children: [text(value)] };
}

export function heading(depth: 1 | 2 | 3, ...children: PhrasingContent[]): Block {
  return { type: "heading", depth, children };
}

export function paragraph(...children: PhrasingContent[]): Block {
  return { type: "paragraph", children };
}

export function quote(...children: PhrasingContent[]): Block {
  return { type: "blockquote", children: [paragraph(...children)] };
}

export function shell(command: string): Block {
  return { type: "code", lang: "sh", value: command };
}

/** Lines as they were written, without what a terminal or a browser would obey. */
export function verbatim(lines: string): Block {
  return { type: "code", value: lines.split("\n").map(printable).join("\n") };
}

export function list(items: readonly (readonly PhrasingContent[])[]): Block {
  return {
    type: "list",
    spread: false,
    children: items.map((children) => ({
      type: "listItem",
      spread: false,
      children: [paragraph(...children)],
    })),
  };
}

/** The first row is the head. */
export function table(rows: readonly (readonly PhrasingContent[])[]): Block {
  const cell = (content: PhrasingContent): TableCell => ({
    type: "tableCell",
    children: [content],
  });
  return {
    type: "table",
    children: rows.map((row) => ({ type: "tableRow", children: row.map(cell) })),
  };
}

/**
 * The sections in order, within `bytesMax` bytes of UTF-8: from the first section on that has no room,
 * `leftOut` stands in place of the rest. The first section is kept whatever it takes.
 */
export function compose(
  sections: readonly (readonly Block[])[],
  { bytesMax, leftOut }: { readonly bytesMax: number; readonly leftOut: string },
): string {
  const rest = format([paragraph(text(leftOut))]);
  const written: string[] = [];
  let room = bytesMax - Buffer.byteLength(rest) - 1;
  for (const [position, section] of sections.entries()) {
    const markdown = format(section);
    room -= Buffer.byteLength(markdown) + 1;
    if (room < 0 && position > 0) return [...written, rest].join("\n");
    written.push(markdown);
  }
  return written.join("\n");
}

function format(blocks: readonly RootContent[]): string {
  const root = { type: "root" as const, children: [...blocks] };
  // Cells are not padded: one long value would widen every row.
  const tables = gfmTableToMarkdown({ tableCellPadding: true, tablePipeAlign: false });
  return toMarkdown(root, { bullet: "-", fences: true, rule: "-", extensions: [tables] });
}

/** Line ends and control characters have no place in a line of a table. */
function printable(value: string): string {
  return value.replace(/[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu, " ");
}
