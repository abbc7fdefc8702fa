import type { IncomingMessage } from "node:http";
import { isAllowedOrigin, type CorsOrigins } from "../../exchange/http/cors.ts";
import { BOUNDS } from "./bounds.ts";
import { lastResult } from "./lastResult.ts";

/** Why a request is rejected before it is processed. */
export interface Rejection {
  readonly status: 400 | 403 | 414 | 421;
  /** One line of plain text. */
  readonly text: string;
}

/** Checks the head of a request; undefined accepts it. */
export type Admission = (request: IncomingMessage) => Rejection | undefined;

/** Pages on this machine, on any port. */
export const LOCAL_ORIGINS: readonly string[] = ["http", "https"].flatMap((scheme) =>
  ["localhost", "127.0.0.1", "[::1]"].map((host) => `${scheme}://${host}:*`),
);

/** Methods that change nothing. */
const READS: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);

const LOCAL_HOSTS = ["localhost", "127.0.0.1", "[::1]"];

/**
 * Accepts only requests meant for this server. In a DNS rebinding attack, a page whose host name points here sends that
 * name as `Host`, and its own origin with a stream or a POST.
 */
export function createAdmission(names: readonly string[], origins: CorsOrigins): Admission {
  const known = new Set([...LOCAL_HOSTS, ...names.map((name) => normalizeHost(name) ?? name)]);
  // Nearly all requests have the same Host header.
  const normalized = lastResult(normalizeHost);
  return (request) => {
    const target = request.url ?? "/";
    if (target.length > BOUNDS.urlBytes)
      return { status: 414, text: `The URL must have at most ${BOUNDS.urlBytes} bytes.` };
    if (!target.startsWith("/")) return { status: 400, text: "The request target must be a path, such as /health." };
    const header = onlyHost(request.rawHeaders);
    const host = header === undefined ? undefined : normalized(header);
    if (host === undefined)
      return { status: 400, text: "The request must have exactly one Host header with a name and a port." };
    if (!known.has(host) && host !== ownAddress(request)) return { status: 421, text: unknownHostMessage(host) };
    const { origin, upgrade } = request.headers;
    // A page that may not read responses can still send simple requests, such as a POST.
    const hasEffect = upgrade !== undefined || !READS.has(request.method ?? "");
    if (hasEffect && origin !== undefined && !isAllowedOrigin(origins, origin) && !isOwnOrigin(origin, header ?? ""))
      return { status: 403, text: "This origin is not allowed to connect. Allow it with --allow-origin." };
    return undefined;
  };
}

/** The value of the `Host` header; undefined if there is none, or several. `headers` would keep only the first. */
function onlyHost(rawHeaders: readonly string[]): string | undefined {
  let host: string | undefined;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    if (rawHeaders[index]?.length !== 4 || rawHeaders[index]?.toLowerCase() !== "host") continue;
    if (host !== undefined) return undefined;
    host = rawHeaders[index + 1];
  }
  return host;
}

/** Whether the page was served by the same host and port, through a proxy in front. */
function isOwnOrigin(origin: string, host: string): boolean {
  return URL.canParse(origin) && new URL(origin).host === host.toLowerCase();
}

function unknownHostMessage(host: string): string {
  return `This server does not accept requests for the host ${host}. Use localhost, or start it with --allow-host ${host}.`;
}

/** The normalized name or address of a `Host` header, without the port; undefined if it is invalid. */
function normalizeHost(host: string): string | undefined {
  if (!/^(?:\[[\da-f:.]{2,45}\]|[\w.-]{1,253})(?::\d{0,5})?$/i.test(host)) return undefined;
  const url = `http://${host}`;
  if (!URL.canParse(url)) return undefined;
  return new URL(url).hostname.replace(/\.$/, "");
}

/** The local address that received the request. A server that listens on all addresses has several. */
function ownAddress({ socket }: IncomingMessage): string | undefined {
  const address = socket.localAddress?.replace(/^::ffff:(?=\d+\.)/, "").replace(/%.*$/, "");
  return address?.includes(":") === true ? normalizeHost(`[${address}]`) : address;
}

/** Whether a string is a valid host name for `--allow-host`. */
export function isHostName(text: string): boolean {
  return normalizeHost(text) !== undefined && !/:\d*$/.test(text.replace(/^\[.*\]/, ""));
}
