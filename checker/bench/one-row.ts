import { measure } from "./measure.ts";
import { rows } from "./rows.ts";

/** Measures the row at a place of the list in this process and prints the result as JSON. */
const [place = "0", data = ""] = process.argv.slice(2);
const row = rows[Number(place)];
if (row === undefined) throw new RangeError(`no row ${place}`);
process.stdout.write(JSON.stringify(measure(row, data)));
