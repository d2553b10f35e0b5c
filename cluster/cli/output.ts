import { relative } from "node:path";
import { styleText } from "node:util";
import type { Verdict } from "porcupine-ts";

/** Where a command speaks: results on stdout, everything else on stderr. */
export type Output = {
  /** What goes on right now: one rewritten line on a terminal, plain lines otherwise. */
  progress(line: string): void;
  /** A line that stays, on stderr. */
  note(line: string): void;
  /** The result for people, on stdout; silent with `--json`. */
  say(line: string): void;
  /** The result for machines: exactly one JSON value on stdout, only with `--json`. */
  json(value: unknown): void;
  paint(verdict: Verdict): string;
};

type Stream = { isTTY?: boolean; columns?: number; write(text: string): unknown };

const colours = { valid: "green", invalid: "red", unknown: "yellow", vacuous: "yellow" } as const;
const clearLine = "\r\u001b[K";

/**
 * Control characters and those that turn the direction of text, written out: what came from a history
 * never speaks to the terminal. Line ends stay, unless GitHub would take what follows for a command.
 */
export function visible(text: string): string {
  return text.replace(commandLine, lineEnd).replace(hidden, writtenOut);
}

/** A path as seen from here, on one line whatever its name is. */
export function visiblePath(path: string): string {
  return visible(relative(".", path)).replaceAll("\n", lineEnd);
}

function writtenOut(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

const lineEnd = writtenOut("\n");
/** A line end before a workflow command of GitHub Actions (`::error::...`, `##[error]...`). */
const commandLine = /\n(?=\s*(?:::|##\[))/g;
const hidden = /(?!\n)[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

export function createOutput(options: {
  readonly json: boolean;
  readonly stdout: Stream;
  readonly stderr: Stream;
}): Output {
  const { stdout, stderr } = options;
  let isLineOpen = false;

  function closeLine(): void {
    if (isLineOpen) stderr.write(clearLine);
    isLineOpen = false;
  }

  return {
    progress: (line) => {
      if (stderr.isTTY !== true) {
        stderr.write(`${visible(line)}\n`);
        return;
      }
      stderr.write(`${clearLine}${visible(line).slice(0, (stderr.columns ?? 80) - 1)}`);
      isLineOpen = true;
    },
    note: (line) => {
      closeLine();
      stderr.write(`${visible(line)}\n`);
    },
    say: (line) => {
      closeLine();
      if (!options.json) stdout.write(`${line.replace(commandLine, lineEnd)}\n`);
    },
    json: (value) => {
      closeLine();
      if (options.json) stdout.write(`${JSON.stringify(value)}\n`);
    },
    paint: (verdict) => {
      const isPlain = stdout.isTTY !== true || process.env["NO_COLOR"] !== undefined;
      return isPlain ? verdict : styleText(["bold", colours[verdict]], verdict);
    },
  };
}
