import { execFileSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { packTar } from "./tar.ts";

t.test("tar itself unpacks what is packed", async (t) => {
  const folder = t.testdir();
  const bytes = Buffer.from("x".repeat(1_000));

  const archive = packTar([
    { path: "inside/", mode: 0o755, uid: process.getuid?.() ?? 0 },
    { path: "inside/file", mode: 0o600, uid: process.getuid?.() ?? 0, bytes },
    { path: "empty", mode: 0o644, uid: process.getuid?.() ?? 0, bytes: new Uint8Array() },
  ]);
  execFileSync("tar", ["-xf", "-", "-C", folder], { input: archive });

  t.same(readFileSync(join(folder, "inside", "file")), bytes);
  t.equal(statSync(join(folder, "inside", "file")).mode & 0o777, 0o600);
  t.equal(statSync(join(folder, "empty")).size, 0);
  t.equal(archive.length % 512, 0);
});

t.test("a path that the format has no room for is refused", async (t) => {
  t.throws(() => packTar([{ path: "p".repeat(100), mode: 0o644, uid: 0 }]), RangeError);
});
