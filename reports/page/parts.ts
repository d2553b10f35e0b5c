/** The bytes of a part that `render.ts` embedded under this name. Throws when there is none. */
export async function part(name: string): Promise<Uint8Array> {
  const element = document.querySelector(`script[data-part="${name}"]`);
  if (element === null) throw new Error(`the page has no part "${name}"`);
  const binary = atob(element.textContent ?? "");
  const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
  const inflated = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return new Uint8Array(await new Response(inflated).arrayBuffer());
}
