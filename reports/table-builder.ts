import {
  Names,
  type Op,
  type OperationSink,
  outcomes as readOutcomes,
  type SinkEvent,
  takeApart,
  ValueTable,
} from "porcupine-ts";
import { type OperationColumns, OperationTable } from "./operation-table.ts";
import { outcomes } from "./operations.ts";
import { allocate, enlarge, inCallOrder, valuesOf } from "./table-columns.ts";

const namesMax = 2 ** 30;
const codes = { ok: outcomes.indexOf("ok"), fail: outcomes.indexOf("fail") } as const;
const unknownOutcome = outcomes.indexOf("info");

/**
 * Collects the operations of a history, call by call and return by return, and makes a table of them.
 *
 * `add` takes ops one by one and pairs each invocation with the next completion of its process:
 * tolerant, unlike the checker, so that a damaged history can still be looked at. A completion
 * without an invocation is left out. As an `OperationSink` it takes what a reader has paired.
 */
export class TableBuilder implements OperationSink {
  readonly functions: Names = new Names(namesMax);
  readonly keys: Names = new Names(namesMax);
  readonly errors: Names = new Names(namesMax, [""]);
  readonly nodes: Names = new Names(namesMax);
  readonly values: ValueTable = new ValueTable();
  #size = 0;
  #columns = allocate(1024);
  readonly #openByProcess = new Map<number, number>();
  readonly #event: SinkEvent = {
    ...{ index: 0, position: 0, time: 0, process: 0, f: 0, key: -1, form: 0, a: 0, b: 0 },
    ...{ outcome: 0, error: 0, node: -1 },
  };

  /** Adds a line of a history, in journal order; those of the nemesis are no operations. */
  add(op: Op): void {
    if (op.process === "nemesis") return;
    const event = this.#event;
    event.time = op.time;
    event.node = op.node === undefined ? -1 : this.nodes.intern(op.node);
    takeApart(op.value, this.values, event);
    if (op.type === "invoke") {
      event.index = op.index;
      event.process = op.process;
      event.f = this.functions.intern(op.f);
      event.key = op.key === undefined ? -1 : this.keys.intern(op.key);
      this.#openByProcess.set(op.process, this.onCall(event));
      return;
    }
    const row = this.#openByProcess.get(op.process);
    if (row === undefined) return;
    this.#openByProcess.delete(op.process);
    event.error = op.error === undefined ? 0 : this.errors.intern(op.error);
    this.#complete(row, event, op.type === "info" ? unknownOutcome : codes[op.type]);
  }

  onCall(event: SinkEvent): number {
    const row = this.#size++;
    if (row === this.#columns.index.length) this.#columns = enlarge(this.#columns);
    const columns = this.#columns;
    columns.index[row] = event.index;
    columns.process[row] = event.process;
    columns.f[row] = event.f;
    columns.key[row] = event.key;
    columns.node[row] = event.node;
    columns.call[row] = event.time;
    columns.took[row] = -1;
    columns.outcome[row] = unknownOutcome;
    columns.inputForm[row] = event.form;
    columns.inputA[row] = event.a;
    columns.inputB[row] = event.b;
    return row;
  }

  onReturn(row: number, event: SinkEvent): void {
    const { outcome } = event;
    const isUnknown = outcome === readOutcomes.maybe || outcome === readOutcomes.open;
    const known = outcome === readOutcomes.ok ? codes.ok : codes.fail;
    this.#complete(row, event, isUnknown ? unknownOutcome : known);
  }

  #complete(row: number, event: SinkEvent, outcome: number): void {
    const columns = this.#columns;
    columns.outcome[row] = outcome;
    columns.error[row] = event.error;
    columns.took[row] = Math.max(0, event.time - (columns.call[row] as number));
    if (event.node !== -1) columns.node[row] = event.node;
    columns.outputForm[row] = event.form;
    columns.outputA[row] = event.a;
    columns.outputB[row] = event.b;
  }

  /** The table of what was added. Afterwards the builder takes no more. */
  finish(): OperationTable {
    const size = this.#size;
    const own = this.#columns;
    const dictionary: string[] = [];
    const codeOf = new Map<string, number>();
    const translate = (column: Int32Array, names: readonly string[], none: number) => {
      const translated = names.map((name) => {
        const code = codeOf.get(name) ?? dictionary.length;
        if (code === dictionary.length) codeOf.set(name, dictionary.push(name) - 1);
        return code;
      });
      return column.subarray(0, size).map((id) => (id === none ? -1 : (translated[id] as number)));
    };
    const columns: OperationColumns = {
      index: own.index.subarray(0, size),
      process: own.process.subarray(0, size),
      outcome: own.outcome.subarray(0, size),
      call: own.call.subarray(0, size),
      took: own.took.subarray(0, size),
      f: translate(own.f, this.functions.list, -1),
      key: translate(own.key, this.keys.list, -1),
      node: translate(own.node, this.nodes.list, -1),
      error: translate(own.error, this.errors.list, 0),
      input: valuesOf(own.inputForm, own.inputA, own.inputB, size),
      output: valuesOf(own.outputForm, own.outputA, own.outputB, size),
      dictionary,
      texts: this.values,
    };
    return new OperationTable(inCallOrder(columns));
  }
}

/** The table of a history that is in memory. */
export function tableOf(ops: Iterable<Op>): OperationTable {
  const builder = new TableBuilder();
  for (const op of ops) builder.add(op);
  return builder.finish();
}
