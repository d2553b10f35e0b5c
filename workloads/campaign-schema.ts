import type { Registries } from "./registries.ts";
import { kebabCase, oneOf, type Schema } from "./schema.ts";
import { durationPattern } from "./units.ts";

/** JSON Schema (draft 7) of a campaign file. Which workloads there are is not in it. */
export function campaignSchema(registries: Registries): Schema {
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "a campaign: a mapping with at least name, workloads and seeds",
    type: "object",
    additionalProperties: false,
    required: ["name", "workloads", "seeds"],
    properties: {
      name: { ...kebabCase, description: "Equals the file's name." },
      summary: { title: "a sentence", type: "string" },
      workloads: {
        ...listOf("workloads", kebabCase),
        description: "Names of files in the folder workloads, without .yaml.",
      },
      subjects: {
        ...listOf("subjects", oneOf(registries.subjects.keys())),
        description: "Each workload runs on each of these. Default: the workload's own.",
      },
      schedules: {
        ...listOf("schedules", oneOf(["own", ...registries.schedules.keys()])),
        description: "Each workload runs under each of these. Default: own, the workload's own.",
      },
      bugs: {
        ...listOf("planted bugs", {
          title: "none, or the id of a planted bug such as M28",
          type: "string",
          pattern: "^(none|[A-Za-z]+[0-9]+)$",
        }),
        description:
          "Each subject runs with each of these rules broken (whitewater list bugs); none is the correct build. Default: none.",
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

function listOf(what: string, items: Schema): Schema {
  return {
    title: `a list of ${what}`,
    type: "array",
    minItems: 1,
    uniqueItems: true,
    items,
  };
}
