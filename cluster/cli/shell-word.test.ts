import { execFileSync } from "node:child_process";
import t from "tap";
import { shellWord } from "./shell-word.ts";

t.test("a shell reads the word that was meant", async (t) => {
  const words = [
    ...["plain-1.yaml", "my file.yaml", "it's", "", "~", "a~b", "=ls", "$HOME", "`id`", '"'],
    ...["a\\b", "*", "a;b", "line\nbreak", "ü.yaml", "#a", "a=b", "!", "{a,b}", "-x"],
  ];
  const script = `printf '%s\\0' ${words.map(shellWord).join(" ")}`;
  const read = execFileSync("sh", ["-c", script], { encoding: "utf8" });
  t.same(read.split("\0").slice(0, -1), words);
});

t.test("what needs no quotes gets none", async (t) => {
  for (const word of ["workloads/kv-contended.yaml", "../a_b+c@1,2:3%.yaml", "M28"]) {
    t.equal(shellWord(word), word);
  }
});
