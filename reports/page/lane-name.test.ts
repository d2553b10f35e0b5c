import t from "tap";
import { laneName } from "./lane-name.ts";

// One lane on which client 3 calls at 0 and 10, and client 9 at 20; each takes 5.
const table = {
  laneCount: 1,
  call: Float64Array.of(0, 10, 20),
  took: Float64Array.of(5, 5, 5),
  outcome: Uint8Array.of(0, 0, 0),
  process: Int32Array.of(3, 3, 9),
  laneRows: () => Int32Array.of(0, 1, 2),
};

t.test("a lane has the name of the client that is on it then", async (t) => {
  t.equal(laneName(table, 0, { from: 0, to: 19 }), "client 3");
  t.equal(laneName(table, 0, { from: 0, to: 20 }), "client 3 …", "another one follows");
  t.equal(laneName(table, 0, { from: 16, to: 30 }), "client 9");
  t.equal(laneName(table, 0, { from: 16, to: 19 }), "client 9", "idle: whoever comes next");
  t.equal(laneName(table, 0, { from: 90, to: 99 }), "client 9", "over: whoever was last");
});

t.test("there is none while the operations are not read", async (t) => {
  t.equal(laneName({ ...table, laneCount: 0 }, 0, { from: 0, to: 9 }), "");
});
