import t from "tap";
import { plainPage } from "./plain-page.ts";
import { renderReport } from "./render.ts";
import { hostileRun, hostileText } from "./testing/hostile-run.ts";
import { syntheticRun } from "./testing/synthetic-run.ts";
import { formatRunMarkdown } from "./twins/run-markdown.ts";
import { viewModel } from "./view-model.ts";

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

t.test("the first clause of an anomaly is the headline, the rest stands below it", async (t) => {
  const files = syntheticRun({ verdict: "invalid", operations: 200 });
  const sentence = "n2 and n4 both led <4>; n4 did; n2 did.";
  const html = await renderReport({ ...files, result: { ...files.result, sentence } });
  const rest = '<span class="rest"><i>; </i>n4 did; n2 did.</span>';
  t.ok(html.includes(`<h1>n2 and n4 both led &lt;4&gt;${rest}</h1>`));
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

t.test("the title and the headline show directions and line ends of a key", async (t) => {
  const files = syntheticRun({ verdict: "invalid", operations: 200 });
  const view = viewModel(files);
  const [first] = view.focuses;
  if (first === undefined) throw new Error("expected an anomaly");
  const sentence = "client 1 read k\u202e3\n";
  const turned = { ...files, result: { ...files.result, sentence } };
  const html = await renderReport(turned, { ...view, focuses: [{ ...first, key: "k\u202e3\n" }] });
  t.match(/<title>.*<\/title>/.exec(html)?.[0], "k\\u202e3\\n");
  t.match(/<h1>.*<\/h1>/.exec(html)?.[0], "k\\u202e3\\n");
});

t.test("clients are called by one word, in the words of the checks too", async (t) => {
  const files = syntheticRun({ verdict: "invalid", operations: 200 });
  const [check] = files.result.checks;
  if (check === undefined) throw new Error("expected a check");
  const checks = [{ ...check, summary: "no order explains op 7: process 189: get" }];
  const result = { ...files.result, checks };
  const view = viewModel({ ...files, result });
  for (const page of [plainPage(view), formatRunMarkdown(result, view)]) {
    t.match(page, "client 189: get");
    t.notMatch(page, /process \d/);
  }
});
