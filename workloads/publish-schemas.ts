import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadRegistries, projectRoot } from "../cluster/registry.ts";
import { campaignSchema } from "./campaign-schema.ts";
import { workloadSchema } from "./schema.ts";

// Writes the JSON Schemas that editors complete workloads and campaigns with: npm run schemas

const folder = join(projectRoot, "workloads");
const registries = await loadRegistries();
const schemas = {
  "workload.schema.json": workloadSchema(registries),
  "campaigns/campaign.schema.json": campaignSchema(registries),
};
for (const [file, schema] of Object.entries(schemas)) {
  writeFileSync(join(folder, file), `${JSON.stringify(schema, null, 2)}\n`);
}
