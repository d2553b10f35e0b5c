const shown = 80;

/** The beginning of a piece of a file, for an error message: quoted, whatever bytes it has. */
export function excerpt(bytes: Uint8Array, from: number, to: number): string {
  if (to === from) return "an empty line";
  const isLong = to - from > shown;
  const text = new TextDecoder().decode(bytes.subarray(from, isLong ? from + shown : to));
  return isLong
    ? `${JSON.stringify(text)} and ${to - from - shown} bytes more`
    : JSON.stringify(text);
}
