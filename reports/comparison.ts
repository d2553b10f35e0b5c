import { endOf, type Finding, isBefore, nodeOf } from "./anomaly/facts.ts";
import {
  asVersioned,
  describeResult,
  describeState,
  formatMoment,
  formatValue,
  isRead,
} from "./describe.ts";
import type { PairedOperation } from "./operations.ts";

/** A piece of an answer; `isDifferent`: the other side does not have it there. */
export type Piece = { readonly text: string; readonly isDifferent: boolean };

/** What was due and what was answered, or what two were told of one thing, side by side. */
export type Comparison = {
  readonly expected: Side;
  readonly observed: Side;
};

export type Side = {
  /** `Expected`, `n3 acknowledged`. */
  readonly title: string;
  readonly pieces: readonly Piece[];
  /** Whose knowledge the expectation is, and whose answer the observation. */
  readonly by: string;
};

type Pieces = Readonly<Record<keyof Comparison, readonly Piece[]>>;

/** Elements shown on each side of the difference between two lists. */
const around = 3;

/**
 * The answer of the operation that cannot be ordered beside what the other one had made known, the
 * difference marked; null where the two do not speak of the same thing. `isMistaken`: of an acquire
 * whose client took a refusal for a grant.
 */
export function comparisonOf(
  { class: kind, culprit, rival }: Finding,
  isMistaken: (acquire: PairedOperation) => boolean = () => false,
): Comparison | null {
  if (culprit === null || rival === null) return null;
  const sides = (pieces: Pieces, by: string = knownBy(rival)): Comparison => ({
    expected: { title: "Expected", pieces: pieces.expected, by },
    observed: { title: "Observed", pieces: pieces.observed, by: toldTo(culprit) },
  });
  const list = listOf(culprit);
  if (list !== null) {
    const pieces = lists(list, rival, kind);
    return kind === "split-brain"
      ? twoSides(culprit, rival, pieces)
      : sides(
          pieces,
          kind === "duplicate" ? `client ${rival.process} appended it once` : undefined,
        );
  }
  const observed = stateAfter(culprit);
  const left = versionLeft(rival);
  if (observed !== null && left !== null && kind === "stale-read") {
    const expected = mark(`version ${left + 1} or later`, observed);
    return sides({ expected, observed: mark(observed, "") }, `as ${nameOf(rival)} shows`);
  }
  if (culprit.f === "acquire" && culprit.outcome === "ok")
    return holders(culprit, rival, isMistaken);
  const expected = stateAfter(rival);
  if (kind === "wrong-error" && culprit.outcome === "fail" && expected !== null) {
    return sides({
      expected: mark(`accepted, the key being ${expected}`, "the key being"),
      observed: mark(`refused with ${culprit.error}`, ""),
    });
  }
  if (observed === null || expected === null) return null;
  const pieces = { expected: mark(expected, observed), observed: mark(observed, expected) };
  if (kind === "split-brain" || kind === "duplicate-version") {
    return twoSides(culprit, rival, pieces);
  }
  const isOld = kind === "stale-read" || kind === "non-monotonic-read";
  const later = isOld ? [{ text: "or later", isDifferent: false }] : [];
  return sides({ ...pieces, expected: [...pieces.expected, ...later] });
}

/**
 * What a client said of an operation beside what the answers to its copies allow; `expected` is the
 * checker's: `info: a copy may have taken effect`. Null of anything else.
 */
export function answerComparison(
  expected: string | undefined,
  culprit: PairedOperation,
): Comparison | null {
  const [, type, why] = /^(?:no )?(info|ok|fail|ErrMaybe): (.+)$/.exec(expected ?? "") ?? [];
  if (type === undefined || why === undefined) return null;
  const due = expected?.startsWith("no ") === true ? `not ${saying[type]}` : saying[type];
  const piece = (text = ""): readonly Piece[] => [{ text, isDifferent: true }];
  return {
    expected: { title: "Its copies allow", pieces: piece(due), by: why },
    observed: {
      title: `Client ${culprit.process} said`,
      pieces: piece(describeResult(culprit)),
      by: `at ${formatMoment(endOf(culprit), 3)}`,
    },
  };
}

const saying: Readonly<Record<string, string>> = {
  info: "outcome unknown",
  ok: "done",
  fail: "refused",
  ErrMaybe: "ErrMaybe",
};

/** Neither is what was due: each says what was told by whom. The earlier answer comes first. */
function twoSides(culprit: PairedOperation, rival: PairedOperation, pieces: Pieces): Comparison {
  const side = (operation: PairedOperation, shown: readonly Piece[]): Side => ({
    title: `${nodeOf(operation)} ${isRead(operation) ? "answered" : "acknowledged"}`,
    pieces: shown,
    by: `to client ${operation.process}'s ${operation.f} at ${formatMoment(endOf(operation), 3)}`,
  });
  return {
    expected: side(rival, pieces.expected),
    observed: side(culprit, pieces.observed),
  };
}

function knownBy(rival: PairedOperation): string {
  const client = `client ${rival.process}`;
  return isRead(rival) ? `${client} had read` : `as acknowledged to ${client}`;
}

function toldTo(culprit: PairedOperation): string {
  return `client ${culprit.process} was told`;
}

function listOf(read: PairedOperation): readonly string[] | null {
  if (read.outcome !== "ok" || !isRead(read) || !Array.isArray(read.output)) return null;
  return read.output.map((element: unknown) => formatValue(element));
}

const mistakenTitle = "Taken without a grant by";

function holders(
  culprit: PairedOperation,
  rival: PairedOperation,
  isMistaken: (acquire: PairedOperation) => boolean,
): Comparison {
  const holder = ({ process }: PairedOperation): readonly Piece[] => [
    { text: `client ${process}`, isDifferent: true },
  ];
  return {
    expected: {
      title: isMistaken(rival)
        ? mistakenTitle
        : isBefore(rival, culprit)
          ? "Held by"
          : "Granted to",
      pieces: holder(rival),
      by: `since ${formatMoment(endOf(rival), 3)}`,
    },
    observed: {
      title: isMistaken(culprit) ? mistakenTitle : "Granted to",
      pieces: holder(culprit),
      by: `at ${formatMoment(endOf(culprit), 3)}`,
    },
  };
}

function nameOf({ process, error }: PairedOperation): string {
  return `client ${process}'s ${error}`;
}

/** The version that the key no longer had when a put ended with ErrVersion or ErrMaybe. */
function versionLeft({ outcome, error, input }: PairedOperation): number | null {
  const isGone = outcome !== "ok" && (error === "ErrVersion" || error === "ErrMaybe");
  return isGone ? (asVersioned(input)?.version ?? null) : null;
}

/** What the key holds once the operation has answered, as far as it tells. */
function stateAfter(operation: PairedOperation): string | null {
  if (operation.outcome !== "ok") return null;
  if (isRead(operation)) return describeState(operation.output);
  const put = asVersioned(operation.input);
  if (put !== null) return describeState({ value: put.value, version: put.version + 1 });
  return operation.f === "write" ? formatValue(operation.input) : null;
}

function lists(list: readonly string[], rival: PairedOperation, kind: Finding["class"]): Pieces {
  const known = listOf(rival);
  const element = formatValue(rival.input);
  if (known === null && kind === "duplicate") return repeated(list, element);
  if (known === null) {
    const observed = windows(list, [list.length - 1], () => false);
    return { expected: [{ text: `… ${element} …`, isDifferent: true }], observed };
  }
  const at = known.findIndex((each, place) => each !== list[place]);
  const places = [at < 0 ? known.length : at];
  const isOther = (place: number) => known[place] !== list[place];
  return {
    expected: windows(known, places, isOther),
    observed: windows(list, places, isOther),
  };
}

/** The same places of the list as it should be and as it is. */
function repeated(list: readonly string[], element: string): Pieces {
  const places = list.flatMap((each, place) => (each === element ? [place] : [])).slice(0, 3);
  const isOne = (place: number) => places.includes(place);
  const once = list.map((each, place) =>
    isOne(place) && place !== places[0] ? "(not again)" : each,
  );
  return { expected: windows(once, places, isOne), observed: windows(list, places, isOne) };
}

/** The elements around some places, ascending, with what is left out. */
function windows(
  list: readonly string[],
  places: readonly number[],
  isDifferent: (place: number) => boolean,
): Piece[] {
  if (list.length === 0) return [{ text: "the empty list", isDifferent: true }];
  const pieces: Piece[] = [];
  let next = 0;
  const leaveOut = (until: number, where: string): void => {
    if (until > next) pieces.push({ text: `… ${until - next} ${where}`, isDifferent: false });
  };
  const show = (from: number, to: number): void => {
    for (const [offset, text] of list.slice(from, to).entries()) {
      pieces.push({ text, isDifferent: isDifferent(from + offset) });
    }
  };
  for (const place of places) {
    const from = Math.max(next, Math.min(place, list.length - 1) - around);
    leaveOut(from, next === 0 ? "before" : "between");
    show(from, Math.min(list.length, place + around + 1));
    next = Math.max(next, Math.min(list.length, place + around + 1));
  }
  leaveOut(list.length, "after");
  return pieces;
}

/** The words of a text, those marked that the other text does not have. */
function mark(text: string, other: string): Piece[] {
  const words = new Set(other.split(" "));
  const pieces: Piece[] = [];
  for (const word of text.split(" ")) {
    const isDifferent = !words.has(word);
    const last = pieces.at(-1);
    // Words that differ next to each other are one difference.
    if (last?.isDifferent === isDifferent)
      pieces[pieces.length - 1] = { ...last, text: `${last.text} ${word}` };
    else pieces.push({ text: word, isDifferent });
  }
  return pieces;
}
