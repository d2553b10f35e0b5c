/** What a term looks at; `any` = key, function, node, error, argument and result. */
export type Field = "any" | (typeof fields)[number];

/** One condition of a search. */
export type Term =
  | {
      readonly field: Exclude<Field, "took">;
      /** In lower case where it may be a part. */
      readonly value: string;
      /** The whole text, not a part of it. */
      readonly isExact: boolean;
      readonly isNegated: boolean;
    }
  | {
      readonly field: "took";
      /** Nanoseconds, not included. */
      readonly over: number;
      readonly under: number;
      readonly isNegated: boolean;
    };

export type Query = {
  /** All of them must hold. */
  readonly terms: readonly Term[];
  /** What could not be understood, a sentence each; these terms are left out. */
  readonly problems: readonly string[];
};

const fields = [
  "key",
  "client",
  "node",
  "f",
  "outcome",
  "error",
  "value",
  "version",
  "op",
  "took",
] as const;
/** Fields of which a part suffices after a colon. */
const inPart: ReadonlySet<Field> = new Set(["any", "error", "value"]);
const numeric: ReadonlySet<Field> = new Set(["client", "version", "op"]);
const units = { ns: 1, us: 1e3, µs: 1e3, ms: 1e6, s: 1e9 } as const;

/**
 * Reads a search: words that must all occur (`"two words"` for a phrase, `-word` for one that must
 * not), and fields: `key:k3 client:7 f:put node:n2 outcome:info error:timeout value:v4 value=v4
 * version:5 op:1234 took>100ms took<2s`. A word that only looks like a field is a word.
 */
export function parseQuery(text: string): Query {
  const terms: Term[] = [];
  const problems: string[] = [];
  for (const [, sign, name, operator, quoted, bare] of text.matchAll(
    /(-?)(?:(\w+)(>|<|[:=]))?(?:"([^"]*)"?|(\S+))/gu,
  )) {
    const value = quoted ?? bare ?? "";
    const term = termOf({ name, operator, value, isNegated: sign === "-" });
    if (typeof term === "string") problems.push(term);
    else if (term !== null) terms.push(term);
  }
  return { terms, problems };
}

type Parts = {
  readonly name: string | undefined;
  readonly operator: string | undefined;
  readonly value: string;
  readonly isNegated: boolean;
};

/** A sentence when it cannot be understood; null when it says nothing. */
function termOf({ name, operator, value, isNegated }: Parts): Term | string | null {
  const field = fields.find((known) => known === name);
  const isComparison = operator === ">" || operator === "<";
  if (field === "took") return tookTerm(operator ?? "", value, isNegated);
  if (field === undefined || isComparison) {
    const word = `${name ?? ""}${operator ?? ""}${value}`.toLowerCase();
    return word === "" ? null : { field: "any", value: word, isExact: false, isNegated };
  }
  if (numeric.has(field) && !/^\d+$/.test(value)) {
    return `${field}: expects a number, not "${value}".`;
  }
  const isExact = operator === "=" || !inPart.has(field);
  return { field, value: isExact ? value : value.toLowerCase(), isExact, isNegated };
}

function tookTerm(operator: string, value: string, isNegated: boolean): Term | string {
  const [, digits, unit = "ms"] = /^(\d+(?:\.\d+)?)(ns|us|µs|ms|s)?$/u.exec(value) ?? [];
  if (digits === undefined || (operator !== ">" && operator !== "<")) {
    return `took expects a time such as took>100ms, not "took${operator}${value}".`;
  }
  const ns = Number(digits) * units[unit as keyof typeof units];
  const [over, under] = operator === ">" ? [ns, Infinity] : [-Infinity, ns];
  return { field: "took", over, under, isNegated };
}
