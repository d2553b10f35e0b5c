import { createHash } from "node:crypto";
import { deflateRawSync } from "node:zlib";
import { bundlePage, ofMany } from "../bundle.ts";
import { embedJson, escapeHtml } from "../html.ts";
import type { ManyData } from "./page-data.ts";

export type ManyPage = {
  readonly html: string;
  /** Sources of its scripts for a Content-Security-Policy: `'sha256-...'`. */
  readonly scriptHashes: readonly string[];
};

/**
 * A page about many runs in one file. `header` is HTML that is escaped already: it is there at first
 * paint and without a script.
 */
export async function renderMany(page: {
  readonly title: string;
  readonly header: string;
  readonly data: ManyData;
}): Promise<ManyPage> {
  const { script, styles } = await bundlePage(ofMany);
  const packed = deflateRawSync(JSON.stringify(page.data)).toString("base64");
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(page.title)}</title>
<link rel="icon" href="data:,">
<style>${styles}</style>
</head>
<body>
<div id="head">${page.header}</div>
<div id="page"><noscript>The rest of this page is drawn by a script.</noscript></div>
<script type="application/json" id="data">${embedJson({ packed })}</script>
<script type="module">${script}</script>
</body>
</html>
`;
  const hash = createHash("sha256").update(script).digest("base64");
  return { html, scriptHashes: [`'sha256-${hash}'`] };
}
