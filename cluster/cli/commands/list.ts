import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Command } from "commander";
import { parse } from "yaml";
import { loadRegistries, projectRoot } from "../../registry.ts";
import { lookUp } from "../inputs.ts";
import { createOutput } from "../output.ts";

type Entry = { readonly name: string; readonly summary: string };

const lists: ReadonlyMap<string, () => Promise<Entry[]>> = new Map([
  ["subjects", async () => summaries((await loadRegistries()).subjects)],
  ["workloads", () => yamlSummaries("workloads")],
  ["faults", async () => summaries((await loadRegistries()).faults)],
  ["schedules", () => yamlSummaries("nemesis/schedules")],
  ["checkers", async () => summaries((await loadRegistries()).checkers)],
  ["models", async () => summaries((await loadRegistries()).models)],
  ["bugs", bugs],
]);

export function addListCommand(program: Command): void {
  program
    .command("list")
    .description(`what there is: ${[...lists.keys()].join(", ")}`)
    .argument("<what>", [...lists.keys()].join(" | "))
    .option("--json", "one JSON value on stdout")
    .addHelpText("after", "\nExample:\n  whitewater list faults")
    .action(async (what: string, flags: { readonly json?: boolean }) => {
      const output = createOutput({ json: flags.json === true, ...process });
      const entries = await lookUp("list", what, lists)();
      const width = Math.max(0, ...entries.map(({ name }) => name.length));
      for (const { name, summary } of entries) output.say(`${name.padEnd(width)}  ${summary}`);
      output.json(entries);
    });
}

function summaries(items: ReadonlyMap<string, Entry>): Entry[] {
  return [...items.values()].map(({ name, summary }) => ({ name, summary }));
}

/** The `summary:` of each file, or its leading comment. */
async function yamlSummaries(folder: string): Promise<Entry[]> {
  const files = (await readdir(join(projectRoot, folder))).filter((file) => file.endsWith(".yaml"));
  return Promise.all(
    files.sort().map(async (file) => {
      const text = await readFile(join(projectRoot, folder, file), "utf8");
      const value: unknown = parse(text);
      const summary =
        typeof value === "object" && value !== null && "summary" in value
          ? String(value.summary)
          : (/^# ?(.*)$/m.exec(text)?.[1] ?? "");
      return { name: file.replace(/\.yaml$/, ""), summary };
    }),
  );
}

async function bugs(): Promise<Entry[]> {
  const { subjects } = await loadRegistries();
  return [...subjects.values()].flatMap((subject) =>
    subject.bugs.map(({ id, family, breaks, clientMaySee, guided, equivalent, openClient }) => {
      const plantedIn = openClient === null ? "nodes" : "clients";
      return {
        name: id,
        subject: subject.name,
        family,
        plantedIn,
        guided,
        equivalent,
        summary: `${subject.name} ${plantedIn}, ${family}: ${breaks}; a client may see: ${clientMaySee}`,
      };
    }),
  );
}
