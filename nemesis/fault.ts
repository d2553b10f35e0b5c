import type { Capability, ClockSetting, Control, Done, Link } from "../cluster/control.ts";
import type { Clock, Json, NodeName } from "../cluster/env/env.ts";
import type { Rng } from "../cluster/env/rng.ts";
import type { StatusProbe } from "../cluster/subject.ts";
import type { Admin } from "./admin.ts";

/** What the nemesis knows of the cluster when it chooses targets. */
export type ClusterView = {
  readonly nodes: readonly NodeName[];
  /** The leader of the highest term among the nodes that answer, or null. */
  readonly leader: NodeName | null;
  /** Who votes, by that leader's word; null when it does not say. */
  readonly voters: readonly NodeName[] | null;
  /** Who votes when all is well: of these are `minority` and `majority`. All nodes when absent. */
  readonly electorate?: readonly NodeName[];
  readonly down: ReadonlySet<NodeName>;
  readonly paused: ReadonlySet<NodeName>;
  readonly cut: readonly Link[];
  readonly skewed: ReadonlySet<NodeName>;
  readonly slow: readonly Link[];
  readonly lossy: readonly Link[];
  readonly reset: readonly Link[];
  /** Nodes whose disk does something wrong. */
  readonly disks: ReadonlySet<NodeName>;
  readonly retired: ReadonlySet<NodeName>;
  readonly away: ReadonlySet<NodeName>;
  readonly atlas: AtlasMode;
};

/**
 * `within`: faults stay within what Raft must survive. `beyond`: they do not, and only what is still
 * defined is expected of the cluster (`atlas.ts`).
 */
export type AtlasMode = "within" | "beyond";

/** `nodes:` of a fault in YAML: a selector, or names. */
export type Selector =
  | "leader"
  | "follower"
  | "minority"
  | "majority"
  | "random"
  | "all"
  | readonly NodeName[];

/** What one instance does to the cluster: for quorums, for the atlas, and for who may be hit next. */
export type Effect = {
  /** Stopped, or may stop at any moment. */
  readonly down?: readonly NodeName[];
  readonly paused?: readonly NodeName[];
  /** Nothing arrives: dropped, or held back until heal. */
  readonly cut?: readonly Link[];
  readonly skewed?: readonly { readonly node: NodeName; readonly setting: ClockSetting }[];
  /** Links that delay and reorder. */
  readonly slow?: readonly Link[];
  /** Links that lose and duplicate. */
  readonly lossy?: readonly Link[];
  /** Links whose connections break again and again. */
  readonly reset?: readonly Link[];
  readonly disks?: readonly NodeName[];
  /** Voters no more, until heal: whatever they hold or say counts for nothing. */
  readonly away?: readonly NodeName[];
  /** Who is to lead: nothing stops. */
  readonly leads?: readonly NodeName[];
  /** Their disks have lost what they promised, so they never come back in this run. */
  readonly retired?: readonly NodeName[];
  /** Their disks have lost what they promised, and they come back nevertheless. */
  readonly forgets?: readonly NodeName[];
};

/** One resolved instance of a fault: everything drawn, nothing left to chance. Plain JSON. */
export type Instance = {
  readonly targets: readonly NodeName[];
  /** What the fault needs for inject, heal and probe; shown in report and `schedule.yaml`. */
  readonly detail: { readonly [name: string]: Json };
  readonly effect: Effect;
};

export type FaultContext = {
  readonly control: Control;
  readonly clock: Clock;
  /** Asks a node for its status; at most 500 ms. */
  readonly status: (node: NodeName, done: (probe: StatusProbe) => void) => void;
  /** Orders of this instance. */
  readonly admin: Admin;
};

/** One look at the targets, plain JSON; what it holds is the fault's own affair. */
export type Observation = { readonly [name: string]: Json };

/** What the three looks of one instance amount to. */
export type Judgement = {
  /**
   * The effect was seen while the fault was active, and not before. Null when there was nothing for
   * it to act on (a crash point that was never reached, a shape that no frame met).
   */
  readonly effective: boolean | null;
  /** Nothing of it was left after heal. */
  readonly healed: boolean;
  /** One sentence for the report: what was seen before, during and after. Asked for at the end only. */
  readonly evidence: () => string;
};

export type Fault = {
  /** Kebab-case; equals the file's name. */
  readonly name: string;
  /** A few words for `whitewater list faults`. */
  readonly summary: string;
  /** What the driver must be able to do; `orders`: what the subject must take. */
  readonly needs: Capability | "orders";
  /** Over as soon as it is done: there is nothing that heal takes away. */
  readonly isMomentary?: true;
  /** JSON Schema of its own parameters by name, beside `fault every for` which all have. */
  readonly parameters: Readonly<Record<string, object>>;
  /** Names of parameters that must be given. */
  readonly required: readonly string[];
  /**
   * Draws one instance. All randomness comes from `rng`. Returns the reason, in a few words, when
   * there is nothing to do it to (`no leader known`, `already down`).
   */
  resolve(view: ClusterView, parameters: Observation, rng: Rng): Instance | string;
  inject(context: FaultContext, instance: Instance, done: Done): void;
  /** Undoes `inject`, a failed one included. Idempotent. Names only its own targets. */
  heal(context: FaultContext, instance: Instance, done: Done): void;
  /** One look by another way than the injection's. Called before, during and after. */
  probe(
    context: FaultContext,
    instance: Instance,
    done: (error: Error | null, observation: Observation) => void,
  ): void;
  /**
   * Whether a look before shows nothing of the effect; pure. Where absent, `judge` says it: what is
   * healed is clean. For faults whose heal does not bring back what was.
   */
  isClean?(look: Observation): boolean;
  /** Pure. */
  judge(
    instance: Instance,
    looks: {
      readonly before: Observation;
      readonly during: Observation;
      readonly after: Observation;
    },
  ): Judgement;
};
