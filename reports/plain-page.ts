import { formatKey, formatMoment, withClients } from "./describe.ts";
import type { Focus } from "./focus.ts";
import { escapeHtml } from "./html.ts";
import type { ViewModel } from "./view-model.ts";

/**
 * What a browser without scripts shows below the verdict: the operations that contradict each other,
 * the checks, and how to repeat the run. HTML, escaped.
 */
export function plainPage({ focuses, result }: ViewModel): string {
  const [first, ...more] = focuses;
  const reasons = [...result.vacuous, ...result.environment];
  return [
    first === undefined ? "" : anomaly(first),
    more.length === 0 ? "" : `<p>${more.length} more: see <code>report.md</code>.</p>`,
    reasons.length === 0 ? "" : `<ul>${reasons.map(item).join("")}</ul>`,
    "<h2>Checks</h2>",
    `<ul>${result.checks.map((check) => item(`${check.checker}: ${check.verdict}. ${withClients(check.summary)}`)).join("")}</ul>`,
    "<h2>Repeat this run</h2>",
    `<pre><code>${escapeHtml(result.repeat)}</code></pre>`,
    "<p>Timeline, logs and plots are drawn by a script, and scripts are switched off.</p>",
  ].join("\n");
}

function anomaly(focus: Focus): string {
  const rows = focus.operations.map((operation) => {
    const { call, return: returned } = operation;
    const cells = [
      `#${operation.index}`,
      `client ${operation.process}`,
      operation.node ?? "",
      formatMoment(call, 3),
      returned === null ? "never" : formatMoment(returned, 3),
      operation.asked,
      operation.answered,
      operation.label,
    ];
    return `<tr>${cells.map((cell) => `<td>${escapeHtml(cell)}</td>`).join("")}</tr>`;
  });
  const heads = ["Operation", "Client", "Node", "Asked", "Answered", "Call", "Answer", "Part"];
  const head = heads.map((name) => `<th scope="col">${name}</th>`).join("");
  const key = focus.key === null ? "" : ` on <code>${escapeHtml(formatKey(focus.key))}</code>`;
  return [
    `<h2>${escapeHtml(focus.title)}${key}</h2>`,
    `<p>${escapeHtml(focus.meaning)}</p>`,
    expectation("Not known", focus.gap),
    expectation("Expected", focus.expected) + expectation("Observed", focus.observed),
    rows.length === 0
      ? ""
      : `<div class="scroll"><table><thead><tr>${head}</tr></thead><tbody>${rows.join("\n")}</tbody></table></div>`,
  ].join("\n");
}

function expectation(name: string, text: string | null): string {
  return text === null ? "" : `<p><b>${name}:</b> ${escapeHtml(text)}</p>`;
}

function item(text: string): string {
  return `<li>${escapeHtml(text)}</li>`;
}
