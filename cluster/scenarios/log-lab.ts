import type { NodeName } from "../env/env.ts";
import type { NodeOptions } from "../env/program.ts";
import type { Raft } from "../raft/types.ts";
import { Lab, type LabOptions } from "./lab.ts";
import { type LogNode, replicatedLog } from "./replicated-log.ts";

export type Started = { readonly index: number; readonly term: number };

/** A command on its way; `refused` says nothing about whether it will be executed. */
export type Submitted = { readonly command: string; outcome: "applied" | "refused" | null };

/** The tester of lab 3 on a simulated cluster: what it does with Raft itself. */
export class LogLab extends Lab {
  readonly #nodes: Map<NodeName, LogNode>;
  #asked = 0;

  constructor(options: Omit<LabOptions, "program"> & { readonly options?: NodeOptions }) {
    const nodes = new Map<NodeName, LogNode>();
    const agreed: string[] = [];
    const program = replicatedLog(
      (name, node) => nodes.set(name, node),
      (name, place, command) => {
        agreed[place] ??= command;
        if (agreed[place] !== command) {
          this.fail(`${name} executed ${command} at ${place}, another node ${agreed[place]}`);
        }
      },
    );
    super({ ...options, program });
    this.#nodes = nodes;
  }

  /** Hands a command to one node: where it would stand, or null when the node does not lead. */
  propose(node: NodeName, command: string): Started | null {
    const state = this.raft(node);
    if (state?.role !== "leader") return null;
    this.#nodes.get(node)?.raft.propose(command, () => undefined);
    return { index: state.log.lastIndex, term: state.currentTerm };
  }

  /** Hands a command to one node and waits for nothing: `outcome` is filled in when it ends. */
  submit(node: NodeName, command: string): Submitted {
    const submitted: Submitted = { command, outcome: null };
    const log = this.isUp(node) ? this.#nodes.get(node) : undefined;
    if (log === undefined) return { command, outcome: "refused" };
    log.raft.propose(command, (refusal) => {
      submitted.outcome = refusal === null ? "applied" : "refused";
    });
    return submitted;
  }

  /** Hands a command to whoever leads until it was executed; fails after 10 s. */
  execute(command: string): void {
    let submitted: Submitted = { command, outcome: "refused" };
    const isDone = (): boolean => {
      if (submitted.outcome === "refused") submitted = this.submit(this.checkedLeader(), command);
      return submitted.outcome === "applied";
    };
    if (!this.until(isDone, 10_000)) this.fail(`${command} was not executed within 10 s`);
  }

  /** The state of a node that is up and has read its disk. */
  raft(node: NodeName): Raft | null {
    return this.isUp(node) ? (this.#nodes.get(node)?.raft.state() ?? null) : null;
  }

  /** A command that no other call gave. */
  fresh(text = "c"): string {
    return `${text}${++this.#asked}`;
  }

  /** How many nodes that are up have executed it. */
  appliedCount(command: string): number {
    return this.nodes.filter((node) => this.applied(node).includes(command)).length;
  }

  applied(node: NodeName): readonly string[] {
    return this.isUp(node) ? (this.#nodes.get(node)?.applied ?? []) : [];
  }

  /** Whoever leads now; waits for 5 s. */
  checkedLeader(): NodeName {
    const leading = (node: NodeName): boolean =>
      this.isConnected(node) && this.raft(node)?.role === "leader";
    if (!this.until(() => this.nodes.some(leading), 5000)) this.fail("no leader within 5 s");
    return this.nodes.find(leading) as NodeName;
  }

  /** Polls for 5 s: exactly one leader in the newest term among the connected nodes. */
  checkOneLeader(): NodeName {
    for (let poll = 0; poll < 10; poll++) {
      this.sleep(this.rng.int(450, 550));
      const byTerm = new Map<number, NodeName>();
      for (const node of this.nodes) {
        const state = this.isConnected(node) ? this.raft(node) : null;
        if (state?.role !== "leader") continue;
        const rival = byTerm.get(state.currentTerm);
        if (rival !== undefined) this.fail(`${rival} and ${node} lead term ${state.currentTerm}`);
        byTerm.set(state.currentTerm, node);
      }
      const newest = Math.max(...byTerm.keys());
      const leader = byTerm.get(newest);
      if (leader !== undefined) return leader;
    }
    return this.fail("no leader within 5 s, expected one");
  }

  /** Check-quorum deposes a leader without followers within an election timeout. */
  checkNoLeader(): void {
    for (const node of this.nodes) {
      if (this.isConnected(node) && this.raft(node)?.role === "leader") {
        this.fail(`${node} leads without a majority`);
      }
    }
  }

  /** The one term that all connected nodes are in. */
  checkTerms(): number {
    const terms = new Set(
      this.nodes.flatMap((node) => {
        const state = this.isConnected(node) ? this.raft(node) : null;
        return state === null ? [] : [state.currentTerm];
      }),
    );
    const [term] = terms;
    if (terms.size !== 1 || term === undefined) this.fail(`terms ${[...terms]}, expected one`);
    return term;
  }

  /**
   * Gets a command executed by at least `expected` nodes within 10 s, handing it to whoever leads;
   * once only without `retry`. Returns its index.
   */
  one(
    expected: number,
    options: { readonly retry?: boolean; readonly text?: string } = {},
  ): number {
    const command = this.fresh(options.text);
    const endNs = this.world.now() + 10e9;
    let at = this.rng.int(0, this.nodes.length - 1);
    while (this.world.now() < endNs) {
      let started: Started | null = null;
      for (let tried = 0; tried < this.nodes.length && started === null; tried++) {
        at = (at + 1) % this.nodes.length;
        const node = this.nodes[at] as NodeName;
        if (this.isConnected(node)) started = this.propose(node, command);
      }
      if (started === null) {
        this.sleep(50);
        continue;
      }
      if (this.until(() => this.appliedCount(command) >= expected, 2000)) return started.index;
      if (options.retry !== true) break;
    }
    return this.fail(
      `${command} was executed by ${this.appliedCount(command)} nodes, expected ${expected}`,
    );
  }
}
