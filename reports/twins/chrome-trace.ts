import { describeCall, describeResult } from "../describe.ts";
import type { OperationTable } from "../operation-table.ts";
import type { LaidOperation } from "../operations.ts";
import type { ViewModel } from "../view-model.ts";

// Trace Event Format, which ui.perfetto.dev and chrome://tracing open. Times are microseconds.

const clients = 1;
const nodes = 2;
const faults = 3;

type Event = { readonly [field: string]: unknown };

/**
 * The run as a trace, in pieces of JSON text: a track for each client lane with its operations, one for
 * each node with its roles and what was done to it, one for each kind of fault, commit indexes as counters.
 */
export function* chromeTrace(view: ViewModel, table: OperationTable): Generator<string> {
  const { run, verdict, sentence, seed } = view.result;
  yield `{"displayTimeUnit":"ms","otherData":${JSON.stringify({ run, verdict, sentence, seed })},"traceEvents":[`;
  let isFirst = true;
  for (const event of events(view, table)) {
    yield `${isFirst ? "\n" : ",\n"}${JSON.stringify(event)}`;
    isFirst = false;
  }
  yield "\n]}\n";
}

function* events(view: ViewModel, table: OperationTable): Generator<Event> {
  yield* names(view);
  yield* faultEvents(view);
  yield* nodeEvents(view);
  for (const { title, operation, sentence, from, to } of view.focuses) {
    const at = operation === null ? from : (from + to) / 2;
    const args = { sentence, operation };
    yield {
      ph: "i",
      s: "g",
      name: title,
      cat: "anomaly",
      pid: clients,
      tid: 0,
      ts: at / 1e3,
      args,
    };
  }
  for (let row = 0; row < table.size; row++) yield operationEvent(table.at(row), view.endNs);
}

function* names(view: ViewModel): Generator<Event> {
  const processes = { [clients]: "clients", [nodes]: "nodes", [faults]: "faults" };
  for (const [pid, name] of Object.entries(processes)) {
    yield { ph: "M", name: "process_name", pid: Number(pid), args: { name } };
  }
  for (let lane = 0; lane < view.laneCount; lane++) {
    yield { ph: "M", name: "thread_name", pid: clients, tid: lane, args: { name: `lane ${lane}` } };
  }
  for (const [tid, { node }] of view.nodes.entries()) {
    yield { ph: "M", name: "thread_name", pid: nodes, tid, args: { name: node } };
  }
}

/** Faults overlap, as spans of one thread must not: they are asynchronous. */
function* faultEvents({ bands, result }: ViewModel): Generator<Event> {
  const byId = new Map(result.faults.map((fault) => [fault.id, fault]));
  for (const { id, kind, label, from, to } of bands) {
    const { targets, evidence, effective } = byId.get(id) ?? {};
    const args = { id, targets, evidence, effective };
    yield* span({ name: label, cat: kind, id, pid: faults, tid: 0, args }, from, to);
  }
}

function* nodeEvents({ nodes: lanes }: ViewModel): Generator<Event> {
  for (const [tid, { node, roles, states, commits }] of lanes.entries()) {
    for (const { from, to, role, term } of roles) {
      const name = term === null ? role : `${role}, term ${term}`;
      const at = { ts: from / 1e3, dur: (to - from) / 1e3 };
      yield { ph: "X", name, cat: "role", pid: nodes, tid, ...at, args: { role, term } };
    }
    for (const { from, to, state, fault } of states) {
      const id = `${node} ${fault} ${state}`;
      yield* span(
        { name: `${node} ${state}`, cat: "state", id, pid: nodes, tid, args: { fault } },
        from,
        to,
      );
    }
    for (const { at, commitIndex } of commits) {
      const name = `commitIndex ${node}`;
      yield { ph: "C", name, pid: nodes, tid, ts: at / 1e3, args: { commitIndex } };
    }
  }
}

function* span(common: Event, from: number, to: number): Generator<Event> {
  yield { ...common, ph: "b", ts: from / 1e3 };
  yield { ...common, ph: "e", ts: to / 1e3 };
}

function operationEvent(operation: LaidOperation, endNs: number): Event {
  const { index, process, lane, node, outcome, error, call, return: returned } = operation;
  return {
    ph: "X",
    name: `${describeCall(operation)} → ${describeResult(operation)}`,
    cat: `${operation.f},${outcome}`,
    pid: clients,
    tid: lane,
    ts: call / 1e3,
    dur: ((returned ?? endNs) - call) / 1e3,
    args: {
      index,
      process,
      node,
      outcome,
      error,
      input: operation.input,
      output: operation.output,
    },
  };
}
