import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import t from "tap";

const script = fileURLToPath(new URL("./testing/hash-seeds.ts", import.meta.url));
const seeds = 50;

/** A line for each seed, from a process of its own. */
async function hashesOf(environment: Readonly<Record<string, string>>): Promise<string[]> {
  const args = ["--import=tsx", "--conditions=porcupine-source", script, "1", String(seeds)];
  const child = spawn(process.execPath, args, {
    env: { ...process.env, NODE_OPTIONS: "", ...environment },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  child.stdout.on("data", (chunk) => {
    text += chunk;
  });
  await once(child, "close");
  return text.trim().split("\n");
}

t.test("a seed gives the same history and traces in every process", async (t) => {
  // Neither where nor in which language a process runs may show.
  const [one, other] = await Promise.all([
    hashesOf({ TZ: "UTC", LANG: "C" }),
    hashesOf({ TZ: "Asia/Kathmandu", LANG: "tr_TR.UTF-8" }),
  ]);

  t.equal(one?.length, seeds);
  t.equal(new Set(one).size, seeds, "and other seeds give others");
  t.same(other, one);
});
