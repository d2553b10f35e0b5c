import type { NodeName, TraceRecord } from "../../env/env.ts";
import type { Index, Term } from "../types.ts";
import { ClusterView } from "./cluster-view.ts";
import { type ApplyRecord, onApply, onCommit } from "./commit-rules.ts";
import {
  onDurableVote,
  onRole,
  onTerm,
  onVote,
  type RoleRecord,
  reportVoteTakenBack,
} from "./election-rules.ts";
import { type AppendRecord, onAppend, onTruncate } from "./log-rules.ts";
import { type ConfigRecord, onConfig } from "./member-rules.ts";
import type { NodeView } from "./node-view.ts";
import { onSnapshot, type SnapshotRecord } from "./snapshot-rules.ts";
import { forgive, onStart, type StartRecord } from "./start-rules.ts";

/** Hands each record to the rules that it concerns. */
export class Cluster extends ClusterView {
  observe(name: NodeName, inc: number, record: TraceRecord, timeNs: number): void {
    const node = this.node(name);
    if (node === undefined) return;
    this.book.see(name, inc, record, timeNs);
    if (inc !== node.incarnation) this.#onIncarnation(node, inc, record);
    this.#dispatch(node, record);
  }

  missing(name: NodeName): void {
    const node = this.node(name);
    if (node === undefined) return;
    node.isPartial = true;
    this.isPartial = true;
  }

  forgive(name: NodeName): void {
    const node = this.node(name);
    if (node !== undefined) forgive(node);
  }

  /** A new incarnation says first what it found on its disk. */
  #onIncarnation(node: NodeView, inc: number, record: TraceRecord): void {
    node.incarnation = inc;
    if (record.kind !== "start") this.missing(node.name);
  }

  #dispatch(node: NodeView, record: TraceRecord): void {
    switch (record.kind) {
      case "append":
        onAppend(this, node, record as unknown as AppendRecord);
        break;
      case "apply":
        onApply(this, node, record as unknown as ApplyRecord);
        break;
      case "persisted":
        this.#onPersisted(node, record as unknown as PersistedRecord);
        break;
      case "commit":
        onCommit(this, node, (record as unknown as { index: Index }).index);
        break;
      case "config":
        onConfig(this, node, record as unknown as ConfigRecord);
        break;
      case "role":
        onRole(this, node, record as unknown as RoleRecord);
        break;
      case "snapshot":
        onSnapshot(this, node, record as unknown as SnapshotRecord);
        break;
      case "status":
        onTerm(this, node, (record as unknown as { term: Term }).term);
        break;
      case "truncate":
        onTruncate(this, node, (record as unknown as { index: Index }).index);
        break;
      case "vote": {
        const { term, votedFor } = record as unknown as { term: Term; votedFor: NodeName };
        onVote(this, node, term, votedFor);
        break;
      }
      case "start":
        onStart(this, node, record as unknown as StartRecord);
        break;
    }
  }

  #onPersisted(node: NodeView, record: PersistedRecord): void {
    const { durableTerm, votedFor, index } = record;
    // A disk keeps the order: a vote of an earlier term was written before, or together with this.
    const { unsavedVotes: unsaved } = node;
    for (let vote = unsaved[0]; vote !== undefined && vote.term <= durableTerm; vote = unsaved[0]) {
      if (vote.term < durableTerm) onDurableVote(this, node, vote.term, vote.votedFor);
      unsaved.shift();
    }
    if (votedFor !== null && (votedFor !== node.durableVote || durableTerm !== node.durableTerm)) {
      onDurableVote(this, node, durableTerm, votedFor);
    }
    if (votedFor === null && durableTerm === node.durableTerm && node.durableVote !== null) {
      reportVoteTakenBack(this, node, node.durableVote);
    }
    node.durableTerm = durableTerm;
    node.durableVote = votedFor;
    node.durableIndex = index;
    node.durableLastTerm = node.log.termAt(index);
  }
}

/** Everything of a node that is on its disk. */
type PersistedRecord = {
  readonly durableTerm: Term;
  readonly votedFor: NodeName | null;
  readonly index: Index;
};
