import { readFileSync } from "node:fs";
import { join } from "node:path";
import { escapeHtml } from "./html.ts";
import { projectRoot } from "./project.ts";

/**
 * A page without scripts, in one file: `body` is HTML that is escaped already, `styles` are files of
 * `page/`.
 */
export function renderDocument(options: {
  readonly title: string;
  readonly styles: readonly string[];
  readonly body: string;
}): string {
  const folder = join(projectRoot(), "reports", "page");
  const styles = options.styles.map((file) => readFileSync(join(folder, file), "utf8"));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(options.title)}</title>
<link rel="icon" href="data:,">
<style>${styles.join("\n")}</style>
</head>
<body>
${options.body}
</body>
</html>
`;
}
