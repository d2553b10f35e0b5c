import t from "tap";
import { addressIn, formatSubnet, freeSubnets, parseRoutes, parseSubnet } from "./subnet.ts";

const subnets = (...texts: string[]) => texts.flatMap((text) => parseSubnet(text) ?? []);
const firstFree = (...taken: string[]): string | undefined =>
  freeSubnets(subnets(...taken)).map(formatSubnet)[0];

t.test("DESIGN 8: the first free /24 of 198.18.0.0/15", async (t) => {
  const cases = [
    { name: "nothing taken", taken: [], first: "198.18.0.0/24" },
    { name: "the same range", taken: ["198.18.0.0/24"], first: "198.18.1.0/24" },
    { name: "a part of it", taken: ["198.18.0.128/25", "198.18.1.7/32"], first: "198.18.2.0/24" },
    { name: "a range around it", taken: ["198.18.0.0/16"], first: "198.19.0.0/24" },
    { name: "a gap", taken: ["198.18.0.0/24", "198.18.2.0/23"], first: "198.18.1.0/24" },
    {
      name: "neighbours of the pool",
      taken: ["198.17.0.0/16", "198.20.0.0/16"],
      first: "198.18.0.0/24",
    },
    { name: "the pool itself", taken: ["198.18.0.0/15"], first: undefined },
    { name: "everything", taken: ["0.0.0.0/0"], first: undefined },
  ];
  for (const { name, taken, first } of cases) t.equal(firstFree(...taken), first, name);
  t.equal(freeSubnets([]).length, 512);
});

t.test("addresses count from the base of a range", async (t) => {
  const [subnet] = subnets("198.19.255.0/24");
  if (subnet === undefined) throw new Error("it is a range");
  t.equal(addressIn(subnet, 11), "198.19.255.11");
});

t.test("what is no IPv4 range is none", async (t) => {
  for (const text of ["", "fd00::/64", "198.18.0.0", "1.2.3.256/8", "1.2.3.4/33", "a.b.c.d/8"]) {
    t.equal(parseSubnet(text), null, text);
  }
});

t.test("the kernel's table gives all routes but the default one", async (t) => {
  const table = [
    "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT",
    "eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0",
    "docker0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0",
    "eth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0",
    "",
  ].join("\n");
  t.same(parseRoutes(table).map(formatSubnet), ["172.17.0.0/16", "192.0.2.0/24"]);
});
