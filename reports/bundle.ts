import { join } from "node:path";
import { build } from "esbuild";
import { projectRoot } from "./project.ts";

/** What is inlined into a page. */
export type Bundle = { readonly script: string; readonly styles: string };

let bundled: Promise<Bundle> | undefined;

/**
 * Bundles the page's script and styles, once a process. esbuild escapes what would end a script or
 * style element, so both can be inlined as they are.
 */
export function bundlePage(): Promise<Bundle> {
  bundled ??= bundle();
  return bundled;
}

async function bundle(): Promise<Bundle> {
  const folder = join(projectRoot(), "reports", "page");
  const { outputFiles } = await build({
    entryPoints: [join(folder, "main.tsx"), join(folder, "styles.css")],
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
    logLevel: "silent",
  });
  const textOf = (extension: string) =>
    outputFiles.find(({ path }) => path.endsWith(extension))?.text ?? "";
  return { script: textOf(".js"), styles: textOf(".css") };
}
