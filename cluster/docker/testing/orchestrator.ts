import { askUntilAnswer, bootEcho } from "./boot-echo.ts";

// An orchestrator to be killed: boots one node, says so, and waits for its end.

const cluster = await bootEcho({ run: process.argv[2] ?? "orchestrator" });
await askUntilAnswer(cluster, "n1");
process.stdout.write("booted\n");
setInterval(() => {}, 1_000);
