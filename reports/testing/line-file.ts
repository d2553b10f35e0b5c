import { closeSync, openSync, writeSync } from "node:fs";

const linesHeld = 10_000;

/** A file that is written line by line, some thousands at once. */
export class LineFile {
  readonly #file: number;
  #lines: string[] = [];

  constructor(path: string) {
    this.#file = openSync(path, "w");
  }

  add(line: string): void {
    this.#lines.push(line);
    if (this.#lines.length === linesHeld) this.#write();
  }

  close(): void {
    this.#write();
    closeSync(this.#file);
  }

  #write(): void {
    if (this.#lines.length > 0) writeSync(this.#file, `${this.#lines.join("\n")}\n`);
    this.#lines = [];
  }
}
