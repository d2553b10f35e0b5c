import { classes } from "../anomaly/classes.ts";

// JSON Schema (draft 7) of `result.json`, published as reports/result.schema.json by `npm run schemas`.
// Fields that a reader of version 1 does not know may be added: objects of ours that grow are open, but
// the test that judges real runs closes them.

type Schema = { readonly [keyword: string]: unknown };

const text: Schema = { type: "string" };
const texts: Schema = { type: "array", items: text };
const count: Schema = { type: "integer", minimum: 0 };
const verdict: Schema = { enum: ["valid", "invalid", "unknown", "vacuous"] };
const moment: Schema = {
  type: ["number", "null"],
  description: "Nanoseconds since the run began; null: it did not happen.",
};

const fault: Schema = {
  type: "object",
  required: [
    "id",
    "fault",
    "targets",
    "detail",
    "injectedAt",
    "healedAt",
    "effective",
    "evidence",
    "skipped",
  ],
  properties: {
    id: { ...text, description: "Unique within the run: kind and number, as in the schedule." },
    fault: { ...text, description: "Its kind." },
    targets: { ...texts, description: "Names of nodes." },
    detail: { type: "object", description: "What was drawn for it; depends on the kind." },
    effect: { type: "object", description: "What it did to nodes and links." },
    injectedAt: moment,
    healedAt: moment,
    effective: {
      type: ["boolean", "null"],
      description: "Whether a probe saw its effect; null: not judged.",
    },
    evidence: { ...text, description: "What the probes saw before, during and after." },
    skipped: { type: ["string", "null"], description: "Why it was not injected; null: it was." },
  },
};

const coreOperation: Schema = {
  type: "object",
  required: ["index", "process", "f", "outcome"],
  properties: {
    index: count,
    process: { type: "integer" },
    f: text,
    outcome: { enum: ["ok", "refused", "maybe", "open"] },
    expected: text,
    observed: text,
  },
};

const deadEnd: Schema = {
  type: "object",
  required: ["kind", "order", "states", "moreStates", "orders"],
  properties: {
    kind: { enum: ["impossible", "twice"] },
    order: { type: "array", items: count },
    states: texts,
    moreStates: count,
    orders: count,
  },
};

const orders: Schema = {
  type: "object",
  required: ["orders", "deadEnds", "more"],
  properties: { orders: count, deadEnds: { type: "array", items: deadEnd }, more: count },
};

const anomaly: Schema = {
  type: "object",
  required: ["kind", "related"],
  properties: {
    kind: {
      ...text,
      description: "Kind of contradiction, as its checker found it: stale-read, unordered, ...",
    },
    key: text,
    operation: { ...count, description: "Index of the invocation that cannot be explained." },
    related: { type: "array", items: count },
    expected: text,
    observed: text,
    reason: text,
    core: { type: "array", items: coreOperation },
    isMinimal: { type: "boolean" },
    orders,
    time: { type: "number", description: "Nanoseconds since the run began." },
    nodes: texts,
  },
};

const openOperation: Schema = {
  type: "object",
  required: ["index", "text"],
  properties: { index: count, text },
};

const progress: Schema = {
  type: "object",
  description: "How far a linearizability check got that a limit ended, on the key that it was at.",
  required: ["ordered", "of", "state", "due", "open", "openCount", "undecidedKeys"],
  properties: {
    key: text,
    ordered: count,
    of: count,
    state: text,
    due: { anyOf: [openOperation, { type: "null" }], description: "The next to be ordered." },
    open: { type: "array", items: openOperation, description: "Under way then, at most 16." },
    openCount: count,
    undecidedKeys: count,
  },
};

const check: Schema = {
  type: "object",
  required: ["checker", "verdict", "summary", "anomalies", "tookMs"],
  properties: {
    checker: text,
    verdict,
    summary: text,
    anomalies: { type: "array", items: anomaly },
    class: {
      enum: Object.keys(classes),
      description: "What its first anomaly is called, from its operations; as on the page.",
    },
    progress,
    stats: { type: "object" },
    tookMs: { type: "number", minimum: 0 },
  },
};

/** What `result.json` of version 1 holds. */
export const resultSchema: Schema = {
  $schema: "http://json-schema.org/draft-07/schema#",
  title: "the result of a Whitewater run",
  description: "Written last and by rename: a folder that holds it holds a finished run.",
  type: "object",
  required: [
    "whitewater",
    "run",
    "verdict",
    "sentence",
    "workload",
    "subject",
    "driver",
    "nodes",
    "options",
    "seed",
    "bug",
    "startedAt",
    "durationMs",
    "repeat",
    "operations",
    "droppedArrivals",
    "faults",
    "vacuous",
    "skippedFaults",
    "checks",
    "environment",
    "interrupted",
    "provenance",
  ],
  properties: {
    whitewater: { const: 1, description: "Version of this format." },
    run: { ...text, description: "Name of the run; the same for equal simulated runs." },
    verdict,
    sentence: { ...text, description: "The one sentence, for people." },
    workload: text,
    subject: text,
    driver: { enum: ["docker", "process", "sim"] },
    nodes: texts,
    options: {
      type: "object",
      description: "Of the subject, every default written out.",
      additionalProperties: { type: ["number", "boolean"] },
    },
    seed: count,
    bug: {
      type: ["string", "null"],
      description: "Id of the planted bug; null: the correct build.",
    },
    startedAt: { ...text, description: "ISO 8601." },
    durationMs: { type: "number", minimum: 0 },
    repeat: { ...text, description: "The command that repeats the run." },
    operations: {
      type: "object",
      required: ["ok", "fail", "info"],
      properties: { ok: count, fail: count, info: count },
    },
    droppedArrivals: {
      ...count,
      description: "Arrivals that the open loop could not start because all clients were busy.",
    },
    faults: { type: "array", items: fault },
    vacuous: { ...texts, description: "Why nothing was proven; empty when something was." },
    skippedFaults: {
      ...texts,
      description: "Kinds that the driver cannot do and that were left out.",
    },
    checks: { type: "array", items: check },
    environment: { ...texts, description: "What failed around the subject." },
    interrupted: { type: "boolean" },
    provenance: {
      type: "object",
      description: "git commit, image digest, kernel, engine, versions, event-loop delay, ...",
      additionalProperties: text,
    },
  },
};
