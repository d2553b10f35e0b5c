import t from "tap";
import { createOutput, visible } from "./output.ts";

function sink(isTTY: boolean): { isTTY: boolean; text: string; write(text: string): void } {
  return {
    isTTY,
    text: "",
    write(text) {
      this.text += text;
    },
  };
}

t.test("with --json, stdout holds exactly one JSON value", async (t) => {
  const stdout = sink(false);
  const stderr = sink(false);
  const output = createOutput({ json: true, stdout, stderr });

  output.progress("booting");
  output.note("seed 7");
  output.say("valid");
  output.json({ verdict: "valid" });

  t.equal(stdout.text, '{"verdict":"valid"}\n');
  t.equal(stderr.text, "booting\nseed 7\n");
});

t.test("off a terminal there are plain lines and no colours", async (t) => {
  const stdout = sink(false);
  const stderr = sink(false);
  const output = createOutput({ json: false, stdout, stderr });

  output.progress("booting");
  output.say(`verdict ${output.paint("invalid")}`);
  output.json({ ignored: true });

  t.equal(stdout.text, "verdict invalid\n");
  t.equal(stderr.text, "booting\n");
});

t.test(
  "on a terminal progress rewrites one line, and what stays is not written into it",
  async (t) => {
    const stdout = sink(true);
    const stderr = sink(true);
    const output = createOutput({ json: false, stdout, stderr });

    output.progress("one");
    output.progress("two");
    output.note("stays");

    t.equal(stderr.text, "\r\u001b[Kone\r\u001b[Ktwo\r\u001b[Kstays\n");
  },
);

t.test("what came from a history does not speak to the terminal", async (t) => {
  t.equal(
    visible("a\u001b[2J\u0007\r\u009b31m\u202eb\u007f"),
    "a\\u001b[2J\\u0007\\u000d\\u009b31m\\u202eb\\u007f",
  );
  t.equal(visible("é 漢 \n"), "é 漢 \n");
  const stderr = sink(true);
  const output = createOutput({ json: false, stdout: sink(true), stderr });
  output.note("\u001b[2J");
  t.equal(stderr.text, "\\u001b[2J\n");
});
