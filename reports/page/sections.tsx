import type { VNode } from "preact";
import { formatCount, formatMoment, plural, withClients } from "../describe.ts";
import type { CheckerResult, FaultResult, RunResult } from "../result.ts";
import type { ViewModel } from "../view-model.ts";
import { CopyButton } from "./copy-button.tsx";
import { Figures } from "./figures.tsx";

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
  const { faults, skippedFaults, environment } = view.result;
  const injected = faults.filter(({ skipped }) => skipped === null);
  const skipped = faults.filter((fault) => fault.skipped !== null);
  return (
    <section id="faults" aria-labelledby="faults-title">
      <h2 id="faults-title">Faults and their evidence</h2>
      {faults.length === 0 && <p class="hint">No fault was injected.</p>}
      {skippedFaults.length > 0 && (
        <p>
          <b>Left out</b>, because the driver cannot do them: {skippedFaults.join(", ")}.
        </p>
      )}
      {injected.length > 0 && (
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
              {injected.map((fault) => (
                <FaultRow
                  key={fault.id}
                  fault={fault}
                  met={view.operationsDuring[fault.id]}
                  isGone={!environment.some((trouble) => isNotGone(trouble, fault.id))}
                />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {skipped.length > 0 && <SkippedFaults faults={skipped} />}
    </section>
  );
}

/** Whether a trouble is that this fault outlasted its heal: that stands beside the fault. */
function isNotGone(trouble: string, id: string): boolean {
  return trouble.startsWith(`${id} was not gone after heal`);
}

/** They did nothing: one line for all of them. */
function SkippedFaults({ faults }: { faults: readonly FaultResult[] }) {
  return (
    <details class="skipped-faults">
      <summary>
        {plural(faults.length, "more fault")} of the schedule {faults.length === 1 ? "was" : "were"}{" "}
        skipped
        <small> why stands inside</small>
      </summary>
      <ul>
        {faults.map(({ id, skipped }) => (
          <li key={id}>
            {id}: {skipped}
          </li>
        ))}
      </ul>
    </details>
  );
}

type FaultRowProps = {
  readonly fault: FaultResult;
  readonly met: number | undefined;
  /** The probes after its heal saw nothing of it. */
  readonly isGone: boolean;
};

function FaultRow({ fault, met, isGone }: FaultRowProps) {
  const from = fault.injectedAt;
  const shape = fault.detail["shape"];
  const effect = { true: "✓ yes", false: "✕ no", null: "not judged" }[`${fault.effective}`];
  return (
    <tr>
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
      <td data-label="Took effect">
        {effect}
        {isGone || <small class="not-gone">still seen after its heal</small>}
      </td>
      <td data-label="What the probes saw">{fault.evidence}</td>
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
                <td class="figures">
                  <Figures stats={check.stats} />
                </td>
                <td class="number">{formatCount(Math.round(check.tookMs))} ms</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

export function Environment({ result }: { result: RunResult }): VNode {
  const { environment, faults } = result;
  const troubles = environment.filter(
    (trouble) => !faults.some(({ id }) => isNotGone(trouble, id)),
  );
  const lasting = environment.length - troubles.length;
  const facts: [string, string][] = [
    ["run", result.run],
    ["arrivals dropped", formatCount(result.droppedArrivals)],
    ...Object.entries(result.provenance),
  ];
  return (
    <section id="environment" aria-labelledby="environment-title">
      <h2 id="environment-title">Environment</h2>
      {result.interrupted && <p>The run was interrupted before its end.</p>}
      {lasting > 0 && (
        <p>
          {plural(lasting, "fault")} of the table above {lasting === 1 ? "was" : "were"} still seen
          after {lasting === 1 ? "its" : "their"} heal.
        </p>
      )}
      {troubles.length > 0 && (
        <ul class="troubles">
          {troubles.map((trouble) => (
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
