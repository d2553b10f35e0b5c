import { unpackTable } from "../columns.ts";
import { type Inside, unpackInside } from "../inside.ts";
import { OperationTable } from "../operation-table.ts";
import type { ViewModel } from "../view-model.ts";
import { part, textPart } from "./parts.ts";

export type PageData = {
  readonly view: ViewModel;
  /**
   * Empty until the operations were read, then complete. What stands below must not move when they
   * come: heights depend on `view` alone.
   */
  readonly table: OperationTable;
  /** What went on inside the nodes; null until it was read, or where it cannot be. */
  readonly inside: Inside | null;
  readonly isRead: boolean;
};

/** The small part of the page's data, there at once; no operations yet. */
export function readView(): PageData {
  const view = JSON.parse(document.querySelector("#data")?.textContent ?? "") as ViewModel;
  return { view, table: emptyTable(), inside: null, isRead: false };
}

/** All of it. Rejects where the data is damaged or the browser too old. */
export async function readOperations({ view }: PageData): Promise<PageData> {
  const [operations, inside] = await Promise.all([part("operations"), textPart("inside")]);
  return { view, table: unpackTable(operations), inside: unpackInside(inside), isRead: true };
}

function emptyTable(): OperationTable {
  const none = new Int32Array(0);
  const values = { form: new Uint8Array(0), a: none, b: none };
  const times = { call: new Float64Array(0), took: new Float64Array(0) };
  return new OperationTable({
    ...{ index: none, process: none, outcome: new Uint8Array(0) },
    ...{ f: none, key: none, node: none, error: none },
    ...times,
    ...{ input: values, output: values, dictionary: [], texts: { count: 0, text: () => "null" } },
  });
}
