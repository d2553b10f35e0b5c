import t from "tap";
import { entriesOf } from "./testing/one-node.ts";
import type { Persist } from "./types.ts";
import { encodeFrame, recoverWal } from "./wal.ts";

function persist(fields: Partial<Persist>): Persist {
  const nothing = { hardState: null, truncateFrom: null, first: 1, entries: [] };
  return { kind: "persist", sequence: 1, ...nothing, ...fields };
}

function join(...frames: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(frames.flatMap((frame) => [...frame]));
}

const [one, two, three] = entriesOf(1, 1, 2);
const written = [
  encodeFrame([
    persist({ hardState: { currentTerm: 1, votedFor: "n2" } }),
    persist({ first: 1, entries: entriesOf(1, 1) }),
  ]),
  encodeFrame([persist({ hardState: { currentTerm: 2, votedFor: null } })]),
  encodeFrame([persist({ truncateFrom: 2, first: 2, entries: entriesOf(1, 1, 2).slice(2) })]),
];

t.test("what was written comes back, in order", async (t) => {
  t.match(recoverWal(join(...written)), {
    kind: "recovered",
    hardState: { currentTerm: 2, votedFor: null },
    entries: [one, three],
  });
  t.match(recoverWal(join(...written.slice(0, 2))), { entries: [one, two] });
  t.match(recoverWal(new Uint8Array(0)), { hardState: { currentTerm: 0 }, wholeBytes: 0 });
});

t.test("any text survives", async (t) => {
  const command = '\u0000\ud800 "quoted" \n 日本語 \u{1f600}';
  const frame = encodeFrame([persist({ entries: [{ term: 1, command }] })]);

  t.match(recoverWal(frame), { entries: [{ command }] });
});

t.test("a write torn at any byte is cut off, and nothing before it is lost", async (t) => {
  const whole = join(...written.slice(0, 2));
  const last = written[2] ?? new Uint8Array(0);
  for (let kept = 0; kept < last.length; kept++) {
    const recovery = recoverWal(join(whole, last.slice(0, kept)));
    const isRight = recovery.kind === "recovered" && recovery.wholeBytes === whole.length;
    if (!isRight) t.fail(`torn after ${kept} bytes`, { recovery });
  }
  t.pass(`${last.length} places`);
});

t.test("a torn write of garbage or of zeros is cut off", async (t) => {
  const whole = join(...written);
  for (const byte of [0, 0x57, 0xff]) {
    const recovery = recoverWal(join(whole, new Uint8Array(64).fill(byte)));
    t.match(recovery, { kind: "recovered", wholeBytes: whole.length });
  }
});

t.test("damage at any byte before the last frame is refused, with its place", async (t) => {
  const file = join(...written);
  const lastStart = file.length - (written[2]?.length ?? 0);
  for (let at = 0; at < lastStart; at++) {
    const damaged = file.slice();
    damaged[at] = (damaged[at] ?? 0) ^ 0x10;
    const recovery = recoverWal(damaged);
    if (recovery.kind !== "corrupt") t.fail(`damage at byte ${at} went unseen`);
  }
  const damaged = file.slice();
  damaged[20] = 0;
  t.match(recoverWal(damaged), { kind: "corrupt", reason: /byte 0 is damaged.*follows at byte/ });
});

t.test("a frame that leaves a gap in the log is refused", async (t) => {
  const frame = encodeFrame([persist({ first: 3, entries: entriesOf(1) })]);

  t.match(recoverWal(frame), { kind: "corrupt", reason: /index 3, but the log ends at 0/ });
});
