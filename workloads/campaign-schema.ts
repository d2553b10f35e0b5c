import type { CampaignContext } from "./campaign.ts";
import { kebabCase, oneOf, type Schema } from "./schema.ts";
import { durationPattern } from "./units.ts";

/** JSON Schema (draft 7) of a campaign file. */
export function campaignSchema({ registries, workloads }: CampaignContext): Schema {
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "a campaign: a mapping with at least name, workloads and seeds",
    type: "object",
    additionalProperties: false,
    required: ["name", "workloads", "seeds"],
    properties: {
      name: { ...kebabCase, description: "Equals the file's name." },
      summary: { title: "a sentence", type: "string" },
      workloads: { ...listOf("workloads", workloads.keys()), description: "Names of files." },
      subjects: {
        ...listOf("subjects", registries.subjects.keys()),
        description: "Each workload runs on each of these. Default: the workload's own.",
      },
      schedules: {
        ...listOf("schedules", ["own", ...registries.schedules.keys()]),
        description: "Each workload runs under each of these. Default: own, the workload's own.",
      },
      seeds: {
        title: "a range of seeds such as 1..20, or a list of them",
        description: "Everything runs once with each. From 0 to 4294967295, both included.",
        anyOf: [
          { type: "string", pattern: "^[0-9]+\\.\\.[0-9]+$" },
          {
            type: "array",
            minItems: 1,
            uniqueItems: true,
            items: { type: "integer", minimum: 0, maximum: 0xffff_ffff },
          },
        ],
      },
      duration: {
        title: "a duration such as 60s, 500ms or 2m",
        type: "string",
        pattern: durationPattern,
        description: "Of each run. Default: the workload's own.",
      },
      budget: {
        title: "a duration such as 8h or 30m",
        type: "string",
        pattern: durationPattern,
        description: "No run begins after it. Default: none.",
      },
    },
  };
}

function listOf(what: string, names: Iterable<string>): Schema {
  return {
    title: `a list of ${what}`,
    type: "array",
    minItems: 1,
    uniqueItems: true,
    items: oneOf(names),
  };
}
