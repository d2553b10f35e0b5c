import type { Op } from "porcupine-ts";
import t from "tap";
import type { Effect } from "./fault.ts";
import { isolate } from "./grudge.ts";
import type { FaultRecord } from "./record.ts";
import { type VacuousOptions, vacuousReasons } from "./vacuous.ts";

const nodes = ["n1", "n2", "n3"];
const secondNs = 1e9;

/** One operation a tenth of a second from `from` until `until`, all with this outcome. */
type Stretch = {
  readonly from: number;
  readonly until: number;
  readonly type?: "ok" | "fail" | "info";
  readonly f?: string;
};

function opsOf(stretches: readonly Stretch[]): Op[] {
  const ops: Op[] = [];
  let process = 0;
  for (const { from, until, type = "ok", f = "put" } of stretches) {
    for (let tenth = Math.round(from * 10); tenth < until * 10; tenth++) {
      const time = (tenth * secondNs) / 10;
      process += 1;
      ops.push({ index: ops.length, time, process, type: "invoke", f });
      ops.push({ index: ops.length, time: time + 1e6, process, type, f });
    }
  }
  return ops.sort((one, other) => one.time - other.time);
}

type Short = {
  readonly fault?: string;
  readonly from?: number;
  readonly to?: number;
  readonly effect?: Effect;
  readonly targets?: readonly string[];
  readonly effective?: boolean | null;
  readonly skipped?: string;
};

function recordsOf(shorts: readonly Short[]): FaultRecord[] {
  return shorts.map((short, at) => {
    const { fault = "kill", effect = { down: ["n1"] }, targets = ["n1"], skipped } = short;
    const wasDone = skipped === undefined;
    return {
      id: `${fault}-${at + 1}`,
      fault,
      targets,
      detail: {},
      effect,
      injectedAt: wasDone ? (short.from ?? 10) * secondNs : null,
      healDueAt: wasDone ? (short.to ?? 12) * secondNs : null,
      healBeganAt: wasDone ? (short.to ?? 12) * secondNs : null,
      healedAt: wasDone ? (short.to ?? 12) * secondNs : null,
      effective: wasDone ? (short.effective ?? true) : null,
      healed: wasDone ? true : null,
      evidence: "what was seen",
      looks: {},
      skipped: skipped ?? null,
    };
  });
}

const majority: Effect = { down: ["n1", "n2"] };
const busy: readonly Stretch[] = [{ from: 0, until: 60 }];
const silentAtTen: readonly Stretch[] = [
  { from: 0, until: 10 },
  { from: 10, until: 12.1, type: "info" },
  { from: 12.1, until: 60 },
];

const cases: readonly {
  readonly name: string;
  readonly stretches?: readonly Stretch[];
  readonly records?: readonly Short[];
  readonly kinds?: readonly string[];
  /** Empty: not vacuous. */
  readonly reasons: readonly RegExp[];
}[] = [
  { name: "a busy run without faults is not vacuous", reasons: [] },
  {
    name: "(a) as many acknowledged mutations as asked for",
    stretches: [{ from: 0, until: 10 }],
    reasons: [],
  },
  {
    name: "(a) one mutation too few; refused, unknown ones and reads do not count",
    stretches: [
      { from: 0, until: 9.9 },
      { from: 10, until: 20, type: "fail" },
      { from: 20, until: 30, type: "info" },
      { from: 30, until: 40, f: "get" },
    ],
    reasons: [/^only 99 mutations were acknowledged, 100 are asked for$/],
  },
  {
    name: "(a) reads that all failed",
    stretches: [...busy, { from: 0, until: 5, f: "get", type: "info" }],
    reasons: [/^no read succeeded$/],
  },
  {
    name: "(a) one read that succeeded",
    stretches: [
      ...busy,
      { from: 0, until: 5, f: "read", type: "fail" },
      { from: 5, until: 5.1, f: "read" },
    ],
    reasons: [],
  },
  { name: "(b) a kind that took effect", records: [{}], kinds: ["kill"], reasons: [] },
  {
    name: "(b) a kind that never came",
    records: [{}],
    kinds: ["kill", "pause"],
    reasons: [/^no pause took an effect that was seen$/],
  },
  {
    name: "(b) a kind that was always skipped",
    records: [{ fault: "pause", skipped: "no leader known" }],
    kinds: ["pause"],
    reasons: [/^no pause took an effect that was seen \(skipped: no leader known\)$/],
  },
  {
    name: "(b) a skipped instance counts against nothing when its kind took effect elsewhere",
    records: [{}, { skipped: "n1 already down" }],
    kinds: ["kill"],
    reasons: [],
  },
  {
    name: "(b) an instance without effect, though another one of its kind had one",
    records: [{}, { from: 20, to: 22, effective: false }],
    kinds: ["kill"],
    reasons: [/^kill-2 was injected without effect: what was seen$/],
  },
  {
    name: "(b) a pause unseen because the node was killed meanwhile",
    records: [
      { from: 20, to: 22 },
      { fault: "pause", from: 30, to: 32, effect: { paused: ["n1"] } },
      { fault: "pause", from: 21, to: 24, effect: { paused: ["n1"] }, effective: false },
    ],
    kinds: ["kill", "pause"],
    reasons: [],
  },
  {
    name: "(b) another node's kill explains nothing, nor does one at another time",
    records: [
      { from: 20, to: 22, effect: { down: ["n2"] } },
      { from: 30, to: 32 },
      { fault: "pause", from: 21, to: 24, effect: { paused: ["n1"] }, effective: false },
    ],
    reasons: [/^pause-3 was injected without effect/],
  },
  {
    name: "(b) a cut unseen because another partition had cut the link",
    records: [
      { fault: "partition", effect: { cut: isolate(nodes, "n1") } },
      {
        fault: "partition",
        targets: ["n2"],
        effect: { cut: [{ from: "n1", to: "n2" }] },
        effective: false,
      },
    ],
    kinds: ["partition"],
    reasons: [],
  },
  {
    name: "(b) a cut unseen because the far end was down",
    records: [
      {},
      {
        fault: "partition",
        targets: ["n2"],
        effect: { cut: isolate(nodes, "n2") },
        effective: false,
      },
    ],
    reasons: [],
  },
  {
    name: "(b) lost messages explain what a client cannot see, not what links show",
    records: [
      { fault: "lose-messages", effect: {}, targets: nodes },
      { fault: "pause", effect: { paused: ["n1"] }, effective: false },
      { fault: "partition", effect: { cut: isolate(nodes, "n1") }, effective: false },
    ],
    reasons: [/^partition-3 was injected without effect/],
  },
  {
    name: "(c) nobody asked for a second",
    stretches: [
      { from: 0, until: 10 },
      { from: 11, until: 60 },
    ],
    records: [{ from: 9.95, to: 10.95, effect: majority }],
    reasons: [/^no operation was invoked during kill-1, which lasted 1.0 s$/],
  },
  {
    name: "(c) nobody asked, for less than a second",
    stretches: [
      { from: 0, until: 10 },
      { from: 11, until: 60 },
    ],
    records: [{ from: 9.95, to: 10.9, effect: majority }],
    reasons: [],
  },
  {
    name: "(c) operations that failed were invoked all the same",
    stretches: [
      { from: 0, until: 10 },
      { from: 10, until: 12, type: "fail" },
      { from: 12, until: 60 },
    ],
    records: [{ effect: majority }],
    reasons: [],
  },
  {
    name: "(d) nine that succeeded while a kind left a majority",
    stretches: [
      { from: 0, until: 10 },
      { from: 10, until: 10.9 },
      { from: 10.9, until: 12.1, type: "info" },
      { from: 12.1, until: 60 },
    ],
    records: [{ from: 9.95, to: 12 }],
    reasons: [
      /^only 9 operations invoked while a kill left a connected majority succeeded, 10 are/,
    ],
  },
  {
    name: "(d) ten in all windows of the kind together",
    stretches: [
      { from: 0, until: 10.5 },
      { from: 10.5, until: 12.1, type: "info" },
      { from: 12.1, until: 20.5 },
      { from: 20.5, until: 22.1, type: "info" },
      { from: 22.1, until: 60 },
    ],
    records: [
      { from: 9.95, to: 12 },
      { from: 19.95, to: 22 },
    ],
    reasons: [],
  },
  {
    name: "(d) windows in which another fault took the majority are not asked",
    stretches: silentAtTen,
    records: [
      { from: 9.95, to: 12 },
      { fault: "pause", from: 11, to: 11.5, effect: { paused: ["n2"] }, targets: ["n2"] },
    ],
    reasons: [],
  },
  {
    name: "(d) what succeeded before another fault took the majority counts",
    stretches: silentAtTen,
    records: [
      { from: 9.95, to: 12 },
      { from: 19.95, to: 24 },
      { fault: "pause", from: 22, to: 22.5, effect: { paused: ["n2"] }, targets: ["n2"] },
    ],
    reasons: [],
  },
  {
    name: "(d) what succeeded without a majority does not",
    stretches: silentAtTen,
    records: [
      { from: 9.95, to: 12 },
      { from: 19.95, to: 24 },
      { fault: "pause", from: 19.95, to: 24, effect: { paused: ["n2"] }, targets: ["n2"] },
    ],
    reasons: [/^only 0 operations invoked while a kill/],
  },
  {
    name: "(d) windows shorter than a second are not asked",
    stretches: [
      { from: 0, until: 10 },
      { from: 10, until: 11, type: "info" },
      { from: 11, until: 60 },
    ],
    records: [{ from: 9.95, to: 10.9 }],
    reasons: [],
  },
  {
    name: "(e) nothing succeeded for 10 s after a majority was back",
    stretches: [
      { from: 0, until: 10 },
      { from: 10, until: 22, type: "info" },
      { from: 22.1, until: 60 },
    ],
    records: [{ effect: majority }, { from: 22, to: 23, effect: majority }],
    reasons: [
      /^no operation succeeded in the 10.0 s after a majority was connected again at 12.0 s$/,
    ],
  },
  {
    name: "(e) the majority was back for less than 10 s",
    stretches: [
      { from: 0, until: 10 },
      { from: 10, until: 22, type: "info" },
      { from: 22.1, until: 60 },
    ],
    records: [{ effect: majority }, { from: 21.9, to: 23, effect: majority }],
    reasons: [],
  },
  {
    name: "(e) one operation succeeded at last",
    stretches: [
      { from: 0, until: 10 },
      { from: 10, until: 21, type: "info" },
      { from: 21, until: 21.1 },
      { from: 21.1, until: 22, type: "info" },
      { from: 22.1, until: 60 },
    ],
    records: [{ effect: majority }, { from: 22, to: 23, effect: majority }],
    reasons: [],
  },
  {
    name: "(e) nothing succeeded until the end",
    stretches: [
      { from: 0, until: 20 },
      { from: 20, until: 40, type: "info" },
    ],
    records: [{ from: 20, to: 22, effect: majority }],
    reasons: [
      /^no operation succeeded in the 17.9 s after a majority was connected again at 22.0 s$/,
    ],
  },
  {
    name: "(e) two faults that take a majority only together, one healed at the same moment",
    stretches: [
      { from: 0, until: 20 },
      { from: 20, until: 40, type: "info" },
    ],
    records: [
      { from: 1, to: 24 },
      { fault: "pause", from: 20, to: 22, effect: { paused: ["n2"] }, targets: ["n2"] },
      { fault: "pause", from: 22, to: 23, effect: { paused: ["n3"] }, targets: ["n3"] },
    ],
    reasons: [
      /^no operation succeeded in the 16.9 s after a majority was connected again at 23.0 s$/,
    ],
  },
  {
    name: "(b) what nothing came by is not called without effect",
    records: [{ fault: "disk", effect: { disks: ["n1"] }, effective: null }],
    reasons: [],
  },
  {
    name: "(b) unseen on a node that had gone for good",
    records: [
      { fault: "disk", from: 5, to: 6, effect: { disks: ["n1"], retired: ["n1"] } },
      { fault: "pause", from: 20, to: 22, effect: { paused: ["n1"] }, effective: false },
    ],
    reasons: [],
  },
  {
    name: "(e) a node that has gone for good is missing in every majority after it",
    stretches: [
      { from: 0, until: 20 },
      { from: 20, until: 40, type: "info" },
    ],
    records: [
      { fault: "disk", from: 1, to: 2, effect: { disks: ["n1"], retired: ["n1"] } },
      { fault: "disk", from: 20, to: 21, effect: { disks: ["n2"], retired: ["n2"] } },
    ],
    reasons: [],
  },
];

for (const { name, stretches = busy, records = [], kinds = [], reasons } of cases) {
  t.test(`DESIGN 9: ${name}`, async (t) => {
    const options: VacuousOptions = {
      ops: opsOf(stretches),
      records: recordsOf(records),
      kinds,
      voters: nodes,
      okAtLeast: 100,
      withinMs: 10_000,
    };
    const found = vacuousReasons(options);
    t.equal(found.length, reasons.length, found.join("; "));
    for (const [at, reason] of reasons.entries()) t.match(found[at], reason);
  });
}
