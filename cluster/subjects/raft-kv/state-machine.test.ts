import t from "tap";
import { type Command, createKvMachine, machineRules, type Reply } from "./state-machine.ts";

function createMachine(sessionsMax?: number) {
  const machine = createKvMachine(machineRules, sessionsMax);
  return { ...machine, run: (command: Command): Reply => machine.apply(command) };
}

const put = (value: string, version: number, key = "k") =>
  ({ f: "put", key, value, version }) as const;
const append = (text: string, sequence: number, client = "c1", key = "k") =>
  ({ f: "append", key, text, client, sequence }) as const;

t.test("a put stores when its version is the key's, and raises it by one", async (t) => {
  const cases = [
    { name: "absent, 0: created at version 1", before: 0, version: 0, ok: 1 },
    { name: "absent, above 0", before: 0, version: 1, error: "ErrNoKey" },
    { name: "present, equal", before: 2, version: 2, ok: 3 },
    { name: "present, lower", before: 2, version: 1, error: "ErrVersion" },
    { name: "present, higher", before: 2, version: 3, error: "ErrVersion" },
    { name: "present, 0", before: 2, version: 0, error: "ErrVersion" },
  ] as const;
  for (const one of cases) {
    const machine = createMachine();
    for (let version = 0; version < one.before; version++) machine.run(put("old", version));

    const reply = machine.run(put("new", one.version));

    if ("ok" in one) {
      t.same(reply, { kind: "ok", version: one.ok }, one.name);
      t.same(machine.get("k"), { value: "new", version: one.ok });
    } else {
      const seen = one.before > 0 ? { version: one.before } : {};
      t.same(reply, { kind: "refused", error: one.error, ...seen }, one.name);
      t.equal(machine.get("k")?.version ?? 0, one.before, "nothing changed");
    }
  }
});

t.test("an append adds at the end, raises the version, and creates an absent key", async (t) => {
  const machine = createMachine();

  t.same(machine.run(append("a", 1)), { kind: "ok", version: 1 });
  t.same(machine.run(append("b", 2)), { kind: "ok", version: 2 });

  t.same(machine.get("k"), { value: "ab", version: 2 });
});

t.test("an append that comes again gets its first reply and changes nothing", async (t) => {
  const machine = createMachine();
  machine.run(append("a", 1));
  machine.run(append("x", 1, "c2"));

  const again = machine.run(append("a", 1));

  t.same(again, { kind: "ok", version: 1 });
  t.same(machine.get("k"), { value: "ax", version: 2 });
});

t.test("a copy that comes after the client's next append changes nothing", async (t) => {
  const machine = createMachine();
  machine.run(append("a", 1));
  machine.run(append("b", 2));

  const late = machine.run(append("a", 1));

  t.same(late, { kind: "refused", error: "ErrSequence" });
  t.same(machine.get("k"), { value: "ab", version: 2 });
});

t.test("keys and clients that share names with object members are ordinary", async (t) => {
  const machine = createMachine();

  for (const name of ["__proto__", "constructor", "toString"]) {
    t.equal(machine.get(name), null);
    t.same(machine.run(append("a", 1, name, name)), { kind: "ok", version: 1 });
  }
});

t.test(
  "the session that was unused for longest expires, and its appends are not repeated",
  async (t) => {
    const machine = createMachine(2);
    machine.run(append("a", 1, "c1"));
    machine.run(append("b", 1, "c2"));
    machine.run(append("c", 2, "c1"));
    machine.run(append("d", 1, "c3"));

    t.match(machine.run(append("c", 2, "c1")), { kind: "ok", version: 3 }, "still remembered");
    const expired = machine.run(append("b", 1, "c2"));
    t.same(expired, { kind: "expired", epoch: 6 });
    t.equal(machine.get("k")?.value, "abcd");
    t.match(machine.run({ ...append("e", 2, "c2"), epoch: 6 }), { kind: "ok" }, "a new session");
    t.match(machine.run(append("b", 1, "c2")), { error: "ErrSequence" });
  },
);

t.test(
  "a snapshot is the same on nodes that executed the same, and goes on the same way",
  async (t) => {
    const [one, two] = [createMachine(2), createMachine(2)];
    for (const machine of [one, two]) {
      machine.run(put("x", 0, "other"));
      for (const client of ["c1", "c2", "c1", "c3"]) machine.run(append("a", 1, client));
    }
    const snapshot = one.snapshot();
    const restored = createMachine(2);
    restored.run(put("gone", 0, "elsewhere"));
    restored.restore(snapshot);

    t.equal(two.snapshot(), snapshot);
    t.equal(restored.snapshot(), snapshot);
    t.equal(restored.get("elsewhere"), null);
    const next = [
      append("a", 1, "c3"),
      append("a", 1, "c1"),
      append("b", 2, "c2"),
      put("y", 1, "k"),
    ];
    for (const command of next) t.same(restored.run(command), one.run(command));
    t.equal(restored.snapshot(), one.snapshot());
  },
);
