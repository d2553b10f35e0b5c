/** An IPv4 range: `base` is its first address as an unsigned 32-bit integer. */
export type Subnet = { readonly base: number; readonly bits: number };

/** The range for benchmarks of network devices (RFC 2544): on no public network, on few private ones. */
const pool: Subnet = { base: 0xc612_0000, bits: 15 };
const wantedBits = 24;

/** Every /24 of the pool that touches none of `taken`, in order. */
export function freeSubnets(taken: readonly Subnet[]): Subnet[] {
  const free: Subnet[] = [];
  const size = 2 ** (32 - wantedBits);
  for (let base = pool.base; base < pool.base + 2 ** (32 - pool.bits); base += size) {
    const candidate = { base, bits: wantedBits };
    if (!taken.some((other) => overlaps(candidate, other))) free.push(candidate);
  }
  return free;
}

function overlaps(one: Subnet, other: Subnet): boolean {
  const size = 2 ** (32 - Math.min(one.bits, other.bits));
  return Math.floor(one.base / size) === Math.floor(other.base / size);
}

/** The `number`th address, counted from the range's base. */
export function addressIn({ base }: Subnet, number: number): string {
  const address = base + number;
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join(".");
}

export function formatSubnet(subnet: Subnet): string {
  return `${addressIn(subnet, 0)}/${subnet.bits}`;
}

/** `198.18.0.0/24`, or null for what is no IPv4 range (IPv6, garbage). */
export function parseSubnet(text: string): Subnet | null {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text);
  if (match === null) return null;
  const [a = 0, b = 0, c = 0, d = 0, bits = 0] = match.slice(1).map(Number);
  if (Math.max(a, b, c, d) > 255 || bits > 32) return null;
  return { base: ((a * 256 + b) * 256 + c) * 256 + d, bits };
}

/**
 * The ranges that the host routes, from the text of `/proc/net/route` (hexadecimal, bytes reversed).
 * The default route is left out: it overlaps everything and reserves nothing.
 */
export function parseRoutes(text: string): Subnet[] {
  const lines = text.split("\n").slice(1);
  return lines.flatMap((line) => {
    const fields = line.trim().split(/\s+/);
    const destination = reversed(fields[1] ?? "");
    const mask = reversed(fields[7] ?? "");
    if (destination === null || mask === null || mask === 0) return [];
    return [{ base: destination, bits: mask.toString(2).replaceAll("0", "").length }];
  });
}

function reversed(hexadecimal: string): number | null {
  if (!/^[0-9A-F]{8}$/i.test(hexadecimal)) return null;
  return Buffer.from(hexadecimal, "hex").readUInt32LE();
}
