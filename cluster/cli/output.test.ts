import t from "tap";
import { formatError, InputError } from "./errors.ts";
import { createOutput, visible, visiblePath } from "./output.ts";

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
  t.equal(visiblePath("a\nb/c"), "a\\u000ab/c");
  const stderr = sink(true);
  const output = createOutput({ json: false, stdout: sink(true), stderr });
  output.note("\u001b[2J");
  t.equal(stderr.text, "\\u001b[2J\n");
});

t.test("no line of a text becomes a workflow command of GitHub", async (t) => {
  const text = "a\n::error::b\n \r ::warning::c\n##[error]d\n  because: e";
  const shown =
    /^a\\u000a::error::b\\u000a \\u000d ::warning::c\\u000a##\[error\]d\n {2}because: e$/;
  t.match(visible(text), shown);
  t.match(formatError(new InputError(text)), /^whitewater: a\\u000a::error::b/);
  const stdout = sink(false);
  createOutput({ json: false, stdout, stderr: sink(false) }).say("a\n::error::b");
  t.equal(stdout.text, "a\\u000a::error::b\n");
});
