import type { Finding } from "./anomaly/facts.ts";
import { asVersioned, describeState, formatValue, isRead } from "./describe.ts";
import type { PairedOperation } from "./operations.ts";

/** A piece of an answer; `isDifferent`: the other side does not have it there. */
export type Piece = { readonly text: string; readonly isDifferent: boolean };

/** What was due and what was answered, side by side. */
export type Comparison = {
  readonly expected: readonly Piece[];
  readonly observed: readonly Piece[];
  /** Whose knowledge the expectation is, and whose answer the observation. */
  readonly expectedBy: string;
  readonly observedBy: string;
};

/** Elements shown on each side of the difference between two lists. */
const around = 3;

/**
 * The answer of the operation that cannot be ordered beside what the other one had made known, the
 * difference marked; null where the two do not speak of the same thing.
 */
export function comparisonOf({ class: kind, culprit, rival }: Finding): Comparison | null {
  if (culprit === null || rival === null) return null;
  const observedBy = `client ${culprit.process} was told`;
  const expectedBy = `client ${rival.process} knew`;
  const list = listOf(culprit);
  if (list !== null) return { ...lists(list, rival, kind), observedBy, expectedBy };
  const observed = stateAfter(culprit);
  const left = versionLeft(rival);
  if (observed !== null && left !== null && kind === "stale-read") {
    return {
      expected: mark(`version ${left + 1} or later`, observed),
      observed: mark(observed, ""),
      expectedBy: `as ${nameOf(rival)} shows`,
      observedBy,
    };
  }
  const expected = stateAfter(rival);
  if (culprit.f === "acquire" && culprit.outcome === "ok") {
    return { ...holders(culprit, rival), expectedBy: "at that time", observedBy };
  }
  if (kind === "wrong-error" && culprit.outcome === "fail" && expected !== null) {
    return {
      expected: mark(`accepted, the key being ${expected}`, "the key being"),
      observed: mark(`refused with ${culprit.error}`, ""),
      expectedBy,
      observedBy,
    };
  }
  if (observed === null || expected === null) return null;
  const isOld = kind === "stale-read" || kind === "non-monotonic-read";
  const pieces = mark(expected, observed);
  const later = isOld ? [{ text: "or later", isDifferent: false }] : [];
  return {
    expected: [...pieces, ...later],
    observed: mark(observed, expected),
    expectedBy,
    observedBy,
  };
}

function listOf(read: PairedOperation): readonly string[] | null {
  if (read.outcome !== "ok" || !isRead(read) || !Array.isArray(read.output)) return null;
  return read.output.map((element: unknown) => formatValue(element));
}

function holders(
  culprit: PairedOperation,
  rival: PairedOperation,
): Pick<Comparison, "expected" | "observed"> {
  const piece = (text: string, isDifferent: boolean): Piece => ({ text, isDifferent });
  return {
    expected: [piece("held by", false), piece(`client ${rival.process}`, true)],
    observed: [piece("granted to", false), piece(`client ${culprit.process}`, true)],
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

function lists(
  list: readonly string[],
  rival: PairedOperation,
  kind: Finding["class"],
): Pick<Comparison, "expected" | "observed"> {
  const known = listOf(rival);
  const element = formatValue(rival.input);
  if (known === null && kind === "duplicate") {
    const first = list.indexOf(element);
    const once = list.filter((each, place) => each !== element || place === first);
    const second = list.indexOf(element, first + 1);
    return {
      expected: window(once, first, () => false),
      observed: window(list, second, (place) => place !== first && list[place] === element),
    };
  }
  if (known === null) {
    const observed = window(list, list.length - 1, () => false);
    return { expected: [{ text: `… ${element} …`, isDifferent: true }], observed };
  }
  const at = known.findIndex((each, place) => each !== list[place]);
  const place = at < 0 ? known.length : at;
  return {
    expected: window(known, place, (each) => each >= place && known[each] !== list[each]),
    observed: window(list, place, (each) => each >= place && known[each] !== list[each]),
  };
}

/** The elements around a place, with what is left out. */
function window(
  list: readonly string[],
  place: number,
  isDifferent: (place: number) => boolean,
): Piece[] {
  const from = Math.max(0, Math.min(place, list.length - 1) - around);
  const to = Math.min(list.length, place + around + 1);
  const pieces = list.slice(from, to).map((text, offset) => {
    return { text, isDifferent: isDifferent(from + offset) };
  });
  const left = from > 0 ? [{ text: `… ${from} before`, isDifferent: false }] : [];
  const right =
    to < list.length ? [{ text: `… ${list.length - to} after`, isDifferent: false }] : [];
  if (list.length === 0) return [{ text: "the empty list", isDifferent: true }];
  return [...left, ...pieces, ...right];
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
