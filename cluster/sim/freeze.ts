import type { Disk, Json, Network } from "../env/env.ts";

/** So that whoever changes what was handed over is told so, by an error where it happens. */
export function freeze<Value extends Json | undefined>(value: Value): Value {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  if (Array.isArray(value)) for (const part of value as readonly Json[]) freeze(part);
  else for (const name in value) freeze((value as { readonly [name: string]: Json })[name]);
  return value;
}

/** Ports whose frames and records are frozen, on both sides of the network. */
export function freezePorts(ports: { readonly network: Network; readonly disk: Disk }): {
  readonly network: Network;
  readonly disk: Disk;
} {
  const { network, disk } = ports;
  return {
    network: {
      send: (to, frame) => network.send(to, freeze(frame)),
      onFrame: (handler) => network.onFrame((from, frame) => handler(from, freeze(frame))),
    },
    disk: {
      read: disk.read,
      append: (file, record, onDurable) => disk.append(file, freeze(record), onDurable),
      replace: (file, records, onDurable) => disk.replace(file, freeze(records), onDurable),
    },
  };
}
