import t from "tap";
import { createRandom } from "../testing/random.ts";
import { ReturnQueue } from "./return-queue.ts";

const table = [
  { title: "close together", ahead: 300, gap: 1 },
  { title: "further ahead than the ring is long at first", ahead: 20_000, gap: 3 },
  { title: "too far apart for a ring", ahead: 200_000, gap: 900 },
];

for (const { title, ahead, gap } of table) {
  t.test(`returns are taken in the order of their positions: ${title}`, async (t) => {
    const { below } = createRandom(5);
    const queue = new ReturnQueue();
    const expected: { slot: number; position: number }[] = [];
    const taken = new Set<number>();
    let wrong = 0;
    let now = 0;
    for (let slot = 0; slot < 5000; slot++) {
      now += 1 + below(gap);
      expected.sort((a, b) => a.position - b.position);
      for (;;) {
        const [next] = expected;
        const isDue = next !== undefined && next.position < now;
        if (queue.takeBefore(now) !== (isDue ? next.slot : -1)) wrong++;
        if (!isDue) break;
        if (queue.position !== next.position) wrong++;
        expected.shift();
      }
      const position = now + 1 + below(ahead);
      if (taken.has(position)) continue;
      taken.add(position);
      queue.push(slot, position);
      expected.push({ slot, position });
    }
    t.equal(wrong, 0);
    t.ok(expected.length > 10);
  });
}
