import type { Command } from "commander";
import { loadWorkload } from "../../../workloads/load.ts";
import { loadRegistries } from "../../registry.ts";
import { readNamed } from "../inputs.ts";
import { createOutput } from "../output.ts";

export function addValidateCommand(program: Command): void {
  program
    .command("validate")
    .description("check a workload file without running it")
    .argument("<file>", "a workload file, or the name of one in workloads/")
    .option("--json", "one JSON value on stdout: the workload with its defaults")
    .addHelpText("after", "\nExample:\n  whitewater validate workloads/kv-contended.yaml")
    .action(async (name: string, flags: { readonly json?: boolean }) => {
      const output = createOutput({ json: flags.json === true, ...process });
      const registries = await loadRegistries();
      const { file, text } = await readNamed(name, "workloads");
      const workload = loadWorkload({ file, text, registries });
      output.say(`${file}: ${workload.summary} (${workload.subject}, ${workload.nodes} nodes)`);
      output.json(workload);
    });
}
