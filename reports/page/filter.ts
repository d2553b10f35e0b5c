import type { OperationTable } from "../operation-table.ts";
import { type Outcome, outcomes as outcomeNames } from "../operations.ts";
import { type ValueColumns, valueForms } from "../value-columns.ts";
import { parseQuery, type Term } from "./query.ts";

/** Which operations stand out. Null = any. */
export type Filter = {
  readonly key: string | null;
  /** A process. */
  readonly client: number | null;
  readonly node: string | null;
  readonly f: string | null;
  readonly outcomes: readonly Outcome[];
  /** A search, see `parseQuery`. */
  readonly text: string;
  /** What becomes of the other operations. */
  readonly others: "dimmed" | "hidden";
};

export const noFilter: Filter = {
  key: null,
  client: null,
  node: null,
  f: null,
  outcomes: outcomeNames,
  text: "",
  others: "dimmed",
};

/** The columns of the table of operations that a filter looks at. */
export type FilterSource = Pick<
  OperationTable,
  | "size"
  | "index"
  | "process"
  | "outcome"
  | "f"
  | "key"
  | "node"
  | "error"
  | "took"
  | "input"
  | "output"
  | "dictionary"
  | "texts"
  | "codeOf"
>;

export type Matches = {
  /** 1 for each row that matches; null when all do. */
  readonly mask: Uint8Array | null;
  readonly count: number;
  /** What of the search could not be understood. */
  readonly problems: readonly string[];
};

/** How many texts or rows are looked at between two yields: a millisecond or few. */
const textsAStep = 4096;
const rowsAStep = 1 << 18;

/** Whether a filter leaves everything as it is. */
export function isOpen(filter: Filter): boolean {
  const { key, client, node, f, outcomes, text } = filter;
  const isAny = key === null && client === null && node === null && f === null;
  return isAny && outcomes.length === outcomeNames.length && text.trim() === "";
}

/** The rows that match. Yields every few milliseconds, so that a page can draw meanwhile. */
export function* matchRows(table: FilterSource, filter: Filter): Generator<void, Matches> {
  const { terms, problems } = parseQuery(filter.text);
  if (isOpen({ ...filter, text: "" }) && terms.length === 0) {
    return { mask: null, count: table.size, problems };
  }
  const tests: RowTest[] = [...choices(table, filter)];
  for (const term of terms) tests.push(yield* testOf(table, term));
  const mask = new Uint8Array(table.size);
  let count = 0;
  for (let start = 0; start < table.size; start += rowsAStep) {
    const end = Math.min(table.size, start + rowsAStep);
    mask.fill(1, start, end);
    for (const test of tests) narrow(mask, test, start, end);
    for (let row = start; row < end; row++) count += mask[row] as number;
    yield;
  }
  return { mask, count, problems };
}

type RowTest = (row: number) => boolean;

function narrow(mask: Uint8Array, test: RowTest, start: number, end: number): void {
  for (let row = start; row < end; row++) if (mask[row] === 1 && !test(row)) mask[row] = 0;
}

function choices(table: FilterSource, filter: Filter): RowTest[] {
  const { process, outcome } = table;
  const { client, outcomes } = filter;
  const tests: RowTest[] = [];
  for (const name of ["key", "node", "f"] as const) {
    const wanted = filter[name];
    if (wanted !== null) tests.push(isCode(table[name], table.codeOf(wanted)));
  }
  if (client !== null) tests.push((row) => process[row] === client);
  if (outcomes.length < outcomeNames.length) {
    const isWanted = outcomeNames.map((name) => outcomes.includes(name));
    tests.push((row) => isWanted[outcome[row] as number] === true);
  }
  return tests;
}

function isCode(column: Int32Array, code: number): RowTest {
  // A text that nothing has is no code; -1 in the column means that there is none.
  return code === -1 ? () => false : (row) => column[row] === code;
}

function* testOf(table: FilterSource, term: Term): Generator<void, RowTest> {
  const test = yield* positiveTestOf(table, term);
  return term.isNegated ? (row) => !test(row) : test;
}

function* positiveTestOf(table: FilterSource, term: Term): Generator<void, RowTest> {
  if (term.field === "took") {
    const { took } = table;
    const { over, under } = term;
    return (row) => {
      const lasted = took[row] as number;
      return lasted >= 0 && lasted > over && lasted < under;
    };
  }
  const { field, value, isExact } = term;
  switch (field) {
    case "client":
      return (row) => table.process[row] === Number(value);
    case "op":
      return (row) => table.index[row] === Number(value);
    case "version":
      return (row) => hasVersion(table.input, row, value) || hasVersion(table.output, row, value);
    case "outcome":
      return (row) => outcomeNames[table.outcome[row] as number] === value;
    case "key":
    case "node":
    case "f":
      return isCode(table[field], table.codeOf(value));
    case "error":
      return wordTest(table, [table.error], (word) => isMatch(word, value, isExact));
    case "value":
      return yield* valueTest(table, (text) => isMatch(text, value, isExact));
    case "any": {
      const columns = [table.key, table.f, table.node, table.error];
      const inWords = wordTest(table, columns, (word) => isMatch(word, value, isExact));
      const inValues = yield* valueTest(table, (text) => isMatch(text, value, isExact));
      return (row) => inWords(row) || inValues(row);
    }
  }
}

function isMatch(text: string, wanted: string, isExact: boolean): boolean {
  return isExact ? text === wanted : text.toLowerCase().includes(wanted);
}

function hasVersion({ form, b }: ValueColumns, row: number, version: string): boolean {
  return form[row] === valueForms.versioned && b[row] === Number(version);
}

function wordTest(
  table: FilterSource,
  columns: readonly Int32Array[],
  isWanted: (word: string) => boolean,
): RowTest {
  const hits = Uint8Array.from(table.dictionary, (word) => (isWanted(word) ? 1 : 0));
  return (row) => columns.some((column) => hits[column[row] as number] === 1);
}

function* valueTest(
  { texts, input, output }: FilterSource,
  isWanted: (text: string) => boolean,
): Generator<void, RowTest> {
  const hits = new Uint8Array(texts.count);
  for (let id = 0; id < texts.count; id++) {
    hits[id] = isWanted(plain(texts.text(id))) ? 1 : 0;
    if (id % textsAStep === textsAStep - 1) yield;
  }
  const isHit = ({ form, a, b }: ValueColumns, row: number) => {
    const kind = form[row];
    if (kind === valueForms.none) return false;
    return (
      hits[a[row] as number] === 1 || (kind === valueForms.pair && hits[b[row] as number] === 1)
    );
  };
  return (row) => isHit(input, row) || isHit(output, row);
}

/** A JSON text as people would write it: strings without quotes and escapes. */
function plain(json: string): string {
  if (!json.startsWith('"')) return json;
  return json.includes("\\") ? (JSON.parse(json) as string) : json.slice(1, -1);
}
