/** Codes of the column `form`: a value is kept whole, or its two fields are. */
export const valueForms = { none: 0, plain: 1, versioned: 2, pair: 3 } as const;

/** Arguments or results, one a row, taken apart so that values that come often are kept once. */
export type ValueColumns = {
  /** One of `valueForms`: none, any JSON, `{value, version}`, or an array of two. */
  readonly form: Uint8Array;
  /** Number of a text: of the value, of a versioned value, of a pair's first. */
  readonly a: Int32Array;
  /** The version, or the number of a pair's second text; else 0. */
  readonly b: Int32Array;
};

/** JSON texts by number, from 0. */
export interface Texts {
  readonly count: number;
  text(id: number): string;
}

/** The value of a row; `undefined` where there was none. Made anew each time. */
export function valueAt(columns: ValueColumns, texts: Texts, row: number): unknown {
  const a = columns.a[row] ?? 0;
  const b = columns.b[row] ?? 0;
  switch (columns.form[row]) {
    case valueForms.plain:
      return JSON.parse(texts.text(a));
    case valueForms.versioned:
      return { value: JSON.parse(texts.text(a)), version: b };
    case valueForms.pair:
      return [JSON.parse(texts.text(a)), JSON.parse(texts.text(b))];
    default:
      return undefined;
  }
}
