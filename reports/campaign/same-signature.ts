import type { Signature } from "./signature.ts";

/** As much of a signature as tells whether two are the same. */
export type Comparable = Pick<Signature, "text" | "general" | "isRefined">;

/** Of two results the finer classes count, if both have one; else what the checkers say by themselves. */
export function isSame(a: Comparable, b: Comparable): boolean {
  if (a.text === b.text) return true;
  return !(a.isRefined && b.isRefined) && a.general === b.general;
}

/**
 * Where each signature of many belongs. One without a finer class joins the only finer one that it may be;
 * where there are several nobody knows which, and it stays by itself.
 */
export function gather<S extends Comparable>(signatures: readonly S[]): (signature: S) => S {
  const byText = new Map<string, S>();
  const refined = new Map<string, Map<string, S>>();
  for (const one of signatures) {
    if (!byText.has(one.text) || one.isRefined) byText.set(one.text, one);
    if (!one.isRefined) continue;
    const alike = refined.get(one.general) ?? new Map<string, S>();
    refined.set(one.general, alike.set(one.text, one));
  }
  return (signature) => {
    const known = byText.get(signature.text) ?? signature;
    if (known.isRefined) return known;
    const alike = [...(refined.get(known.general)?.values() ?? [])];
    const [only] = alike;
    return alike.length === 1 && only !== undefined ? only : known;
  };
}
