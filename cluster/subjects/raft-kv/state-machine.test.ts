import t from "tap";
import { type Command, createKvMachine, machineRules, type Reply } from "./state-machine.ts";

function createMachine() {
  const machine = createKvMachine(machineRules);
  return { ...machine, run: (command: Command): Reply => machine.apply(JSON.stringify(command)) };
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
