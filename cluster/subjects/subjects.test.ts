import { existsSync, readdirSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import t from "tap";
import type { Outcome } from "../env/env.ts";
import type { Bug, ClientBug, NodeProgram } from "../env/program.ts";
import type { Client, Completion, Invocation, Subject } from "../subject.ts";
import { clientRules } from "./kv-rules.ts";
import { createVirtualClock } from "./testing/virtual-clock.ts";

// The contract of a subject, over every folder that has a subject.ts.

const folder = fileURLToPath(new URL(".", import.meta.url));
const subjects: Subject[] = [];
for (const name of readdirSync(folder)) {
  if (!existsSync(`${folder}/${name}/subject.ts`)) continue;
  const module: { subject: Subject } = await import(`./${name}/subject.ts`);
  t.equal(module.subject.name, name, "a subject has its folder's name");
  subjects.push(module.subject);
}

/** A value that any model's functions take. */
const value = { value: "v", version: 0 };

/** Every rule of the tables, by its path. */
function leavesOf(rules: unknown, path = ""): Map<string, unknown> {
  if (typeof rules !== "object" || rules === null) return new Map([[path, rules]]);
  const parts = Object.entries(rules).map(([name, part]) => leavesOf(part, `${path}.${name}`));
  return new Map(parts.flatMap((part) => [...part]));
}

function open(subject: Subject, model: string, outcome: Outcome | null) {
  const clock = createVirtualClock();
  const requester = {
    request: (
      _to: string,
      _request: unknown,
      timeoutMs: number,
      done: (outcome: Outcome) => void,
    ) => {
      if (outcome !== null) clock.setTimer(1, () => done(outcome));
      else clock.setTimer(timeoutMs, () => done({ kind: "lost", error: "timeout" }));
    },
  };
  const nodes = Array.from({ length: subject.nodesDefault }, (_, at) => `n${at + 1}`);
  const client: Client = subject.openClient(model, {
    env: { clock, requester },
    nodes,
    process: 12,
    thread: 2,
    route: "pinned",
    seed: "contract",
    timeoutMs: 500,
  });
  return { clock, client, nodes };
}

for (const subject of subjects) {
  t.test(`${subject.name} is what its subject.ts says`, async (t) => {
    t.ok(subject.nodeCounts.includes(subject.nodesDefault));
    t.ok(Object.keys(subject.models).length > 0);
    const module: { program: NodeProgram<unknown> } = await import(
      pathToFileURL(subject.programFile).href
    );
    t.type(module.program.start, "function");
    for (const { id, file } of subject.bugs) {
      const { bug }: { bug: Bug<unknown> & ClientBug<unknown> } = await import(
        pathToFileURL(file).href
      );
      t.equal(basename(file, ".ts"), id.toLowerCase(), "a bug has its file's name");
      const plant = bug.plantClient ?? bug.plant;
      t.ok(bug.wrap !== undefined || plant !== undefined, `${id} plants something`);
      const rules = bug.plantClient === undefined ? module.program.rules : clientRules;
      const before = leavesOf(rules);
      const after = leavesOf(plant?.(rules) ?? rules);
      const changed = [...after].filter(([name, rule]) => before.get(name) !== rule);
      t.equal(changed.length, plant === undefined ? 0 : 1, `${id} replaces one rule`);
      t.same([...after.keys()], [...before.keys()], `${id} adds none and removes none`);
      t.same(leavesOf(rules), before, `${id} leaves the correct table alone`);
    }
  });

  t.test(`${subject.name}'s clients never lie about what nobody answered`, async (t) => {
    const refused: Outcome = { kind: "not-sent", error: "ECONNREFUSED" };
    const broken: Outcome = { kind: "response", status: 500, body: null };
    const outcomes: readonly (Outcome | null)[] = [refused, broken, null];
    for (const [model, functions] of Object.entries(subject.models)) {
      for (const f of functions) {
        const invocation: Invocation = { f, key: "k", value };
        for (const outcome of outcomes) {
          const { clock, client, nodes } = open(subject, model, outcome);
          const completions: Completion[] = [];
          client.invoke(invocation, (completion) => completions.push(completion));
          clock.run();

          const [completion] = completions;
          t.equal(completions.length, 1, `${model} ${f}: one completion`);
          if (outcome === refused) t.equal(completion?.type, "fail", `${f}, nobody listens`);
          else t.not(completion?.type, "ok", `${f}, nobody understands`);
          t.ok(completion?.error, "it says why");
          const isNode = completion?.node === undefined || nodes.includes(completion.node);
          t.ok(isNode && clock.now() <= 501e6);
        }
        const { clock, client } = open(subject, model, broken);
        client.invoke(invocation, ({ error }) => {
          if (error !== "not-held") t.fail(`${f} calls back after close`);
        });
        client.close();
        clock.run();
      }
    }
  });

  t.test(`${subject.name}'s status probe tells refusal from silence`, async (t) => {
    const probes: string[] = [];
    const outcomes: readonly Outcome[] = [
      { kind: "not-sent", error: "ECONNREFUSED" },
      { kind: "lost", error: "timeout" },
    ];
    for (const outcome of outcomes) {
      const clock = createVirtualClock();
      const requester = {
        request: (...args: [string, unknown, number, (outcome: Outcome) => void]) =>
          args[3](outcome),
      };
      subject.status({ clock, requester }, "n1", 100, ({ kind }) => probes.push(kind));
    }
    t.same(probes, ["refused", "silent"]);
  });
}

t.ok(subjects.length >= 2, "the contract was tried");
