import { join } from "node:path";
import { build } from "esbuild";
import { projectRoot } from "./project.ts";

/** What is inlined into a page. */
export type Bundle = { readonly script: string; readonly styles: string };

/** Entry points in `page/`: the page of a run, and the pages about many of them. */
type Entry = { readonly script: string; readonly styles: string };

const ofRun: Entry = { script: "main.tsx", styles: "styles.css" };
export const ofMany: Entry = { script: "many.tsx", styles: "many.css" };

const bundled = new Map<Entry, Promise<Bundle>>();

/**
 * Bundles a page's script and styles, once a process. esbuild escapes what would end a script or
 * style element, so both can be inlined as they are.
 */
export function bundlePage(entry: Entry = ofRun): Promise<Bundle> {
  const known = bundled.get(entry);
  if (known !== undefined) return known;
  const bundling = bundle(entry);
  bundled.set(entry, bundling);
  return bundling;
}

async function bundle(entry: Entry): Promise<Bundle> {
  const folder = join(projectRoot(), "reports", "page");
  const { outputFiles } = await build({
    entryPoints: [join(folder, entry.script), join(folder, entry.styles)],
    absWorkingDir: projectRoot(),
    outdir: "out",
    bundle: true,
    write: false,
    minify: true,
    target: "es2022",
    format: "iife",
    jsx: "automatic",
    jsxImportSource: "preact",
    legalComments: "none",
    // The checker's sources are there, its build may not be.
    conditions: ["porcupine-source"],
    logLevel: "silent",
  });
  const textOf = (extension: string) =>
    outputFiles.find(({ path }) => path.endsWith(extension))?.text ?? "";
  return { script: textOf(".js"), styles: textOf(".css") };
}
