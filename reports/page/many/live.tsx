import type { VNode } from "preact";
import { subjectName } from "../../campaign/cells.ts";
import type { Now, RunNow } from "../../campaign/now.ts";
import { plural } from "../../describe.ts";

/** Whether the page hears of what happens. */
export type Connection = "off" | "live" | "lost";

/** What follows the first few is mostly the same defect on other keys. */
const violationsMax = 3;

/** What goes on right now: the run, how far it is, and what was found while it runs. */
export function NowPanel({ now, connection }: { now: Now; connection: Connection }): VNode {
  const { run } = now;
  const violations = run?.violations ?? [];
  const isBroken = violations.length > 0;
  const share = now.total === 0 ? 0 : now.done / now.total;
  return (
    <section
      class={`now ${isBroken ? "invalid" : ""}`}
      aria-labelledby="now-title"
      aria-live="polite"
    >
      <div class="bar">
        <h2 id="now-title">
          <span class="pulse" aria-hidden="true" /> Running {now.kind === "run" ? "" : now.name}
          {isBroken ? <b class="tone"> ✕ already broken</b> : ""}
          <small>
            {" "}
            {now.kind === "run" ? "one run" : `${now.done} of ${plural(now.total, "run")} done`}
          </small>
        </h2>
        <ConnectionMark connection={connection} />
      </div>
      {now.kind === "campaign" && (
        <progress max={1} value={share} aria-label="runs done">
          {now.done} of {now.total}
        </progress>
      )}
      {/* There between two runs as well, so that nothing below it jumps. */}
      <p class="now-run">{run === null ? "Between two runs." : <RunLine run={run} />}</p>
      {violations.slice(0, violationsMax).map((violation) => (
        <p key={violation} class="found invalid">
          <span aria-hidden="true">✕</span> {violation}
        </p>
      ))}
      {violations.length > violationsMax && (
        <p class="hint">
          and {violations.length - violationsMax} more: the page of the run will name them
        </p>
      )}
    </section>
  );
}

function RunLine({ run }: { run: RunNow }): VNode {
  return (
    <>
      <b>{run.workload}</b>, {run.schedule}, {subjectName(run)}, seed {run.seed}, {run.driver}:{" "}
      <span class="progress-line">{run.progress || "starting"}</span>
    </>
  );
}

export function ConnectionMark({ connection }: { connection: Connection }): VNode | null {
  if (connection === "off") return null;
  return (
    <span class={`connection ${connection}`} role="status">
      {connection === "live" ? "● live" : "○ connection lost, trying again"}
    </span>
  );
}
