import { appendFileSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import t, { type Test } from "tap";
import type { Disk } from "./env.ts";
import { createDisk } from "./real-disk.ts";
import { encodeRecord } from "./record-codec.ts";

type PromisedDisk = {
  readonly append: (file: string, text: string) => Promise<Error | null>;
  readonly replace: (file: string, text: string) => Promise<Error | null>;
  readonly read: (file: string) => Promise<string | null | Error>;
  readonly folder: string;
  readonly disk: Disk;
};

function open(t: Test, beforeEffect: () => void = () => undefined): PromisedDisk {
  const folder = t.testdir();
  const disk = createDisk({ folder, beforeEffect });
  return {
    folder,
    disk,
    append: (file, text) => new Promise((resolve) => disk.append(file, text, resolve)),
    replace: (file, text) => new Promise((resolve) => disk.replace(file, [text], resolve)),
    read: (file) =>
      new Promise((resolve) =>
        disk.read(file, (content) => {
          if (content.kind === "records") resolve(content.records.join(""));
          else if (content.kind === "corrupt") resolve(new Error(content.reason));
          else resolve(content.kind === "error" ? content.error : null);
        }),
      ),
  };
}

t.test("operations are done in the order they were asked for", async (t) => {
  const { append, replace, read, folder } = open(t);

  const asked = [
    read("log"),
    append("log", "a"),
    append("log", "b"),
    append("other", "x"),
    append("log", "c"),
    read("log"),
    replace("log", "R"),
    append("log", "d"),
    append("log", "e"),
    read("log"),
  ];

  t.same(await Promise.all(asked), [null, null, null, null, null, "abc", null, null, null, "Rde"]);
  t.same(readdirSync(folder).sort(), ["log", "other"], "no temporary file stays");
});

t.test("appends asked for together are one group, each told in turn", async (t) => {
  let effects = 0;
  const { disk, read } = open(t, () => {
    effects += 1;
  });
  const told: number[] = [];

  await new Promise<void>((resolve) => {
    for (let index = 0; index < 100; index++) {
      disk.append("log", `${index};`, (error) => {
        told.push(error === null ? index : -1);
        if (told.length === 100) resolve();
      });
    }
  });

  t.same(told, [...Array(100).keys()]);
  t.equal(effects, 1);
  t.equal(await read("log"), `${[...Array(100).keys()].join(";")};`);
});

t.test("an append continues a file of an earlier incarnation", async (t) => {
  const { append, read, folder } = open(t);
  writeFileSync(join(folder, "log"), encodeRecord("old "));

  t.equal(await append("log", "new"), null);
  t.equal(await read("log"), "old new");
});

t.test("errors are told to everyone who asked, and the disk goes on", async (t) => {
  const { append, replace, read, folder } = open(t);
  mkdirSync(join(folder, "busy"));

  const errors = await Promise.all([append("busy", "a"), append("busy", "b"), read("busy")]);
  t.match(errors, [{ code: "EISDIR" }, { code: "EISDIR" }, { code: "EISDIR" }]);
  t.match(await replace("busy", "a"), { code: /EISDIR|ENOTEMPTY/ });

  rmSync(join(folder, "busy"), { recursive: true });
  t.equal(await append("busy", "again"), null);
  t.equal(await read("busy"), "again");
});

t.test("a full disk is an error", async (t) => {
  const disk = createDisk({ folder: "/dev", beforeEffect: () => undefined });

  const error = await new Promise((resolve) => disk.append("full", "a", resolve));

  t.match(error, { code: "ENOSPC" });
});

t.test("a torn tail is told, and a replaced file is whole again", async (t) => {
  const { disk, append, replace, folder } = open(t);
  const content = (): Promise<unknown> => new Promise((resolve) => disk.read("log", resolve));
  await append("log", "a");
  appendFileSync(join(folder, "log"), encodeRecord("b").subarray(0, 9));

  t.same(await content(), { kind: "records", records: ["a"], tornBytes: 9 });
  await replace("log", "a");
  t.same(await content(), { kind: "records", records: ["a"], tornBytes: 0 });
});
