import type { VNode } from "preact";
import type { OutcomeCounts } from "../../campaign/cells.ts";
import { type Outcome, outcomes } from "../../campaign.ts";
import { formatCount } from "../../describe.ts";
import { verdictMarks } from "../../verdict-mark.ts";

/** A sign for each outcome: none is told by colour alone. */
export const outcomeMarks: Readonly<Record<Outcome, string>> = {
  ...verdictMarks,
  environment: "!",
  skipped: "–",
};

/** Mark and word. */
export function OutcomeChip({ outcome }: { outcome: Outcome }): VNode {
  return (
    <span class={`chip ${outcome}`}>
      <span aria-hidden="true">{outcomeMarks[outcome]}</span> {outcome}
    </span>
  );
}

/** Mark and number of each outcome that occurred, worst first. */
export function Counts({ counts }: { counts: OutcomeCounts }): VNode {
  return (
    <span class="counts">
      {present(counts).map((outcome) => (
        <span key={outcome} class={`count ${outcome}`}>
          <span aria-hidden="true">{outcomeMarks[outcome]}</span>
          <span class="unseen">{outcome}</span> {formatCount(counts[outcome] ?? 0)}
        </span>
      ))}
    </span>
  );
}

/** Shares of the outcomes as one bar; the figures stand beside it. */
export function ShareBar({ counts }: { counts: OutcomeCounts }): VNode {
  return (
    <span class="share-bar" aria-hidden="true">
      {present(counts).map((outcome) => (
        <span key={outcome} class={`share ${outcome}`} style={{ flexGrow: counts[outcome] ?? 0 }} />
      ))}
    </span>
  );
}

export function present(counts: OutcomeCounts): Outcome[] {
  return outcomes.filter((outcome) => (counts[outcome] ?? 0) > 0);
}

export function total(counts: OutcomeCounts): number {
  return present(counts).reduce((sum, outcome) => sum + (counts[outcome] ?? 0), 0);
}

/** `3 invalid, 17 valid`. */
export function countsInWords(counts: OutcomeCounts): string {
  const words = present(counts).map((outcome) => `${counts[outcome]} ${outcome}`);
  return words.length === 0 ? "no run yet" : words.join(", ");
}
