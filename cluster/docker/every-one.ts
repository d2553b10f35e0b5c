/**
 * Waits until all have settled, then throws the first error if there is one: what is still being created
 * when the clean-up begins would be missed by it.
 */
export async function everyOne(works: readonly Promise<unknown>[]): Promise<void> {
  for (const result of await Promise.allSettled(works)) {
    if (result.status === "rejected") throw result.reason;
  }
}
