/** How packed files begin. */
const starts: Readonly<Record<string, readonly number[]>> = {
  gzip: [0x1f, 0x8b],
  zstd: [0x28, 0xb5, 0x2f, 0xfd],
  xz: [0xfd, 0x37, 0x7a, 0x58, 0x5a],
  zip: [0x50, 0x4b, 0x03, 0x04],
};

/** What is wrong with a file that begins like this, if it is compressed. */
export function compressionOf(start: Uint8Array): string | null {
  const kind = Object.keys(starts).find((name) =>
    starts[name]?.every((byte, place) => start[place] === byte),
  );
  return kind === undefined ? null : `compressed (${kind}): expected a history, unpack it first`;
}
