import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import t from "tap";
import { checkers } from "../checkers.ts";
import { detectFormat } from "../formats.ts";
import { OperationsBuilder } from "../operations-builder.ts";

// Histories that were recorded by others are no part of the project: they lie beside the checkout.
const folder = fileURLToPath(new URL("../../../shared/data/histories/", import.meta.url));
const options = existsSync(folder) ? {} : { skip: `there is no ${folder}` };

t.test("recorded histories have the verdicts that their README gives", options, async (t) => {
  const table = readFileSync(`${folder}README.md`, "utf8");
  const verdicts = new Map<string, string>();
  for (const [, name = "", verdict = ""] of table.matchAll(/^\| (etcd_\d+) \| (\w+) /gm)) {
    verdicts.set(`${name}.log`, verdict);
  }
  for (const [, name = ""] of table.matchAll(/\b(c\d\d)-ok \/ c\d\d-bad \| valid/gm)) {
    verdicts.set(`${name}-ok.txt`, "valid").set(`${name}-bad.txt`, "invalid");
  }
  const files = readdirSync(folder).filter((file) => file !== "README.md");
  t.same([...verdicts.keys()].sort(), files.sort(), "the README has every file");
  for (const [file, expected] of verdicts) {
    const bytes = readFileSync(`${folder}${file}`);
    const format = detectFormat(bytes.subarray(0, 65536));
    const builder = new OperationsBuilder();
    const reader = format.open(builder);
    reader.push(bytes);
    const { skipped } = reader.end();
    const model = format.name === "kv" ? "kv" : "cas-register";
    const unbounded = { stepsMax: 2e6, configurationsMax: 1e6, shouldStop: () => false };
    const checked = checkers["linearizable"]?.checkOperations?.(
      builder.finish(),
      { model },
      unbounded,
    );
    t.equal(checked?.verdict, expected, file);
    t.equal(skipped, 0, `${file}: every line is an operation`);
  }
});
