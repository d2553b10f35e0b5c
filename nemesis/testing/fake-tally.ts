import {
  type Counter,
  type Counters,
  type DiskShape,
  type LinkShape,
  noCounters,
} from "../../cluster/control.ts";
import type { Clock, NodeName } from "../../cluster/env/env.ts";

/** Counters of a cluster without traffic: what has a shape meets it ten times a millisecond. */
export type FakeTally = {
  add(node: NodeName, counter: Counter): void;
  /** Before any shape changes: counts the time that has passed under the old ones. */
  settle(): void;
  of(node: NodeName): Counters;
};

type Shapes = { readonly disk: DiskShape | null; readonly shapes: readonly LinkShape[] };

export function createFakeTally(clock: Clock, shapesOf: (node: NodeName) => Shapes): FakeTally {
  const counts = new Map<NodeName, Record<Counter, number>>();
  let settledNs = clock.now();

  function countsOf(node: NodeName): Record<Counter, number> {
    const count = counts.get(node) ?? { ...noCounters };
    counts.set(node, count);
    return count;
  }

  function settle(): void {
    const met = Math.floor((clock.now() - settledNs) / 1e5);
    settledNs += met * 1e5;
    for (const [node, count] of counts) {
      const { disk, shapes } = shapesOf(node);
      for (const shape of shapes) meetLink(count, shape, met);
      if (disk !== null) meetDisk(count, disk, met);
    }
  }

  return {
    settle,
    add: (node, counter) => {
      countsOf(node)[counter] += 1;
    },
    of(node) {
      countsOf(node);
      settle();
      return { ...countsOf(node) };
    },
  };
}

function meetLink(count: Record<Counter, number>, shape: LinkShape, met: number): void {
  const { lossPermille, duplicatePermille, delayMaxMs, isClogged } = shape;
  if (lossPermille + duplicatePermille > 0) count.framesRisked += met;
  count.framesLost += Math.floor((met * lossPermille) / 1000);
  count.framesDuplicated += Math.floor((met * duplicatePermille) / 1000);
  if (delayMaxMs > 0) count.framesDelayed += met;
  if (isClogged) count.framesClogged += met;
}

function meetDisk(count: Record<Counter, number>, disk: DiskShape, met: number): void {
  const share = (permille: number): number => Math.floor((met * permille) / 1000);
  count.recordsReadShaped += met;
  count.writesShaped += met;
  if (disk.slowMs > 0) count.writesSlowed += met;
  if (disk.isFull) count.writesRefusedFull += met;
  count.readErrors += share(disk.readErrorPermille);
  count.writeErrors += share(disk.writeErrorPermille);
  count.writesLost += share(disk.lostWritePermille);
  count.writesMisdirected += share(disk.misdirectedWritePermille);
  count.recordsRotten += share(disk.rotPermille);
}
