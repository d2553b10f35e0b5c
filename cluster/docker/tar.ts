/** One entry of an archive; a folder has no bytes. Paths are relative and at most 99 characters. */
export type TarEntry = {
  readonly path: string;
  readonly bytes?: Uint8Array;
  readonly mode: number;
  readonly uid: number;
};

const blockBytes = 512;

/** An uncompressed tar archive (POSIX.1-1988 ustar), as the engine takes it. Same input, same bytes. */
export function packTar(entries: readonly TarEntry[]): Buffer {
  const blocks: Uint8Array[] = [];
  for (const entry of entries) {
    const bytes = entry.bytes ?? new Uint8Array();
    blocks.push(header(entry, bytes.length), bytes);
    blocks.push(new Uint8Array((blockBytes - (bytes.length % blockBytes)) % blockBytes));
  }
  blocks.push(new Uint8Array(2 * blockBytes));
  return Buffer.concat(blocks);
}

function header({ path, bytes, mode, uid }: TarEntry, size: number): Uint8Array {
  if (Buffer.byteLength(path) > 99)
    throw new RangeError(`a path of an archive is too long: ${path}`);
  const block = Buffer.alloc(blockBytes);
  const octal = (value: number, at: number, width: number): void => {
    block.write(value.toString(8).padStart(width - 1, "0"), at, "ascii");
  };
  block.write(path, 0);
  octal(mode, 100, 8);
  octal(uid, 108, 8);
  octal(uid, 116, 8);
  octal(size, 124, 12);
  octal(0, 136, 12);
  block.fill(" ", 148, 156); // the checksum counts itself as spaces
  block.write(bytes === undefined ? "5" : "0", 156);
  block.write("ustar\u000000", 257, "latin1");
  const sum = block.reduce((total, byte) => total + byte, 0);
  octal(sum, 148, 7);
  block[154] = 0;
  return block;
}
