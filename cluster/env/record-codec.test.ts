import t from "tap";
import { decodeRecords, encodeRecord, encodeRecords } from "./record-codec.ts";

function join(...frames: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(frames.flatMap((frame) => [...frame]));
}

const records = [{ votedFor: "n2" }, [1, 2, null], "three"];
const written = records.map(encodeRecord);

t.test("what was written comes back, in order", async (t) => {
  t.same(decodeRecords(join(...written)), { kind: "records", records, tornBytes: 0 });
  t.same(decodeRecords(encodeRecords(records)), { kind: "records", records, tornBytes: 0 });
  t.same(decodeRecords(new Uint8Array(0)), { kind: "records", records: [], tornBytes: 0 });
});

t.test("any text survives", async (t) => {
  const text = '\u0000\ud800 "quoted" \n 日本語 \u{1f600}';

  t.match(decodeRecords(encodeRecord(text)), { records: [text] });
});

t.test("a write torn at any byte is told, and nothing before it is lost", async (t) => {
  const whole = join(...written.slice(0, 2));
  const last = written[2] ?? new Uint8Array(0);
  for (let kept = 0; kept < last.length; kept++) {
    const content = decodeRecords(join(whole, last.slice(0, kept)));
    t.same(content, { kind: "records", records: records.slice(0, 2), tornBytes: kept });
  }
});

t.test("a torn write of garbage or of zeros is told", async (t) => {
  const whole = join(...written);
  for (const byte of [0, 0x57, 0xff]) {
    const content = decodeRecords(join(whole, new Uint8Array(64).fill(byte)));
    t.same(content, { kind: "records", records, tornBytes: 64 });
  }
});

t.test("damage at any byte before the last frame is refused, with its place", async (t) => {
  const file = join(...written);
  const lastStart = file.length - (written[2]?.length ?? 0);
  for (let at = 0; at < lastStart; at++) {
    const damaged = file.slice();
    damaged[at] = (damaged[at] ?? 0) ^ 0x10;
    if (decodeRecords(damaged).kind !== "corrupt") t.fail(`damage at byte ${at} went unseen`);
  }
  const damaged = file.slice();
  damaged[20] = 0;
  t.match(decodeRecords(damaged), {
    kind: "corrupt",
    reason: /byte 0 is damaged.*follows at byte/,
  });
});
