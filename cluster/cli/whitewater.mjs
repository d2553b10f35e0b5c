#!/usr/bin/env node
// Runs the built CLI, and builds it first when a source is newer: an edit is never silently ignored.
import { build, isStale } from "./build.mjs";

if (isStale()) {
  try {
    await build();
  } catch (error) {
    process.stderr.write(`whitewater: the build failed: ${error.message}\n`);
    process.exit(70);
  }
}
const { main } = await import("../../dist/cluster/cli/main.js");
await main(process.argv.slice(2));
