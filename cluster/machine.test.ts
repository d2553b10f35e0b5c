import t from "tap";
import { type Stall, watchMachine } from "./machine.ts";

t.test(
  "a node that waited for a core most of a second has stalled, one that shared it has not",
  async (t) => {
    const pids = new Map([
      ["n1", 11],
      ["n2", 12],
    ]);
    const waits = {
      look: (asked: ReadonlyMap<string, number>) => {
        t.same(asked, pids);
        return new Map([
          ["n1", 900.4],
          ["n2", 700],
        ]);
      },
    };
    const stalls: Stall[] = [];
    await new Promise<void>((resolve) => {
      const watch = watchMachine(
        () => pids,
        (stall) => {
          // This process may be late itself, which is no node's stall.
          if (stall.node === undefined) return;
          stalls.push(stall);
          // The nodes of one look are told of one after another.
          setImmediate(() => {
            t.match(watch.stop(), { "cpu steal": /ms$/ });
            resolve();
          });
        },
        waits,
      );
    });
    t.same(stalls, [{ ms: 900, node: "n1" }]);
  },
);
