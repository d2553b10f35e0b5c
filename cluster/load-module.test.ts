import { fileURLToPath, pathToFileURL } from "node:url";
import tap from "tap";
import { loadModule, offerModule } from "./load-module.ts";

const here = fileURLToPath(import.meta.url);

tap.test("a module is imported from its file", async (t) => {
  const module = await loadModule<{ marker: string }>(here);
  t.equal(module.marker, "from the file");
});

tap.test("one that was offered is that one, and nothing is imported", async (t) => {
  const missing = `${here}.missing.js`;
  await t.rejects(loadModule(missing), "nothing lies there");
  const offered = { marker: "from the bundle" };
  offerModule(pathToFileURL(missing).href, offered);
  t.equal(await loadModule(missing), offered);
});

export const marker = "from the file";
