import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { Ajv } from "ajv";
import t from "tap";
import { loadRegistries, projectRoot } from "../cluster/registry.ts";
import { loadCampaign } from "./campaign.ts";
import { campaignSchema } from "./campaign-schema.ts";
import { formatWorkload } from "./format.ts";
import { loadWorkload } from "./load.ts";
import { workloadSchema } from "./schema.ts";
import { readWorkloads } from "./shipped.ts";

const folder = join(projectRoot, "workloads");
const registries = await loadRegistries();
const workloads = readWorkloads(folder);

const command = "npm run schemas";

t.test(`the published schemas are what the loader uses (else: ${command})`, async (t) => {
  const published = {
    "workload.schema.json": workloadSchema(registries),
    "campaigns/campaign.schema.json": campaignSchema(registries),
  };
  for (const [file, schema] of Object.entries(published)) {
    const text = readFileSync(join(folder, file), "utf8");
    t.same(JSON.parse(text), JSON.parse(JSON.stringify(schema)), file);
    t.ok(new Ajv({ strict: false, discriminator: true }).compile(schema), "is a valid schema");
  }
});

t.test(
  "every shipped workload loads, has its file's name, and survives its written form",
  async (t) => {
    for (const [name, text] of workloads) {
      const workload = loadWorkload({ file: `${name}.yaml`, text, registries });
      const written = formatWorkload(workload, registries);

      t.equal(workload.name, name);
      t.same(loadWorkload({ file: "workload.yaml", text: written, registries }), workload, name);
    }
  },
);

t.test("every schedule fits every workload on a cluster that it was made for", async (t) => {
  const text = workloads.get("kv-contended") ?? "";
  for (const nemesis of registries.schedules.keys()) {
    const workload = loadWorkload({ file: "w.yaml", text, registries, overrides: { nemesis } });
    const written = formatWorkload(workload, registries);

    t.same(loadWorkload({ file: "workload.yaml", text: written, registries }), workload, nemesis);
  }
});

t.test("every shipped campaign loads and has its file's name", async (t) => {
  for (const file of readdirSync(join(folder, "campaigns"))) {
    if (!file.endsWith(".yaml")) continue;
    const text = readFileSync(join(folder, "campaigns", file), "utf8");
    const campaign = loadCampaign({ file, text, registries, workloads });

    t.equal(campaign.name, basename(file, ".yaml"));
    t.ok(campaign.runs.length > 0);
  }
});

t.test("the example of the README loads, and has ten lines", async (t) => {
  const readme = readFileSync(join(folder, "README.md"), "utf8");
  const [, text = ""] = /```yaml\n([^`]*)```/.exec(readme) ?? [];
  const workload = loadWorkload({ file: "README.md", text, registries });

  t.equal(text.trimEnd().split("\n").length, 10);
  t.equal(workload.nemesis.faults[0]?.fault, "kill");
});
