import { fromColumns, type LaidOperation, type OperationColumns } from "../columns.ts";
import type { ViewModel } from "../view-model.ts";

export type PageData = {
  readonly view: ViewModel;
  /** In the order of their invocations. */
  readonly operations: readonly LaidOperation[];
};

/** Reads the block of data that `render.ts` put into the page. */
export async function readData(): Promise<PageData> {
  const text = document.querySelector("#data")?.textContent ?? "";
  const { view, packed } = JSON.parse(text) as { view: ViewModel; packed: string };
  const columns = JSON.parse(await inflate(packed)) as OperationColumns;
  return { view, operations: fromColumns(columns) };
}

async function inflate(base64: string): Promise<string> {
  const binary = atob(base64);
  const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
  const inflated = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return new Response(inflated).text();
}
