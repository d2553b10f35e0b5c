import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { resultSchema } from "../../reports/twins/result-schema.ts";
import { campaignSchema } from "../../workloads/campaign-schema.ts";
import { workloadSchema } from "../../workloads/schema.ts";
import { loadRegistries, projectRoot } from "../registry.ts";

// Writes the JSON Schemas that editors complete workloads and campaigns with, and that of result.json:
// npm run schemas

const registries = await loadRegistries();
const schemas = {
  "workloads/workload.schema.json": workloadSchema(registries),
  "workloads/campaigns/campaign.schema.json": campaignSchema(registries),
  "reports/result.schema.json": resultSchema,
};
for (const [file, schema] of Object.entries(schemas)) {
  writeFileSync(join(projectRoot, file), `${JSON.stringify(schema, null, 2)}\n`);
}
