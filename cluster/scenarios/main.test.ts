import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import t from "tap";

const main = fileURLToPath(new URL("./main.ts", import.meta.url));
const runtime = ["--import", "tsx", "--conditions=porcupine-source"];

function runScenarios(...args: string[]): Promise<{ code: unknown; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [...runtime, main, ...args], (error, _, stderr) =>
      resolve({ code: error?.code ?? 0, stderr }),
    );
  });
}

t.test("scenarios that would play nothing are bad input, not a pass", async (t) => {
  const cases = [
    { args: ["--seeds", "many"], says: /--seeds takes a whole number .* got many/ },
    { args: ["--only", "9Z"], says: /--only takes a part of a name, got 9Z/ },
    { args: ["--sedes", "3"], says: /sedes/ },
  ];
  await Promise.all(
    cases.map(async ({ args, says }) => {
      const { code, stderr } = await runScenarios(...args);
      t.equal(code, 64, args.join(" "));
      t.match(stderr, says);
    }),
  );
});
