import { readdirSync } from "node:fs";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Bug, ClientBug } from "./env/program.ts";
import { loadModule } from "./load-module.ts";
import type { BugInfo, OpenClient } from "./subject.ts";

/** The extension of this file: sources load sources, the build loads the build. */
const extension = extname(fileURLToPath(import.meta.url));

/**
 * Every module of the folder is a bug: adding a file adds one. `openPlanted` gives the client that
 * a bug of the client's rules leads to.
 */
export async function loadBugs<ClientRules>(
  folder: string,
  openPlanted: (plantClient: ClientBug<ClientRules>["plantClient"]) => OpenClient,
): Promise<BugInfo[]> {
  const files = readdirSync(folder)
    .filter((file) => file.endsWith(extension) && !file.includes(".test."))
    .sort()
    .map((file) => join(folder, file));
  return Promise.all(
    files.map(async (file) => {
      const { bug } = await loadModule<{ bug: Bug<unknown> | ClientBug<ClientRules> }>(file);
      const { id, family, breaks, clientMaySee, shownBy, guided = null, equivalent = null } = bug;
      const openClient = "plantClient" in bug ? openPlanted(bug.plantClient) : null;
      return {
        id,
        family,
        breaks,
        clientMaySee,
        shownBy,
        guided,
        equivalent,
        file,
        openClient,
      };
    }),
  );
}
