import { readdir } from "node:fs/promises";
import type { Fault } from "../fault.ts";

/** Every file of `nemesis/faults`, by name: what the contract holds for, unasked. */
export async function loadFaults(): Promise<Map<string, Fault>> {
  const folder = new URL("../faults/", import.meta.url);
  const files = (await readdir(folder)).filter(
    (file) => file.endsWith(".ts") && !file.endsWith(".test.ts"),
  );
  const faults = new Map<string, Fault>();
  for (const file of files.sort()) {
    const module: { readonly fault: Fault } = await import(new URL(file, folder).href);
    faults.set(file.slice(0, -".ts".length), module.fault);
  }
  return faults;
}
