import t from "tap";
import {
  agree,
  createNode,
  elect,
  persistAll,
  read,
  receive,
  type Todo,
  timeOut,
} from "./testing/one-node.ts";
import type { Raft, Ticket } from "./types.ts";

/** A leader that has committed its no-op. */
function createLeader(): Raft {
  const leader = createNode();
  elect(leader);
  persistAll(leader);
  agree(leader, "n2", 1);
  agree(leader, "n3", 1);
  return leader;
}

function served(effects: readonly Todo[]): readonly Ticket[] {
  return effects.flatMap((effect) => (effect.kind === "serveRead" ? [effect.ticket] : []));
}

t.test("§8 a read waits until a majority has confirmed the leader after it came", async (t) => {
  const leader = createLeader();

  const arrival = read(leader, 7);
  t.equal(arrival.filter((effect) => effect.kind === "send").length, 4, "a round begins at once");
  t.same(served(arrival), []);
  t.same(served(agree(leader, "n2", 1)), [], "two of five");

  t.same(served(agree(leader, "n3", 1)), [7]);
});

t.test("§8 answers to an earlier round do not confirm a read", async (t) => {
  const leader = createLeader();
  const earlier = leader.round;
  read(leader, 7);

  for (const from of ["n2", "n3", "n4", "n5"]) {
    t.same(served(agree(leader, from, 1, earlier)), [], "sent before the read came");
  }
});

t.test("§8 one round serves all the reads that waited for it", async (t) => {
  const leader = createLeader();
  read(leader, 1);
  const quiet = [read(leader, 2), read(leader, 3)].flat();
  agree(leader, "n2", 1);
  t.same(quiet, [], "no round of their own while one is under way");

  const first = agree(leader, "n3", 1);
  agree(leader, "n2", 1);
  const second = agree(leader, "n4", 1);

  t.same(served(first), [1]);
  t.equal(first.filter((effect) => effect.kind === "send").length, 4, "the next round begins");
  t.same(served(second), [2, 3]);
});

t.test("§8 no read before an entry of the leader's own term is committed", async (t) => {
  const leader = createNode();
  elect(leader);
  persistAll(leader);
  read(leader, 7);
  agree(leader, "n2", 0);
  t.same(served(agree(leader, "n3", 0)), []);

  agree(leader, "n2", 1);
  const committed = agree(leader, "n3", 1);
  t.same(served(committed), [], "then it begins its round");
  agree(leader, "n2", 1);

  t.same(served(agree(leader, "n3", 1)), [7]);
});

t.test("a round whose messages were lost is repeated by the heartbeat", async (t) => {
  const leader = createLeader();
  read(leader, 7);

  const beat = timeOut(leader);

  t.match(beat, [{ kind: "send", message: { round: leader.round, entries: [] } }, {}, {}, {}]);
});

t.test("a refusal of the log, too, confirms that the follower is still in the term", async (t) => {
  const leader = createLeader();
  read(leader, 7);
  agree(leader, "n2", 1);
  const { currentTerm: term, round } = leader;

  const effects = receive(leader, "n3", {
    type: "appendEntriesReply",
    term,
    requestTerm: term,
    round,
    prevLogIndex: 1,
    result: { success: false, conflictTerm: null, conflictIndex: 1 },
  });

  t.same(served(effects), [7]);
});

t.test(
  "a leader that hears nobody answers no read, and refuses them when it gives up",
  async (t) => {
    const leader = createLeader();
    read(leader, 7);
    read(leader, 8);
    const effects: Todo[] = [];
    while (leader.role === "leader") effects.push(...timeOut(leader));

    t.same(served(effects), []);
    const refusals = effects.filter((effect) => effect.kind === "refuse");
    t.match(refusals, [
      { ticket: 7, refusal: "not-leader" },
      { ticket: 8, refusal: "not-leader" },
    ]);
  },
);

t.test("a follower refuses a read", async (t) => {
  const effects = read(createNode(), 7);

  t.same(effects, [{ kind: "refuse", ticket: 7, refusal: "not-leader" }]);
});
