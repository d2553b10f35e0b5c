import { promisify } from "node:util";
import { deflateRaw } from "node:zlib";
import { packTable } from "./columns.ts";
import { escapeHtml } from "./html.ts";
import { insideOf, packInside } from "./inside.ts";
import type { RunFiles } from "./result.ts";

const compress = promisify(deflateRaw);

/** What a page embeds beside its small JSON, by name: bytes, or text as UTF-8. */
export type Parts = Readonly<Record<string, Uint8Array | string>>;

/** Everything large of a run: what the page asks for by `part(name)` after it has been drawn. */
export function partsOf(files: RunFiles): Parts {
  return {
    operations: packTable(files.table),
    inside: packInside(insideOf(files)),
    logs: JSON.stringify(files.logs),
  };
}

/**
 * The parts as elements that a browser neither runs nor draws: deflated, base64. `data-bytes` is the
 * length of a part once inflated.
 */
export async function embedParts(parts: Parts): Promise<string> {
  const elements = Object.entries(parts).map(async ([name, content]) => {
    const bytes = typeof content === "string" ? Buffer.from(content) : content;
    const packed = await compress(bytes);
    const attributes = `data-part="${escapeHtml(name)}" data-bytes="${bytes.length}"`;
    return `<script type="application/octet-stream" ${attributes}>${packed.toString("base64")}</script>`;
  });
  return (await Promise.all(elements)).join("\n");
}
