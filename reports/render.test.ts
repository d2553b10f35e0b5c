import t from "tap";
import { renderReport } from "./render.ts";
import { hostileRun, hostileText } from "./testing/hostile-run.ts";
import { syntheticRun } from "./testing/synthetic-run.ts";

t.test("the page refers to nothing outside of itself", async (t) => {
  const html = await renderReport(syntheticRun({ verdict: "invalid", operations: 200 }));
  const references = [...html.matchAll(/\s(?:src|href)="([^"]*)"/g)].map((match) => match[1]);
  t.same(references, ["data:,"]);
  t.notMatch(html, /@import|url\((?!#)/);
});

t.test("the verdict and the sentence stand in the markup", async (t) => {
  const files = syntheticRun({ verdict: "valid", operations: 200 });
  const html = await renderReport(files);
  t.ok(html.includes(`<h1>${files.result.sentence}</h1>`));
});

t.test("nothing from a history or a log can end the data or become markup", async (t) => {
  const html = await renderReport(hostileRun());
  t.notOk(html.includes(hostileText), "never as it was");
  const block =
    /<script type="application\/json" id="data">([\s\S]*?)<\/script>/.exec(html)?.[1] ?? "";
  t.notMatch(block, /[<\u2028\u2029]/);
  t.match(JSON.parse(block), { result: { sentence: hostileText } });
  t.equal(html.match(/<script/g)?.length, 5, "the data, its parts and the page's own script");
});
