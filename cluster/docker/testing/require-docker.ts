import { unavailable } from "../available.ts";

/**
 * Options for a tap test that needs an engine: skipped, with the reason, when none answers. Where
 * `WHITEWATER_REQUIRE_DOCKER` is 1 it throws instead, so that no test is skipped unnoticed.
 */
export async function requireDocker(): Promise<{ readonly skip?: string }> {
  const reason = await unavailable();
  if (reason === null) return {};
  if (process.env["WHITEWATER_REQUIRE_DOCKER"] === "1") {
    throw new Error(`WHITEWATER_REQUIRE_DOCKER is 1, but ${reason}`);
  }
  return { skip: reason };
}
