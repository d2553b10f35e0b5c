import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { openInBrowser } from "./open-browser.ts";

// Openers of our own stand for the desktop's.

const skip = process.platform === "linux" ? false : "looks for xdg-open";

async function openWith(t: Tap, script: string | null) {
  const folder = t.testdir();
  if (script !== null) {
    writeFileSync(join(folder, "xdg-open"), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, "xdg-open"), 0o755);
  }
  const path = process.env["PATH"];
  process.env["PATH"] = script === null ? folder : `${folder}:${path}`;
  const notes: string[] = [];
  const beganMs = performance.now();
  try {
    await openInBrowser("http://127.0.0.1:8090/", (line) => notes.push(line));
  } finally {
    process.env["PATH"] = path;
  }
  return { notes, folder, ms: performance.now() - beganMs };
}

type Tap = { testdir(): string };

t.test("an opener gets the address, and nothing is said", { skip }, async (t) => {
  const { notes, folder } = await openWith(t, 'echo "$1" > "$(dirname "$0")/opened"');
  t.same(notes, []);
  t.equal(readFileSync(join(folder, "opened"), "utf8"), "http://127.0.0.1:8090/\n");
});

t.test("no display, no opener: the address is told", { skip }, async (t) => {
  for (const script of ["exit 3", null]) {
    const { notes } = await openWith(t, script);
    t.equal(notes.length, 1);
    t.match(notes[0], /no browser could be opened here .*xdg-open.*: http:\/\/127\.0\.0\.1:8090\//);
  }
});

t.test("a browser that stays open is not waited for", { skip }, async (t) => {
  const { notes, ms } = await openWith(t, "exec sleep 4");
  t.same(notes, []);
  t.ok(ms < 3500, `${ms} ms`);
});
