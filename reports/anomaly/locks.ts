import { formatValue } from "../describe.ts";
import type { PairedOperation } from "../operations.ts";
import { type Case, type Finding, isBefore, momentOf, nodeOf, outcomeOf, who } from "./facts.ts";

type Told = Omit<Finding, "culprit">;

/** Locks, with and without tokens. */
export function explainLock(one: Case): Told | null {
  const token = tokenOf(one.culprit);
  if (token !== null) return explainToken(one, token);
  const { culprit } = one;
  const place = culprit.key ?? "the lock";
  if (culprit.f === "acquire" && culprit.outcome === "ok") return twoHolders(one, place);
  if (culprit.f === "release" && culprit.outcome === "ok") return notItsOwn(one, place);
  if (culprit.f !== "acquire" || culprit.outcome !== "fail") return null;
  return {
    class: "broken-lock",
    text: `${who(culprit)} was refused the lock ${place} by ${nodeOf(culprit)} at ${momentOf(culprit)}, but nothing that was answered says who held it`,
    rival: null,
  };
}

function twoHolders({ culprit, others, lookup }: Case, place: string): Told | null {
  const granted = others.filter(({ f, outcome }) => f === "acquire" && outcome === "ok");
  /** Those that were asked for by the time of the grant. */
  const releasesOf = (holder: PairedOperation): readonly PairedOperation[] =>
    lookup
      .onKey(place)
      .filter(
        ({ f, process, call }) =>
          f === "release" &&
          process === holder.process &&
          call > holder.call &&
          call < (culprit.return ?? Infinity),
      );
  const isFree = (holder: PairedOperation): boolean =>
    releasesOf(holder).some(({ outcome }) => outcome !== "fail");
  const rival = granted.find((holder) => !isFree(holder)) ?? granted.at(-1);
  if (rival === undefined) return null;
  const refused = releasesOf(rival).find(({ outcome }) => outcome === "fail");
  const still = isFree(rival)
    ? "which no release of it explains"
    : refused === undefined
      ? "and had not asked to release it"
      : `and its release ${outcomeOf(refused, culprit)}`;
  const held = isBefore(rival, culprit)
    ? `${who(rival)} had held it since ${momentOf(rival, culprit)}, ${still}`
    : `${who(rival)} was granted it too, at ${momentOf(rival, culprit)}, ${still}`;
  return {
    class: "broken-lock",
    text: `${who(culprit)} was granted the lock ${place} by ${nodeOf(culprit)} at ${momentOf(culprit, rival)}, but ${held}`,
    rival,
  };
}

function notItsOwn({ culprit, others }: Case, place: string): Told {
  const rival =
    others
      .filter(
        ({ f, outcome, process }) =>
          f === "acquire" && outcome === "ok" && process !== culprit.process,
      )
      .at(-1) ?? null;
  const holder =
    rival === null
      ? "it did not hold it"
      : `${who(rival)} had been granted it at ${momentOf(rival, culprit)}`;
  return {
    class: "broken-lock",
    text: `${who(culprit)}'s release of the lock ${place} ${outcomeOf(culprit, rival ?? undefined)}, but ${holder}`,
    rival,
  };
}

/** The token that an operation was granted or brought along. */
function tokenOf({ f, input, output }: PairedOperation): number | null {
  const value = f === "acquire" || f === "read" ? output : input;
  if (typeof value !== "object" || value === null || !("token" in value)) return null;
  return typeof value.token === "number" ? value.token : null;
}

/** An older token after a newer one. */
function explainToken({ culprit, others }: Case, token: number): Told | null {
  const newer = others.filter(
    (other) =>
      other.outcome === "ok" &&
      other.f === culprit.f &&
      isBefore(other, culprit) &&
      (tokenOf(other) ?? -1) >= token,
  );
  const rival = newer.find((other) => (tokenOf(other) ?? -1) > token) ?? newer[0];
  if (rival === undefined || culprit.outcome !== "ok") return null;
  const place = culprit.key ?? "the lock";
  const at = momentOf(culprit, rival);
  if (culprit.f === "write") {
    return {
      class: "broken-lock",
      text:
        `${nodeOf(culprit)} took ${who(culprit)}'s write of ${writtenBy(culprit)} to ${place} with token ${token} at ${at}, but ${nodeOf(rival)} had taken ` +
        `${who(rival)}'s write with the newer token ${tokenOf(rival)} at ${momentOf(rival, culprit)}`,
      rival,
    };
  }
  if (culprit.f !== "acquire") return null;
  return {
    class: "broken-lock",
    text:
      `${who(culprit)} was granted the lock ${place} with token ${token} at ${at}, but ${who(rival)} ` +
      `had been granted token ${tokenOf(rival)} at ${momentOf(rival, culprit)}`,
    rival,
  };
}

function writtenBy({ input }: PairedOperation): string {
  const isObject = typeof input === "object" && input !== null && "value" in input;
  return formatValue(isObject ? input.value : input);
}
