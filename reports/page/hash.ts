/** The operation that the address names (`#op=1234`), or null. */
export function operationInHash(): number | null {
  const match = /^#op=(\d+)$/.exec(location.hash);
  return match === null ? null : Number(match[1]);
}

/** Names an operation in the address without a step in the browser's history. */
export function putOperationInHash(index: number | null): void {
  const address = index === null ? location.pathname + location.search : `#op=${index}`;
  history.replaceState(null, "", address);
}
