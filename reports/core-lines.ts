import { decisiveCopy } from "./anomaly/resends.ts";
import type { Copy } from "./copies.ts";
import { formatMoment } from "./describe.ts";
import type { Holding } from "./holding.ts";
import type { PairedOperation } from "./operations.ts";

/** What stands below the bar of an operation: one line of words, with its marks on the time axis beside it. */
export type CoreLine = {
  readonly text: string;
  /** The client's answer does not fit this one. */
  readonly isDecisive: boolean;
  readonly marks: readonly CoreMark[];
};

export type CoreMark = {
  readonly from: number;
  /** Null: beyond what is drawn. */
  readonly to: number | null;
  readonly kind: Copy["outcome"] | "held";
  readonly title: string;
};

type Sent = Pick<PairedOperation, "outcome" | "f"> & {
  readonly copies: readonly Copy[];
  readonly held: Holding | null;
  /** Whether it is the one that cannot be ordered. */
  readonly part: string;
};

/** Of a client that resends for long, so many answers have a line of their own at each end. */
const endsMax = 4;
/** A node that sends the client elsewhere has not looked at the request. */
const isElsewhere = ({ outcome, answer }: Copy): boolean =>
  outcome === "refused" && /not.?leader|wrong.?leader/i.test(answer);

/**
 * A line for the time a lock was held, then one for each copy of a request with when it was sent, to whom
 * and what came back. Copies that were sent elsewhere share a line with their count; so does the middle of
 * a long list, but never the decisive one. The copies on all lines are all there are.
 */
export function coreLines(operation: Sent): CoreLine[] {
  const { copies, held } = operation;
  const decisive = operation.part === "culprit" ? decisiveCopy(operation, copies) : undefined;
  const elsewhere = copies.filter(isElsewhere);
  const folded = elsewhere.length > 1 ? elsewhere : [];
  const told = copies.filter((copy) => !folded.includes(copy));
  const own = told.filter(
    (copy, place) => place < endsMax || place >= told.length - endsMax || copy === decisive,
  );
  return [
    ...(held === null ? [] : holdingLines(held)),
    ...own.map((copy) => ({
      text: `${formatMoment(copy.sent, 3)} ${copy.to}: ${copy.answer}`,
      isDecisive: copy === decisive,
      marks: [markOf(copy)],
    })),
    ...together(told.filter((copy) => !own.includes(copy))),
    ...together(folded),
    ...(copies.length > 0 && locks.has(operation.f) ? [looksLine] : []),
  ];
}

const locks: ReadonlySet<string> = new Set(["acquire", "release"]);
/** Of its wire only what changes something is recorded. */
const looksLine: CoreLine = {
  text: "its looks at the lock (gets): not recorded",
  isDecisive: false,
  marks: [],
};

function holdingLines({ from, to, refusedAt }: Holding): CoreLine[] {
  const until = to === null ? "never released it" : `asked to release at ${moment(to)}`;
  const holding: CoreLine = {
    text: `holds it from ${moment(from)} ${to === null ? "on" : `to ${moment(to)}`}`,
    isDecisive: false,
    marks: [{ from, to, kind: "held", title: `granted at ${moment(from)}, ${until}` }],
  };
  if (refusedAt === null) return [holding];
  return [
    holding,
    { text: `its release at ${moment(refusedAt)} was refused`, isDecisive: true, marks: [] },
  ];
}

/** One line for each answer that they had. */
function together(copies: readonly Copy[]): CoreLine[] {
  const answers = [...new Set(copies.map(({ answer }) => answer))];
  return answers.map((answer) => {
    const group = copies.filter((copy) => copy.answer === answer);
    const nodes = [...new Set(group.map(({ to }) => to))].sort().join(", ");
    return {
      text: `${group.length} × ${answer} (${nodes})`,
      isDecisive: false,
      marks: group.map(markOf),
    };
  });
}

function markOf({ to, sent, back, answer, outcome }: Copy): CoreMark {
  const title = `to ${to}, ${moment(sent)} to ${moment(back)}: ${answer}`;
  return { from: sent, to: back, kind: outcome, title };
}

function moment(ns: number): string {
  return formatMoment(ns, 3);
}
