const headerBytes = 8;

/**
 * The text of a container's log, standard output and error as they came, from the engine's frames: one
 * byte of stream, three of zeros, four of length (big-endian), then the text. A torn last frame is cut.
 */
export function joinLogFrames(frames: Buffer): Buffer {
  const texts: Buffer[] = [];
  let at = 0;
  while (at + headerBytes <= frames.length) {
    const end = at + headerBytes + frames.readUInt32BE(at + 4);
    texts.push(frames.subarray(at + headerBytes, end));
    at = end;
  }
  return Buffer.concat(texts);
}
