import t from "tap";
import { joinLogFrames } from "./log-frames.ts";

const frame = (stream: number, text: string): Buffer => {
  const header = Buffer.alloc(8);
  header.writeUInt8(stream, 0);
  header.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([header, Buffer.from(text)]);
};

t.test("standard output and error come in the order they were written", async (t) => {
  const frames = Buffer.concat([
    frame(1, "one\n"),
    frame(2, "two\n"),
    frame(1, ""),
    frame(1, "é\n"),
  ]);
  t.equal(joinLogFrames(frames).toString("utf8"), "one\ntwo\né\n");
});

t.test("a torn last frame gives what is there", async (t) => {
  const frames = Buffer.concat([frame(1, "one\n"), frame(1, "two\n")]);
  t.equal(joinLogFrames(frames.subarray(0, -2)).toString("utf8"), "one\ntw");
  t.equal(joinLogFrames(frames.subarray(0, 15)).toString("utf8"), "one\n");
});
