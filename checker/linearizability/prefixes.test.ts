import t from "tap";
import { createRandom } from "../testing/random.ts";
import { Prefixes, unseen } from "./prefixes.ts";

const { below, chance } = createRandom(11);

/** Short texts over two letters: most have beginnings in common. */
function draw(lengthMax: number): string {
  return Array.from({ length: below(lengthMax + 1) }, () => (chance(0.5) ? "a" : "b")).join("");
}

t.test(
  "a beginning has one number, however it came about, and every other text has none",
  async (t) => {
    let wrong = 0;
    const prefixes = new Prefixes();
    for (let round = 0; round < 3000; round++) {
      const seen = Array.from({ length: 1 + below(8) }, () => draw(6));
      prefixes.clear();
      const branches = seen.map((text) => prefixes.add(text));
      prefixes.number();
      const isSeen = (text: string): boolean => seen.some((other) => other.startsWith(text));
      const numbers = new Map<number, string>();
      for (const [place, text] of seen.entries()) {
        if (prefixes.of(text) !== prefixes.ofAdded(text, branches[place] ?? 0)) wrong++;
      }
      for (let i = 0; i < 30; i++) {
        const [text, more] = [draw(6), draw(3)];
        const number = prefixes.of(text);
        if ((number !== unseen) !== isSeen(text)) wrong++;
        if (prefixes.after(number, more) !== prefixes.of(text + more)) wrong++;
        if (number === unseen) continue;
        if ((numbers.get(number) ?? text) !== text || prefixes.lengthOf(number) !== text.length)
          wrong++;
        if (!prefixes.at(prefixes.textOf(number)).startsWith(text)) wrong++;
        numbers.set(number, text);
      }
    }
    t.equal(wrong, 0);
  },
);

t.test("where nothing was seen all texts are one", async (t) => {
  const prefixes = new Prefixes();
  prefixes.number();

  t.equal(prefixes.of(""), unseen);
  t.equal(prefixes.after(unseen, "a"), unseen);
});
