import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import t from "tap";
import { askUntilAnswer, bootEcho } from "./testing/boot-echo.ts";
import { findLabelled } from "./testing/find-labelled.ts";
import { requireDocker } from "./testing/require-docker.ts";

const name = (run: string): string => `reap-test-${process.pid}-${run}`;

t.test(
  "a boot removes what dead runs left, and nothing of living ones",
  await requireDocker(),
  async (t) => {
    const orchestrator = spawn(
      process.execPath,
      [
        "--import=tsx",
        "--conditions=source",
        fileURLToPath(new URL("./testing/orchestrator.ts", import.meta.url)),
        name("dead"),
      ],
      { stdio: ["ignore", "pipe", "inherit"] },
    );
    t.teardown(() => orchestrator.kill("SIGKILL"));
    const [living] = await Promise.all([
      bootEcho({ run: name("living") }),
      once(orchestrator.stdout, "data"),
    ]);
    t.teardown(() => living.down());
    const ofLiving = await findLabelled(name("living"));
    t.not((await findLabelled(name("dead"))).length, 0, "two runs at once");

    const ended = once(orchestrator, "exit");
    orchestrator.kill("SIGKILL");
    await ended;
    const third = await bootEcho({ run: name("third") });
    t.teardown(() => third.down());

    t.same(await findLabelled(name("dead")), [], "the dead run's are gone");
    t.same(await findLabelled(name("living")), ofLiving, "the living run's are untouched");
    await askUntilAnswer(living, "n1");
    await askUntilAnswer(third, "n1");

    await Promise.all([living.down(), third.down()]);
    for (const run of ["living", "dead", "third"]) t.same(await findLabelled(name(run)), [], run);
  },
);

t.test("a boot that is interrupted removes what it created", await requireDocker(), async (t) => {
  const controller = new AbortController();
  const booting = bootEcho({ run: name("interrupted"), signal: controller.signal });
  const failure = t.rejects(booting, { code: "E_INTERRUPTED" });
  while ((await findLabelled(name("interrupted"))).length === 0) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  controller.abort();

  await failure;
  t.same(await findLabelled(name("interrupted")), []);
});
