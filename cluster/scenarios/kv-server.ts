import { program } from "../subjects/kvsrv/program.ts";
import { subject } from "../subjects/kvsrv/subject.ts";
import { KvLab } from "./kv-lab.ts";
import { checkCounts, PutLoop, runLoops } from "./put-loop.ts";
import type { Scenario } from "./scenario.ts";

/** Lab 2. Its memory test is a test of kvsrv itself. */
export const kvServer: readonly Scenario[] = [
  {
    name: "2 ReliablePut",
    run: (seed) => {
      const lab = open(seed, false);
      const client = lab.openClient();
      const expect = (got: unknown, expected: unknown): void => {
        const [a, b] = [JSON.stringify(got), JSON.stringify(expected)];
        if (a !== b) lab.fail(`got ${a}, expected ${b}`);
      };
      expect(lab.put(client, "k", "6.5840", 0), "ok");
      expect(lab.get(client, "k"), { value: "6.5840", version: 1 });
      expect(lab.put(client, "k", "6.5840", 0), "ErrVersion");
      expect(lab.put(client, "y", "6.5840", 1), "ErrNoKey");
      expect(lab.get(client, "y"), { value: null, version: 0 });
      lab.checkHistory();
    },
  },
  {
    name: "2 PutConcurrentReliable",
    run: (seed) => {
      const lab = open(seed, false);
      const loops = Array.from({ length: 10 }, () => new PutLoop(lab, lab.openClient(), () => "k"));
      runLoops(lab, loops, 1000);
      checkCounts(lab, loops, ["k"], true);
      lab.checkHistory();
    },
  },
  {
    name: "2 UnreliableNet",
    run: (seed) => {
      const lab = open(seed, true);
      const client = lab.openClient();
      let maybes = 0;
      for (let round = 0; round < 100; round++) {
        const first = lab.put(client, "k", `${round}`, round);
        if (first === "ErrMaybe") maybes += 1;
        else if (first !== "ok") lab.fail(`put ${round} ended ${first}`);
        // What may have been stored was: nobody else puts here.
        const again = lab.put(client, "k", "again", round);
        if (again !== "ErrVersion" && again !== "ErrMaybe") lab.fail(`a second put ended ${again}`);
        const found = lab.get(client, "k");
        if (found.version !== round + 1 || found.value !== `${round}`) {
          lab.fail(`found ${JSON.stringify(found)} after put ${round}`);
        }
      }
      if (maybes === 0) lab.fail("no ErrMaybe in a hundred rounds, expected at least one");
      lab.checkHistory();
    },
  },
  ...[1, 10].flatMap((clients) =>
    [false, true].map((isUnreliable) => ({
      name: `2 lock ${clients === 1 ? "One" : "Many"}Client${isUnreliable ? "Unreliable" : "Reliable"}`,
      run: (seed: number) => runLocks(seed, clients, isUnreliable),
    })),
  ),
];

function open(seed: number, isUnreliable: boolean, model?: string): KvLab {
  return new KvLab({
    subject,
    program,
    nodeCount: 1,
    seed,
    isUnreliable,
    ...(model && { model }),
  });
}

/** Clients take the lock, hold it for 10 ms and give it back, for 2 s: never two hold it. */
function runLocks(seed: number, clients: number, isUnreliable: boolean): void {
  const lab = open(seed, isUnreliable, "mutex");
  let holder: string | null = null;
  let taken = 0;
  let idle = 0;
  const cycle = (client: ReturnType<KvLab["openClient"]>): void => {
    if (lab.world.now() >= 2e9) {
      idle += 1;
      return;
    }
    client.call({ f: "acquire", key: "lock" }, ({ type, error }) => {
      if (type !== "ok") lab.fail(`acquire ended ${type} ${error}`);
      if (holder !== null) lab.fail(`${client.name} has the lock that ${holder} holds`);
      holder = client.name;
      taken += 1;
      lab.world.after(10e6, () => {
        holder = null;
        client.call({ f: "release", key: "lock" }, (released) => {
          if (released.type !== "ok") lab.fail(`release ended ${released.type} ${released.error}`);
          cycle(client);
        });
      });
    });
  };
  for (let count = 0; count < clients; count++) cycle(lab.openClient());
  if (!lab.until(() => idle === clients, 60_000)) lab.fail("a client waits for ever");
  const expected = isUnreliable ? 1 : 10;
  if (taken < expected) lab.fail(`the lock was taken ${taken} times, expected ${expected}`);
  lab.checkHistory();
}
