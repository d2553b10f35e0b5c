import { generateLarge } from "../testing/large-histories.ts";
import { writeHist1, writeJsonLines } from "../testing/write-history.ts";
import { measure, stream } from "./measure.ts";
import { type Row, rows } from "./rows.ts";

// What a fresh process does for one row, by its place in the list. Results are printed as JSON.

async function main(): Promise<void> {
  const [task, place = "0", path = ""] = process.argv.slice(2);
  const row = rows[Number(place)];
  if (row === undefined) throw new RangeError(`no row ${place}`);
  if (task === "write") writeFile(row, path);
  else {
    const result = task === "stream" ? await stream(row, path) : measure(row, path);
    process.stdout.write(JSON.stringify(result));
  }
}

/** Writes the file that a streamed row reads. */
function writeFile({ what }: Row, path: string): void {
  if (what.kind !== "streamed") throw new RangeError("only a streamed row reads a file");
  const write = what.format === "hist1" ? writeHist1 : writeJsonLines;
  write(path, what.shape.model, generateLarge(what.shape));
}

await main();
