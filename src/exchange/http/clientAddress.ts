import { toAddressBits, isInternal, embeddedIpv4 } from "../engine/webhooks/url.ts";

/** Returns the address that a request came from, if the server knows it. */
export type ClientAddress = (request: Request) => string | undefined;

// Longer than any address with port and zone.
const MAX_LENGTH = 100;

/**
 * The address that a request without credentials is limited by. A trusted proxy appends its client's address to
 * `X-Forwarded-For`; everything before that can be forged. Addresses of internal proxies are skipped.
 */
export function clientAddressOf(known: string | undefined, forwarded: string | null | undefined): string {
  if (forwarded === null || forwarded === undefined) return networkOf(known ?? "");
  const hops = forwarded.split(",").map((hop) => withoutPort(hop.trim().slice(0, MAX_LENGTH)));
  const outside = hops.findLast((hop) => toAddressBits(hop) === undefined || !isInternal(hop, false));
  return networkOf(outside ?? hops[0] ?? "");
}

/** Owners of one IPv6 address usually have 2^64 of them, so a whole /64 counts as one client. */
function networkOf(address: string): string {
  if (!address.includes(":")) return address;
  const bits = toAddressBits(address);
  if (bits === undefined || bits.length === 32) return address;
  return embeddedIpv4(bits) ?? bits.slice(0, 64);
}

function withoutPort(hop: string): string {
  return /^\[([^\]]*)\](?::\d+)?$/.exec(hop)?.[1] ?? /^([^:]*):\d+$/.exec(hop)?.[1] ?? hop;
}
