// Lines as bytes: most of them are looked at and left out, and need no text. The page imports this too.

/** Takes one line: `bytes[from]` up to before `bytes[end]`, without its line end, valid during the call only. */
export type TakeLine = (bytes: Buffer, from: number, end: number) => void;

const newline = 0x0a;

/** Gives the lines of a text one after the other, also one that does not end with LF. */
export function eachLineOf(text: string, take: TakeLine): void {
  const bytes = Buffer.from(text);
  for (let from = 0; from < bytes.length; ) {
    const next = bytes.indexOf(newline, from);
    const end = next < 0 ? bytes.length : next;
    take(bytes, from, end);
    from = end + 1;
  }
}

/** The bytes of a text. */
export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Where `text` ends when it stands at `from`; -1 when something else does. */
export function behind(bytes: Uint8Array, from: number, text: Uint8Array): number {
  for (let place = 0; place < text.length; place++) {
    if (bytes[from + place] !== text[place]) return -1;
  }
  return from + text.length;
}

const comma = 0x2c;
const zero = 0x30;
/** More of them are no exact integer. */
const digitsMax = 15;

/** The number from `from` up to a comma before `end`; NaN where there is none, as from -1. */
export function numberAt(bytes: Buffer, from: number, end: number): number {
  if (from < 0) return Number.NaN;
  let value = 0;
  let at = from;
  for (; at < end; at++) {
    const digit = (bytes[at] as number) - zero;
    if (!(digit >= 0 && digit <= 9)) break;
    value = value * 10 + digit;
  }
  if (at > from && at - from <= digitsMax && at < end && bytes[at] === comma) return value;
  const next = bytes.indexOf(comma, at);
  return next < 0 || next >= end ? Number.NaN : Number(bytes.toString("latin1", from, next) || "x");
}
