import t from "tap";
import { exitsResult } from "./check-exits.ts";
import { endingOf, processExit } from "./exits.ts";

const byItself = { node: "n3", atNs: 5e9, ending: { code: 1, signal: null } };

t.test("what `fatal` said is the reason", async (t) => {
  const log = "4.100000 leads term 3\n5.000000 fatal: the log has a hole at index 7\n";
  t.match(processExit({ ...byItself, log }), {
    reason: "the log has a hole at index 7 (exit status 1)",
    isFatal: true,
    isEnvironment: false,
    lastLines: ["4.100000 leads term 3", "5.000000 fatal: the log has a hole at index 7"],
  });
});

t.test("of an error that nobody caught, its message, not the stack below it", async (t) => {
  const stack = [
    "4.100000 leads term 3",
    "/whitewater/node.cjs:120",
    "    throw new RangeError('x');",
    "    ^",
    "",
    "AssertionError [ERR_ASSERTION]: commitIndex 9 is past the log's end 8",
    "    at Raft.commit (/whitewater/node.cjs:120:11) {",
    "  code: 'ERR_ASSERTION'",
    "}",
    "",
    "Node.js v18.20.4",
  ];
  t.match(processExit({ ...byItself, log: stack.join("\n") }), {
    reason: "AssertionError [ERR_ASSERTION]: commitIndex 9 is past the log's end 8 (exit status 1)",
    isFatal: false,
    isEnvironment: false,
  });
});

t.test("a node that says nothing is told by how it ended", async (t) => {
  const crashed = processExit({ ...byItself, ending: endingOf(139), log: "" });
  t.match(crashed, { reason: "ended by SIGSEGV", isEnvironment: false, lastLines: [] });
  const left = processExit({ ...byItself, ending: endingOf(0), log: "5.0 leads term 3" });
  t.match(left, { reason: "exit status 0", isEnvironment: false });
});

t.test("what the machine did is no finding about the node", async (t) => {
  const killed = processExit({ ...byItself, ending: endingOf(137), log: "5.0 leads term 3" });
  t.match(killed, { reason: "ended by SIGKILL", isEnvironment: true });
  const starved = processExit({ ...byItself, ending: endingOf(1), log: "", isOutOfMemory: true });
  t.match(starved, { reason: /out of memory/, isEnvironment: true });
  const log = "5.0 fatal: cannot write log: ENOSPC: no space left on device, write";
  t.match(processExit({ ...byItself, log }), { isEnvironment: true });
});

t.test("the end of a long log, and of long lines", async (t) => {
  const log = Array.from({ length: 100 }, (_, index) => `${index} ${"x".repeat(2000)}`).join("\n");
  const { lastLines } = processExit({ ...byItself, log });
  t.equal(lastLines.length, 20);
  t.match(lastLines.at(-1), /^99 /);
  t.ok(lastLines.every((line) => line.length <= 500));
});

t.test("a node that gives up at each of its starts is told once, with the first", async (t) => {
  const log = "5.0 fatal: the log has a hole";
  const exits = [5e9, 7e9].map((atNs) => processExit({ ...byItself, atNs, log }));
  const { verdict, anomalies, stats } = exitsResult(exits);
  t.equal(verdict, "invalid");
  t.match(anomalies, [{ kind: "gave-up", time: 5e9, nodes: ["n3"] }]);
  t.equal(anomalies.length, 1);
  t.match(anomalies[0]?.observed, /^n3 ended by itself: the log has a hole/);
  t.same(stats, { lastLines: { n3: ["5.0 fatal: the log has a hole"] } });
});
