import { bundlePage } from "./bundle.ts";
import { formatCount, formatValue, plural, printable } from "./describe.ts";
import { embedJson, escapeHtml } from "./html.ts";
import { embedParts, partsOf } from "./parts.ts";
import { plainPage } from "./plain-page.ts";
import type { RunFiles, RunResult } from "./result.ts";
import { verdictMarks } from "./verdict-mark.ts";
import { type ViewModel, viewModel } from "./view-model.ts";

/**
 * The page of a run: one HTML file that needs nothing but a browser.
 *
 * The verdict stands in the markup, so that it is there at first paint and without a script. What
 * the script draws first comes next, as JSON that anybody can read; everything large stands behind
 * the script, in parts that the browser's parser only passes over.
 */
export async function renderReport(
  files: RunFiles,
  view: ViewModel = viewModel(files),
): Promise<string> {
  const { script, styles } = await bundlePage();
  const { result } = files;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(titleOf(view))}</title>
<link rel="icon" href="data:,">
<style>${styles}</style>
</head>
<body>
${header(result, view)}
<div id="page"><noscript><main>${plainPage(view)}</main></noscript></div>
<script type="application/json" id="data">${embedJson(view)}</script>
<script>${script}</script>
${await embedParts(partsOf(files))}
</body>
</html>
`;
}

/** Tells tabs apart: `invalid: Stale read on k3 · kv-contended, seed 7`. */
function titleOf({ result, focuses: [first] }: ViewModel): string {
  const key = first?.key === null || first === undefined ? "" : ` on ${formatValue(first.key)}`;
  const anomaly = first === undefined ? "" : `: ${first.title}${key}`;
  return printable(`${result.verdict}${anomaly} · ${result.workload}, seed ${result.seed}`);
}

/** Of an anomaly the first clause says what decides; what follows is told below it. */
function headline({ verdict, sentence }: RunResult): string {
  const text = printable(sentence);
  const end = verdict === "invalid" ? text.indexOf("; ") : -1;
  if (end < 0) return escapeHtml(text);
  const rest = escapeHtml(text.slice(end + 2));
  return `${escapeHtml(text.slice(0, end))}<span class="rest"><i>; </i>${rest}</span>`;
}

function header(result: RunResult, { evidence }: ViewModel): string {
  const { ok, fail, info } = result.operations;
  const facts = [
    `workload ${result.workload}`,
    `subject ${result.subject}${result.bug === null ? "" : ` with planted bug ${result.bug}`}`,
    `${plural(result.nodes.length, "node")}, ${result.driver}`,
    `seed ${result.seed}`,
    `${formatCount(ok + fail + info)} operations in ${(result.durationMs / 1000).toFixed(1)} s`,
    result.startedAt.replace("T", " ").replace(/\.\d+Z$/, " UTC"),
  ];
  const mark = `<span class="mark" aria-hidden="true">${verdictMarks[result.verdict]}</span>`;
  return `<header class="verdict ${result.verdict}">
<p class="badge">${mark} ${result.verdict}</p>
<h1>${headline(result)}</h1>
<ul class="facts">${facts.map((fact) => `<li>${escapeHtml(fact)}</li>`).join("")}</ul>${evidence.history === null ? "" : `\n<p class="incomplete">${escapeHtml(evidence.history)}</p>`}
</header>`;
}
