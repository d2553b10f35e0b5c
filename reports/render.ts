import { deflateRawSync } from "node:zlib";
import { bundlePage } from "./bundle.ts";
import { packTable } from "./columns.ts";
import { formatCount } from "./describe.ts";
import { embedJson, escapeHtml } from "./html.ts";
import type { RunFiles, RunResult } from "./result.ts";
import { verdictMarks } from "./verdict-mark.ts";
import { type ViewModel, viewModel } from "./view-model.ts";

/**
 * The page of a run: one HTML file that needs nothing but a browser.
 *
 * The verdict stands in the markup, so that it is there at first paint and without a script; the
 * rest is drawn by the page from one block of JSON, in which the operations are deflated.
 */
export async function renderReport(
  files: RunFiles,
  view: ViewModel = viewModel(files),
): Promise<string> {
  const { script, styles } = await bundlePage();
  const packed = deflateRawSync(packTable(files.table)).toString("base64");
  const { result } = files;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(`${result.verdict}: ${result.workload} (seed ${result.seed})`)}</title>
<link rel="icon" href="data:,">
<style>${styles}</style>
</head>
<body>
${header(result)}
<div id="page"><noscript>The rest of this page is drawn by a script.</noscript></div>
<script type="application/json" id="data">${embedJson(view)}</script>
<script type="application/octet-stream" data-part="operations">${packed}</script>
<script type="module">${script}</script>
</body>
</html>
`;
}

function header(result: RunResult): string {
  const { ok, fail, info } = result.operations;
  const facts = [
    `workload ${result.workload}`,
    `subject ${result.subject}${result.bug === null ? "" : ` with planted bug ${result.bug}`}`,
    `${result.nodes.length} nodes, ${result.driver}`,
    `seed ${result.seed}`,
    `${formatCount(ok + fail + info)} operations in ${(result.durationMs / 1000).toFixed(1)} s`,
    result.startedAt.replace("T", " ").replace(/\.\d+Z$/, " UTC"),
  ];
  const mark = `<span class="mark" aria-hidden="true">${verdictMarks[result.verdict]}</span>`;
  return `<header class="verdict ${result.verdict}">
<p class="badge">${mark} ${result.verdict}</p>
<h1>${escapeHtml(result.sentence)}</h1>
<ul class="facts">${facts.map((fact) => `<li>${escapeHtml(fact)}</li>`).join("")}</ul>
</header>`;
}
