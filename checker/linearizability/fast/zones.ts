/**
 * Sorts ids by a key, in place. Ids that are nearly in order already, as those of a history are, take
 * linear time.
 */
export function sortByKey(ids: Int32Array, key: Int32Array): void {
  let movesLeft = 32 * ids.length + 64;
  for (let place = 1; place < ids.length; place++) {
    const id = ids[place] ?? 0;
    const own = key[id] ?? 0;
    let to = place;
    for (; to > 0 && (key[ids[to - 1] ?? 0] ?? 0) > own; to--) {
      ids[to] = ids[to - 1] ?? 0;
      movesLeft--;
    }
    ids[to] = id;
    if (movesLeft < 0) {
      ids.sort((a, b) => (key[a] ?? 0) - (key[b] ?? 0));
      return;
    }
  }
}

/**
 * Two groups of operations that cannot be ordered one after the other, or null when all groups can be.
 *
 * Each group is to be contiguous. With `first` its least return and `last` its greatest call, A has to
 * come before B iff first(A) < last(B). The relation is of Ferrers type, so it has a cycle iff it has one
 * of two groups (Gibbons & Korach 1997: two forward zones that overlap, or a backward zone inside a
 * forward one). `byFirst`: the groups in the order of `first`. Linear.
 */
export function findConflict(
  byFirst: Int32Array,
  first: Int32Array,
  last: Int32Array,
): readonly [number, number] | null {
  // Forward zones met so far do not overlap, so only the latest can reach the next group.
  let forward = -1;
  let begin = 0;
  let end = -1;
  for (const group of byFirst) {
    const own = first[group] ?? 0;
    const reach = last[group] ?? 0;
    if (own < end && reach > begin) return [forward, group];
    if (reach > own) {
      forward = group;
      begin = own;
      end = reach;
    }
  }
  return null;
}
