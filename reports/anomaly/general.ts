import { isRead, withClients } from "../describe.ts";
import type { PairedOperation } from "../operations.ts";
import { classOfKind } from "./classes.ts";
import {
  type Case,
  type Finding,
  fromNode,
  isBefore,
  momentOf,
  named,
  outcomeOf,
  readClaim,
  seenBy,
  who,
} from "./facts.ts";

/** A longer reason of the checker is for the page only. */
const reasonMax = 180;

type Told = Omit<Finding, "culprit">;

/** Any model: what was answered against the nearest operation of the core, or what the checker expected. */
export function explainAny(one: Case): Told {
  const { anomaly, culprit, others } = one;
  const rival = rivalOf(one);
  const claim =
    isRead(culprit) && culprit.outcome === "ok"
      ? readClaim(culprit, rival ?? undefined)
      : `${named(culprit)} ${outcomeOf(culprit, rival ?? undefined)}`;
  const ofKind = classOfKind(anomaly.kind);
  const isOwn = rival !== null && isRead(rival) && rival.process === culprit.process;
  const kind = ofKind === "stale-read" && isOwn ? "non-monotonic-read" : ofKind;
  if (rival !== null && kind !== "unordered" && isBefore(rival, culprit) && kind !== "phantom") {
    return { class: kind, text: `${claim}, but ${wasTold(rival, culprit)}`, rival };
  }
  const reason = inWords(anomaly.reason ?? "");
  if (reason !== "" && reason.length <= reasonMax && !/\bindex/.test(reason)) {
    // Of one operation alone it says again what the claim does.
    const why = anomaly.core?.length === 1 ? reason.replace(/^.*?, but /, "") : reason;
    return { class: kind, text: `${claim}, but ${why}`, rival };
  }
  if (anomaly.core === undefined || anomaly.core.length < 2 || rival === null) {
    const expected =
      anomaly.expected === undefined ? "" : `; expected: ${inWords(anomaly.expected)}`;
    return {
      class: kind,
      text: `${claim}, which no order of the operations explains${expected}`,
      rival,
    };
  }
  const more = others.length - 1;
  const rest = more === 0 ? "" : ` and ${more} more`;
  return {
    class: kind,
    text: `${claim}, which fits in no order with what ${who(rival)} was told: ${outcomeClause(rival, culprit)}${rest}`,
    rival,
  };
}

/** The latest of the core that had ended before the culprit was asked; else the latest of all. */
function rivalOf({ anomaly, culprit, others }: Case): PairedOperation | null {
  const named = new Set(anomaly.core?.map(({ index }) => index) ?? anomaly.related);
  const known = others.filter((other) => named.has(other.index));
  return (
    known.filter((other) => isBefore(other, culprit)).at(-1) ??
    known.at(-1) ??
    others.at(-1) ??
    null
  );
}

function wasTold(rival: PairedOperation, culprit: PairedOperation): string {
  const at = momentOf(rival, culprit);
  if (!isRead(rival)) return `${named(rival)} had been acknowledged at ${at}`;
  const client = rival.process === culprit.process ? "the same client" : who(rival);
  return `${client} had already read ${seenBy(rival)}${fromNode(rival)} at ${at}`;
}

function outcomeClause(rival: PairedOperation, culprit: PairedOperation): string {
  const name = named(rival).replace(`${who(rival)}'s `, "its ");
  return `${name} ${outcomeOf(rival, culprit)}`;
}

/** A checker's words in those of the page: clients instead of processes, no positions. */
export function inWords(text: string): string {
  return withClients(text)
    .replace(/\.\s*$/, "")
    .replace(/^one order of the others has state (.+) there$/, "$1, in one order of the others")
    .replace(/ at index \d+| \(index \d+\)/g, "")
    .replace(/\b(\d+)000 ms\b/g, "$1 s");
}
