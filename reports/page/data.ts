import { unpackTable } from "../columns.ts";
import type { OperationTable } from "../operation-table.ts";
import type { ViewModel } from "../view-model.ts";
import { part } from "./parts.ts";

export type PageData = {
  readonly view: ViewModel;
  readonly table: OperationTable;
};

/** Reads the data that `render.ts` put into the page. */
export async function readData(): Promise<PageData> {
  const view = JSON.parse(document.querySelector("#data")?.textContent ?? "") as ViewModel;
  return { view, table: unpackTable(await part("operations")) };
}
