import { formatCount, formatMoment, plural, withClients } from "../describe.ts";
import type { Evidence } from "../evidence.ts";
import type { Focus } from "../focus.ts";
import { type LastWords, lastWords } from "../last-words.ts";
import type { FaultResult, RunResult } from "../result.ts";
import { verdictMarks } from "../verdict-mark.ts";
import type { ViewModel } from "../view-model.ts";
import {
  type Block,
  code,
  compose,
  heading,
  list,
  paragraph,
  quote,
  shell,
  strong,
  table,
  text,
  verbatim,
} from "./markdown.ts";

/** Under the 65,536 characters of a comment on GitHub, with room for a line around it. */
const bytesMax = 60_000;
const wordsMax = 400;
const faultsMax = 40;
const operationsMax = 12;
const anomaliesMax = 5;
const gapsMax = 10;

/** `report.md`: the page of a run in at most 60 kB of Markdown, for chats and pull requests. */
export function formatRunMarkdown(
  result: RunResult,
  { focuses, evidence }: Pick<ViewModel, "focuses" | "evidence">,
): string {
  const groups = alike(focuses);
  const shown = groups.slice(0, anomaliesMax);
  const left = groups.slice(anomaliesMax).flat().length;
  const sections = [
    [
      ...verdict(result),
      ...gaps(evidence),
      heading(2, text("Repeat")),
      shell(oneLine(result.repeat)),
    ],
    ...shown.map(anomaly),
    left > 0
      ? [paragraph(text(`${plural(left, "more anomaly", "more anomalies")}: see report.html.`))]
      : [],
    ...lastWords(result.checks).map(logEnd),
    checks(result),
    faults(result),
    environment(result),
  ];
  return compose(
    sections.filter((section) => section.length > 0),
    { bytesMax, leftOut: "The rest had no room here: see report.html." },
  );
}

function verdict(result: RunResult): Block[] {
  const { ok, fail, info } = result.operations;
  const planted = result.bug === null ? "" : ` with planted bug ${result.bug}`;
  const facts = [
    `${result.subject}${planted}`,
    `${plural(result.nodes.length, "node")} on ${result.driver}`,
    `seed ${result.seed}`,
    `${formatCount(ok + fail + info)} operations in ${(result.durationMs / 1000).toFixed(1)} s`,
    result.startedAt,
  ];
  const reasons = [...result.vacuous, ...result.environment];
  return [
    heading(
      1,
      text(`${verdictMarks[result.verdict]} ${result.verdict}: `),
      code(short(result.workload)),
    ),
    quote(text(short(result.sentence, 1200))),
    paragraph(text(facts.join(" · "))),
    ...(reasons.length === 0
      ? []
      : [list(reasons.slice(0, 10).map((reason) => [text(short(reason))]))]),
  ];
}

/** Under the verdict: whoever reads on must know from how little it is told. */
function gaps({ history, inside }: Evidence): Block[] {
  const all = [...(history === null ? [] : [history]), ...inside];
  if (all.length === 0) return [];
  const shown = all.slice(0, gapsMax);
  const more = all.length - shown.length;
  const rest = more === 0 ? [] : [`and ${formatCount(more)} more: see report.html`];
  return [
    paragraph(strong("Evidence that is missing")),
    list([...shown, ...rest].map((gap) => [text(short(gap))])),
  ];
}

type Alike = readonly [Focus, ...Focus[]];

/** What broke one promise of Raft again and again is one group, at the place of its first. */
function alike(focuses: readonly Focus[]): Alike[] {
  const groups = new Map<unknown, [Focus, ...Focus[]]>();
  for (const focus of focuses) {
    const promise = focus.operation === null && focus.expected !== null;
    const key = promise ? JSON.stringify([focus.class, focus.expected]) : focus;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [focus]);
    else group.push(focus);
  }
  return [...groups.values()];
}

function anomaly([focus, ...again]: Alike): Block[] {
  const named = focus.operations.filter(({ part }) => part !== "context");
  const blocks = [
    heading(
      2,
      text(focus.title),
      ...(focus.key === null ? [] : [text(" on "), code(short(focus.key))]),
    ),
    paragraph(text(focus.meaning)),
    paragraph(text(short(focus.sentence, 1200))),
    ...(focus.gap === null ? [] : [paragraph(strong("Not known"), text(` ${short(focus.gap)}`))]),
  ];
  if (again.length > 0) {
    const last = again.at(-1)?.at ?? null;
    const until = last === null ? "" : `, the last at ${formatMoment(last, 3)}`;
    // Of very many a check keeps the first few only: its summary has the whole number.
    blocks.push(
      paragraph(text(`${formatCount(again.length)} more like it in report.html${until}.`)),
    );
  }
  if (focus.expected !== null || focus.observed !== null) {
    blocks.push(
      list([
        [strong("expected"), text(" "), code(short(focus.expected ?? "not stated"))],
        [strong("observed"), text(" "), code(short(focus.observed ?? "not stated"))],
      ]),
    );
  }
  if (named.length > 0) {
    const head = ["operation", "client", "node", "called", "returned", "asked", "answered"];
    blocks.push(
      table([
        head.map(text),
        ...named
          .slice(0, operationsMax)
          .map((operation) => [
            text(`${operation.part === "culprit" ? "◆ " : "◇ "}${operation.index}`),
            text(String(operation.process)),
            text(operation.node ?? "–"),
            text(formatMoment(operation.call, 3)),
            text(operation.return === null ? "never" : formatMoment(operation.return, 3)),
            code(short(operation.asked)),
            code(short(operation.answered)),
          ]),
      ]),
    );
    if (named.length > operationsMax) {
      blocks.push(paragraph(text(`and ${plural(named.length - operationsMax, "more operation")}`)));
    }
  }
  return blocks;
}

function logEnd({ node, lines }: LastWords): Block[] {
  const said = lines.length === 0 ? "nothing" : lines.map((line) => short(line)).join("\n");
  return [heading(2, text(`The last that ${node} logged`)), verbatim(said)];
}

function checks({ checks: all }: RunResult): Block[] {
  if (all.length === 0) return [];
  const rows = all.map(({ checker, verdict: one, summary }) => [
    text(checker),
    text(`${verdictMarks[one]} ${one}`),
    text(short(withClients(summary))),
  ]);
  return [heading(2, text("Checks")), table([["check", "verdict", "summary"].map(text), ...rows])];
}

function faults({ faults: all, skippedFaults }: RunResult): Block[] {
  const blocks: Block[] = [heading(2, text("Faults"))];
  if (skippedFaults.length > 0) {
    const names = skippedFaults.map((name) => short(name)).join(", ");
    blocks.push(paragraph(text(`Left out, because the driver cannot do them: ${names}.`)));
  }
  if (all.length === 0) return [...blocks, paragraph(text("None was scheduled."))];
  const head = ["fault", "targets", "from", "to", "took effect", "what the probes saw"].map(text);
  blocks.push(table([head, ...all.slice(0, faultsMax).map(faultRow)]));
  if (all.length > faultsMax) {
    blocks.push(paragraph(text(`and ${formatCount(all.length - faultsMax)} more`)));
  }
  return blocks;
}

function faultRow(fault: FaultResult) {
  const moment = (ns: number | null) => text(ns === null ? "–" : formatMoment(ns));
  const effect = { true: "✓ yes", false: "✕ no", null: "not judged" }[`${fault.effective}`];
  return [
    text(fault.id),
    text(short(fault.targets.join(" ")) || "–"),
    moment(fault.injectedAt),
    moment(fault.healedAt),
    text(fault.skipped === null ? effect : "skipped"),
    text(short(fault.skipped ?? fault.evidence)),
  ];
}

function environment({ run, provenance }: RunResult): Block[] {
  const facts = Object.entries({ run, ...provenance }).slice(0, 60);
  const rows = facts.map(([name, value]) => [text(short(name)), code(short(value))]);
  return [heading(2, text("Environment")), table([["fact", "value"].map(text), ...rows])];
}

function short(words: string, charactersMax = wordsMax): string {
  return words.length > charactersMax ? `${words.slice(0, charactersMax - 1)}…` : words;
}

function oneLine(command: string): string {
  return short(command.replace(/\p{Cc}+/gu, " "), 2000);
}
