import { pathToFileURL } from "node:url";

/** Modules of this bundle, by the URL that they would have as files; empty where nothing is bundled. */
const bundled = new Map<string, unknown>();

/** What an entry of the build has in it (`cli/bundle-threads.mjs`) must not be loaded beside it once more. */
export function offerModule(url: string, module: unknown): void {
  bundled.set(url, module);
}

/** A module that is found by its file: subjects, their programs and bugs, faults. */
export async function loadModule<Module>(file: string): Promise<Module> {
  const { href } = pathToFileURL(file);
  return (bundled.get(href) ?? (await import(href))) as Module;
}
