import type { DiskShape } from "../cluster/control.ts";
import type { NodeName } from "../cluster/env/env.ts";
import type { Counted } from "./counted.ts";
import type { AtlasMode, Effect } from "./fault.ts";

/** What can be wrong with a disk, one kind at a time. */
export type DiskKind = {
  /** `chance`: in thousandths; `slowMs`: for the kind that is slow. */
  readonly shape: (chancePermille: number, slowMs: number) => Partial<DiskShape>;
  readonly counted: Counted;
  /** False when every operation is hit, whatever the chance. */
  readonly hasChance: boolean;
  /** Reads happen at start only: the node is killed and started on the bad disk. */
  readonly restarts: boolean;
  /**
   * What becomes of the node. `lives`. `ends`: it stops itself, and nothing is lost. `corrupt`: it
   * sees that data is gone and stays away. `deceived`: data is gone and it cannot know.
   */
  readonly node: "lives" | "ends" | "corrupt" | "deceived";
};

export const diskKindNames = [
  "slow",
  "full",
  "write-errors",
  "read-errors",
  "rot",
  "lost-writes",
  "misdirected-writes",
] as const;

export type DiskKindName = (typeof diskKindNames)[number];

const diskKinds: Readonly<Record<DiskKindName, DiskKind>> = {
  slow: {
    shape: (_chance, slowMs) => ({ slowMs }),
    counted: { met: ["writesSlowed"], hit: ["writesSlowed"] },
    hasChance: false,
    restarts: false,
    node: "lives",
  },
  full: {
    shape: () => ({ isFull: true }),
    counted: { met: ["writesShaped"], hit: ["writesRefusedFull"] },
    hasChance: false,
    restarts: false,
    node: "ends",
  },
  "write-errors": {
    shape: (writeErrorPermille) => ({ writeErrorPermille }),
    counted: { met: ["writesShaped"], hit: ["writeErrors"] },
    hasChance: true,
    restarts: false,
    node: "ends",
  },
  "read-errors": {
    shape: () => ({ readErrorPermille: 1000 }),
    counted: { met: ["readErrors"], hit: ["readErrors"] },
    hasChance: false,
    restarts: true,
    node: "ends",
  },
  rot: {
    shape: (rotPermille) => ({ rotPermille }),
    counted: { met: ["recordsReadShaped"], hit: ["recordsRotten"] },
    hasChance: true,
    restarts: true,
    node: "corrupt",
  },
  "lost-writes": {
    shape: (lostWritePermille) => ({ lostWritePermille }),
    counted: { met: ["writesShaped"], hit: ["writesLost"] },
    hasChance: true,
    restarts: false,
    node: "deceived",
  },
  "misdirected-writes": {
    shape: (misdirectedWritePermille) => ({ misdirectedWritePermille }),
    counted: { met: ["writesShaped"], hit: ["writesMisdirected"] },
    hasChance: true,
    restarts: false,
    node: "deceived",
  },
};

export function diskKind(name: unknown): DiskKind {
  return diskKinds[diskKindNames.find((kind) => kind === name) ?? "slow"];
}

export function diskShape(part: Partial<DiskShape>): DiskShape {
  return {
    slowMs: 0,
    isFull: false,
    readErrorPermille: 0,
    writeErrorPermille: 0,
    lostWritePermille: 0,
    misdirectedWritePermille: 0,
    rotPermille: 0,
    ...part,
  };
}

/**
 * Within what Raft survives, a node that was deceived never starts again: to the others it is one
 * that crashed for good.
 */
export function diskEffect(
  { node }: DiskKind,
  targets: readonly NodeName[],
  atlas: AtlasMode,
): Effect {
  switch (node) {
    case "lives":
      return { disks: targets };
    case "ends":
      return { disks: targets, down: targets };
    case "corrupt":
      return { disks: targets, down: targets, retired: targets };
    case "deceived":
      return atlas === "within"
        ? { disks: targets, retired: targets }
        : { disks: targets, forgets: targets };
  }
}
