import type { VNode } from "preact";
import { formatCount, formatMoment, formatValue, withClients } from "../describe.ts";
import type { CheckerResult, FaultResult, RunResult } from "../result.ts";
import type { ViewModel } from "../view-model.ts";
import { CopyButton } from "./copy-button.tsx";

// The parts of the page that are only read.

const meanings = {
  vacuous:
    "No anomaly was found, but the run did too little to prove that there is none. " +
    "It counts neither for nor against the subject.",
  unknown:
    "The checks could not decide. That is not a finding about the subject, " +
    "and not a clean bill either.",
};

/** Why a run says nothing about the subject: the first thing to know of such a page. */
export function NothingClaimed({ result }: { result: RunResult }): VNode | null {
  if (result.verdict !== "vacuous" && result.verdict !== "unknown") return null;
  const undecided = result.checks
    .filter(({ verdict }) => verdict === "unknown")
    .map(({ checker, summary }) => `${checker}: ${withClients(summary)}`);
  const isVacuous = result.verdict === "vacuous";
  const reasons = isVacuous ? result.vacuous : undecided;
  return (
    <section id="nothing" aria-labelledby="nothing-title">
      <h2 id="nothing-title">Why nothing is claimed</h2>
      <p class="meaning">{isVacuous ? meanings.vacuous : meanings.unknown}</p>
      <ul>
        {[...reasons, ...result.environment].map((reason) => (
          <li key={reason}>{reason}</li>
        ))}
      </ul>
    </section>
  );
}

export function Faults({ view }: { view: ViewModel }): VNode {
  const { faults, skippedFaults } = view.result;
  return (
    <section id="faults" aria-labelledby="faults-title">
      <h2 id="faults-title">Faults and their evidence</h2>
      {faults.length === 0 && <p class="hint">No fault was scheduled.</p>}
      {skippedFaults.length > 0 && (
        <p>
          <b>Left out</b>, because the driver cannot do them: {skippedFaults.join(", ")}.
        </p>
      )}
      {faults.length > 0 && (
        <div class="scroll">
          <table>
            <thead>
              <tr>
                <th>Fault</th>
                <th>Targets</th>
                <th class="number">From</th>
                <th class="number">To</th>
                <th class="number">Operations</th>
                <th>Took effect</th>
                <th>What the probes saw</th>
              </tr>
            </thead>
            <tbody>
              {faults.map((fault) => (
                <FaultRow key={fault.id} fault={fault} met={view.operationsDuring[fault.id]} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function FaultRow({ fault, met }: { fault: FaultResult; met: number | undefined }) {
  const from = fault.injectedAt;
  const shape = fault.detail["shape"];
  const effect = { true: "✓ yes", false: "✕ no", null: "not judged" }[`${fault.effective}`];
  return (
    <tr class={fault.skipped === null ? undefined : "skipped"}>
      <th scope="row">
        <i class={`swatch fault ${fault.fault}`} /> {fault.id}
        {typeof shape === "string" && <small> {shape}</small>}
      </th>
      <td data-label="Targets">{fault.targets.join(" ") || "–"}</td>
      <td class="number" data-label="From">
        {from === null ? "–" : formatMoment(from)}
      </td>
      <td class="number" data-label="To">
        {fault.healedAt === null ? "–" : formatMoment(fault.healedAt)}
      </td>
      <td class="number" data-label="Operations">
        {met === undefined ? "–" : formatCount(met)}
      </td>
      <td data-label="Took effect">{fault.skipped === null ? effect : "skipped"}</td>
      <td data-label="What the probes saw">{fault.skipped ?? fault.evidence}</td>
    </tr>
  );
}

export function Repeat({ command }: { command: string }): VNode {
  return (
    <section id="repeat" aria-labelledby="repeat-title">
      <h2 id="repeat-title">Repeat this run</h2>
      <div class="command">
        <pre>
          <code>{command}</code>
        </pre>
        <CopyButton text={() => command}>Copy</CopyButton>
      </div>
    </section>
  );
}

export function Checks({ checks }: { checks: readonly CheckerResult[] }): VNode {
  return (
    <section id="checks" aria-labelledby="checks-title">
      <h2 id="checks-title">Checks</h2>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th>Check</th>
              <th>Verdict</th>
              <th>Summary</th>
              <th>Figures</th>
              <th class="number">Took</th>
            </tr>
          </thead>
          <tbody>
            {checks.map((check) => (
              <tr key={check.checker}>
                <th scope="row">{check.checker}</th>
                <td>
                  <span class={`chip ${check.verdict}`}>{check.verdict}</span>
                </td>
                <td>{withClients(check.summary)}</td>
                <td class="figures">{figures(check.stats)}</td>
                <td class="number">{formatCount(Math.round(check.tookMs))} ms</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function figures(stats: CheckerResult["stats"]): string {
  // What led to a violation stands beside the violation.
  const entries = Object.entries(stats ?? {}).filter(([name]) => name !== "context");
  return entries.map(([name, value]) => `${name} ${formatValue(value)}`).join(" · ") || "–";
}

export function Environment({ result }: { result: RunResult }): VNode {
  const facts: [string, string][] = [
    ["run", result.run],
    ["arrivals dropped", formatCount(result.droppedArrivals)],
    ...Object.entries(result.provenance),
  ];
  return (
    <section id="environment" aria-labelledby="environment-title">
      <h2 id="environment-title">Environment</h2>
      {result.interrupted && <p>The run was interrupted before its end.</p>}
      {result.environment.length > 0 && (
        <ul class="troubles">
          {result.environment.map((trouble) => (
            <li key={trouble}>{trouble}</li>
          ))}
        </ul>
      )}
      <dl class="facts-grid">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
