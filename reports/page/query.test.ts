import t from "tap";
import { parseQuery } from "./query.ts";

const word = { field: "any", isExact: false, isNegated: false };

const understood = [
  { text: "  ", terms: [] },
  {
    text: "v41 Timeout",
    terms: [
      { ...word, value: "v41" },
      { ...word, value: "timeout" },
    ],
  },
  { text: '"two words"', terms: [{ ...word, value: "two words" }] },
  { text: '"open', terms: [{ ...word, value: "open" }] },
  { text: "-v41", terms: [{ ...word, value: "v41", isNegated: true }] },
  { text: "http://x:80", terms: [{ ...word, value: "http://x:80" }] },
  {
    text: "key:K3",
    terms: [{ field: "key", value: "K3", isExact: true, isNegated: false }],
  },
  {
    text: 'key:"a b" -value:V4 value=V4',
    terms: [
      { field: "key", value: "a b", isExact: true, isNegated: false },
      { field: "value", value: "v4", isExact: false, isNegated: true },
      { field: "value", value: "V4", isExact: true, isNegated: false },
    ],
  },
  {
    text: "took>100ms took<2s",
    terms: [
      { field: "took", over: 100e6, under: Infinity, isNegated: false },
      { field: "took", over: -Infinity, under: 2e9, isNegated: false },
    ],
  },
];

for (const { text, terms } of understood) {
  t.test(`a search is read: ${text}`, async (t) => {
    t.same(parseQuery(text), { terms, problems: [] });
  });
}

t.test("what cannot be understood is named and left out", async (t) => {
  t.same(parseQuery("client:seven v41").terms, [{ ...word, value: "v41" }]);
  t.match(parseQuery("client:seven").problems, ['client: expects a number, not "seven".']);
  t.match(parseQuery("took>long").problems, [/took expects a time such as took>100ms/]);
  t.match(parseQuery("took:5").problems, [/took expects/]);
});
