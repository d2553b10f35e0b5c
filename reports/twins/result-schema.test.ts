import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import t from "tap";
import { projectRoot } from "../project.ts";
import { hostileRun } from "../testing/hostile-run.ts";
import { syntheticRun } from "../testing/synthetic-run.ts";
import { resultSchema } from "./result-schema.ts";

const ajv = new Ajv({ strict: true, allowUnionTypes: true });
const validate = ajv.compile(resultSchema);
const { result } = syntheticRun({ verdict: "invalid", operations: 400 });

t.test("the published schema is this one (else: npm run schemas)", async (t) => {
  const text = readFileSync(join(projectRoot(), "reports", "result.schema.json"), "utf8");
  t.same(JSON.parse(text), JSON.parse(JSON.stringify(resultSchema)));
});

t.test("results fit it, and a field of another type or a missing one does not", async (t) => {
  for (const one of [result, hostileRun().result]) {
    t.ok(validate(JSON.parse(JSON.stringify(one))), ajv.errorsText(validate.errors));
  }
  for (const spoilt of [
    { ...result, verdict: "green" },
    { ...result, seed: "7" },
    { ...result, checks: [{ checker: "linearizable" }] },
    { ...result, whitewater: 2 },
  ]) {
    t.notOk(validate(spoilt));
  }
  for (const field of Object.keys(result)) {
    const { [field as "run"]: _, ...rest } = result;
    t.notOk(validate(rest), `without ${field}`);
    t.ok(field in (resultSchema["properties"] as object), `${field} is described`);
  }
});
