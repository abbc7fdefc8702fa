import { addressBits, isInternal, wrappedFourPart } from "../engine/webhooks/url.ts";

/** Where a request came from, as far as whoever hands it over knows. */
export type ClientAddress = (request: Request) => string | undefined;

// Longer than any address with its port and zone.
const LONGEST = 100;

/**
 * Whose limits a request without credentials counts against. A proxy that is trusted adds who asked it at the end of
 * `X-Forwarded-For`; what stands before that can be made up. Addresses of inner proxies are passed over.
 */
export function addressOf(known: string | undefined, forwarded: string | null | undefined): string {
  if (forwarded === null || forwarded === undefined) return networkOf(known ?? "");
  const hops = forwarded.split(",").map((hop) => withoutPort(hop.trim().slice(0, LONGEST)));
  const outside = hops.findLast((hop) => addressBits(hop) === undefined || !isInternal(hop, false));
  return networkOf(outside ?? hops[0] ?? "");
}

/** Who has one address of version 6 has 2^64 of them: they count as one. */
function networkOf(address: string): string {
  const bits = addressBits(address);
  if (bits === undefined || bits.length === 32) return address;
  return wrappedFourPart(bits) ?? bits.slice(0, 64);
}

function withoutPort(hop: string): string {
  return /^\[([^\]]*)\](?::\d+)?$/.exec(hop)?.[1] ?? /^([^:]*):\d+$/.exec(hop)?.[1] ?? hop;
}
