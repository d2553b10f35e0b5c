/** Characters of base64 decoded at once: some milliseconds. Four of them are three bytes. */
const chunkCharacters = 4 * 2 ** 18;

/**
 * The bytes of a part that `embedParts` embedded under this name. Waits until the whole document was
 * read, and gives way to input between chunks. Rejects when there is no such part or it is damaged.
 */
export async function part(name: string): Promise<Uint8Array> {
  await documentRead();
  const element = document.querySelector<HTMLElement>(`script[data-part="${CSS.escape(name)}"]`);
  if (element === null) throw new Error(`the page has no part "${name}"`);
  const stream = new DecompressionStream("deflate-raw");
  const [bytes] = await Promise.all([
    collect(stream.readable, Number(element.dataset["bytes"])),
    feed(stream.writable, element.textContent ?? ""),
  ]);
  return bytes;
}

/** The same of a part that is text. */
export async function textPart(name: string): Promise<string> {
  return new TextDecoder().decode(await part(name));
}

function documentRead(): Promise<void> | undefined {
  if (document.readyState !== "loading") return undefined;
  return new Promise((resolve) =>
    document.addEventListener("DOMContentLoaded", () => resolve(), { once: true }),
  );
}

async function feed(stream: WritableStream<BufferSource>, base64: string): Promise<void> {
  const writer = stream.getWriter();
  for (let at = 0; at < base64.length; at += chunkCharacters) {
    const binary = atob(base64.slice(at, at + chunkCharacters));
    const bytes = new Uint8Array(binary.length);
    for (let place = 0; place < binary.length; place++) bytes[place] = binary.charCodeAt(place);
    await writer.write(bytes);
  }
  await writer.close();
}

async function collect(stream: ReadableStream<Uint8Array>, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  const reader = stream.getReader();
  let filled = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    bytes.set(value, filled);
    filled += value.length;
  }
  if (filled !== length) throw new Error(`a part of ${length} bytes ends after ${filled}`);
  return bytes;
}
