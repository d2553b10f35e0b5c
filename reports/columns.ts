import { ByteReader, ByteWriter, fromZigzag, toZigzag } from "./bytes.ts";
import { type OperationColumns, OperationTable } from "./operation-table.ts";
import { packTexts, unpackTexts } from "./packed-texts.ts";
import type { ValueColumns } from "./value-columns.ts";

// A table as bytes and back: column after column, so that like stands next to like for deflate.

type Ints = Int32Array | Uint8Array;

/** The columns one after the other. Times of the history are kept to the last bit. */
export function packTable(table: OperationColumns): Uint8Array {
  const writer = new ByteWriter();
  writer.varint(table.index.length);
  packSteps(writer, table.index);
  packTimes(writer, table.call, true);
  packTimes(writer, table.took, false);
  packSteps(writer, table.process);
  for (const column of [table.outcome, table.f, table.key, table.node, table.error]) {
    packCodes(writer, column);
  }
  packValues(writer, table.input);
  packValues(writer, table.output);
  packTexts(writer, table.texts);
  packTexts(writer, { count: table.dictionary.length, text: (id) => table.dictionary[id] ?? "" });
  return writer.written();
}

/** The table that was packed. Throws `RangeError` when the bytes end too early. */
export function unpackTable(bytes: Uint8Array): OperationTable {
  const reader = new ByteReader(bytes);
  const size = reader.varint();
  const columns = {
    index: unpackSteps(reader, size),
    call: unpackTimes(reader, size, true),
    took: unpackTimes(reader, size, false),
    process: unpackSteps(reader, size),
    outcome: unpackCodes(reader, new Uint8Array(size)),
    f: unpackCodes(reader, new Int32Array(size)),
    key: unpackCodes(reader, new Int32Array(size)),
    node: unpackCodes(reader, new Int32Array(size)),
    error: unpackCodes(reader, new Int32Array(size)),
    input: unpackValues(reader, size),
    output: unpackValues(reader, size),
    texts: unpackTexts(reader),
  };
  const words = unpackTexts(reader);
  const dictionary = Array.from({ length: words.count }, (_, id) => words.text(id));
  return new OperationTable({ ...columns, dictionary });
}

function packSteps(writer: ByteWriter, column: Ints): void {
  let previous = 0;
  for (const value of column) {
    writer.varint(toZigzag(value - previous));
    previous = value;
  }
}

function unpackSteps(reader: ByteReader, size: number): Int32Array {
  const column = new Int32Array(size);
  let previous = 0;
  for (let row = 0; row < size; row++) {
    previous += fromZigzag(reader.varint());
    column[row] = previous;
  }
  return column;
}

/** Codes from -1, mostly small. */
function packCodes(writer: ByteWriter, column: Ints): void {
  for (const value of column) writer.varint(value + 1);
}

function unpackCodes<T extends Ints>(reader: ByteReader, column: T): T {
  for (let row = 0; row < column.length; row++) column[row] = reader.varint() - 1;
  return column;
}

/** Whole nanoseconds as steps or as they are; anything else as the eight bytes of each. */
function packTimes(writer: ByteWriter, column: Float64Array, isAscending: boolean): void {
  const isWhole = column.every((ns) => Number.isInteger(ns) && Math.abs(ns) < 2 ** 50);
  writer.varint(isWhole ? 1 : 0);
  if (!isWhole) {
    const bytes = new DataView(new ArrayBuffer(column.length * 8));
    for (const [row, ns] of column.entries()) bytes.setFloat64(row * 8, ns, true);
    writer.raw(new Uint8Array(bytes.buffer));
    return;
  }
  let previous = 0;
  for (const ns of column) {
    writer.varint(toZigzag(isAscending ? ns - previous : ns));
    previous = ns;
  }
}

function unpackTimes(reader: ByteReader, size: number, isAscending: boolean): Float64Array {
  const column = new Float64Array(size);
  if (reader.varint() === 0) {
    const raw = reader.raw(size * 8);
    const bytes = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
    return column.map((_, row) => bytes.getFloat64(row * 8, true));
  }
  let previous = 0;
  for (let row = 0; row < size; row++) {
    const value = fromZigzag(reader.varint());
    previous = isAscending ? previous + value : value;
    column[row] = previous;
  }
  return column;
}

/** Texts are numbered as they are met: how far back each lies from the newest is a small number. */
function packValues(writer: ByteWriter, { form, a, b }: ValueColumns): void {
  packCodes(writer, form);
  let newest = 0;
  for (const id of a) {
    writer.varint(toZigzag(newest - id));
    if (id > newest) newest = id;
  }
  packSteps(writer, b);
}

function unpackValues(reader: ByteReader, size: number): ValueColumns {
  const form = unpackCodes(reader, new Uint8Array(size));
  const a = new Int32Array(size);
  let newest = 0;
  for (let row = 0; row < size; row++) {
    const id = newest - fromZigzag(reader.varint());
    a[row] = id;
    if (id > newest) newest = id;
  }
  return { form, a, b: unpackSteps(reader, size) };
}
