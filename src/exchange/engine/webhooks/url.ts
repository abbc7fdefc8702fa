/** Why a URL cannot be subscribed, or undefined if it can. Does not resolve the host name. */
export function urlProblem(url: string): string | undefined {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(url)?.[1]?.toLowerCase() ?? "";
  if (scheme !== "https") return `Webhook URL must use the https scheme; got '${scheme}'.`;
  const host = hostOf(url);
  if (host === undefined) return "Webhook URL must include a host.";
  if (host.startsWith("[") || isIpv4(host)) return "Webhook URL must not use an IP address literal; use a host name.";
  // Names that always mean a local machine.
  if (!host.replace(/\.$/, "").includes(".") || /\.(?:localhost|local|localdomain|internal|home\.arpa)\.?$/.test(host))
    return `Webhook URL host '${host}' is not a public host name.`;
  return undefined;
}

/** The host of an https URL; undefined if there is none. */
export function hostOf(url: string): string | undefined {
  // With the wrong number of slashes, the URL parser would take a path for the host.
  if (!/^https:\/\/[^/?#\\]/i.test(url) || !URL.canParse(url)) return undefined;
  const { hostname } = new URL(url);
  return hostname === "" ? undefined : hostname;
}

function isIpv4(host: string): boolean {
  return /^\d+(?:\.\d+){3}$/.test(host);
}

type Range = readonly [network: string, bits: number];

const CHECKED: readonly Range[] = [
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["10.0.0.0", 8],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
  ["::1", 128],
  ["fe80::", 10],
];

const UNCHECKED: readonly Range[] = [
  ["0.0.0.0", 8],
  ["100.64.0.0", 10],
  ["192.0.0.0", 24],
  ["198.18.0.0", 15],
  ["224.0.0.0", 3],
  ["::", 128],
  ["fc00::", 7],
  ["ff00::", 8],
];

// IPv6 ranges that embed an IPv4 address.
const EMBEDDING: readonly Range[] = [
  ["::ffff:0:0", 96],
  ["64:ff9b::", 96],
];

/** Whether an address is internal. `platformRangesOnly` checks only the ranges that the platform checks. */
export function isInternal(address: string, platformRangesOnly: boolean): boolean {
  const bits = toAddressBits(address);
  if (bits === undefined) return true;
  if (CHECKED.some((range) => isWithin(bits, range))) return true;
  if (platformRangesOnly) return false;
  if (UNCHECKED.some((range) => isWithin(bits, range))) return true;
  const embedded = embeddedIpv4(bits);
  return embedded !== undefined && isInternal(embedded, false);
}

/** The IPv4 address that an IPv6 address embeds. */
export function embeddedIpv4(bits: string): string | undefined {
  return EMBEDDING.some((range) => isWithin(bits, range)) ? toIpv4(bits.slice(96)) : undefined;
}

function isWithin(bits: string, [network, length]: Range): boolean {
  const start = toAddressBits(network);
  return start?.length === bits.length && bits.startsWith(start.slice(0, length));
}

/** An address as 32 or 128 binary digits; undefined if it is not an address. */
export function toAddressBits(address: string): string | undefined {
  if (isIpv4(address)) {
    const parts = address.split(".").map(Number);
    return parts.every((part) => part < 256) ? parts.map((part) => binary(part, 8)).join("") : undefined;
  }
  const bare = address.replace(/%.*$/, ""); // ignore the zone
  if (!bare.includes(":") || !URL.canParse(`https://[${bare}]/`)) return undefined;
  const short = new URL(`https://[${bare}]/`).hostname.slice(1, -1);
  const [head = "", tail] = short.split("::");
  const left = groupsOf(head);
  const right = tail === undefined ? [] : groupsOf(tail);
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => 0);
  return [...left, ...zeros, ...right].map((group) => binary(group, 16)).join("");
}

function groupsOf(text: string): readonly number[] {
  return text === "" ? [] : text.split(":").map((group) => Number.parseInt(group, 16));
}

function binary(value: number, length: number): string {
  return value.toString(2).padStart(length, "0");
}

function toIpv4(bits: string): string {
  return [0, 8, 16, 24].map((at) => Number.parseInt(bits.slice(at, at + 8), 2)).join(".");
}
