import type { IncomingMessage } from "node:http";
import { isAllowedOrigin, type CorsOrigins } from "../exchange/http/cors.ts";
import { BOUNDS } from "./bounds.ts";

/** Why a request is not for this server, before anything of it is looked at. */
export interface Rejection {
  readonly status: 400 | 403 | 414 | 421;
  /** One line of plain text. */
  readonly text: string;
}

/** Looks at a request's head; undefined lets it in. */
export type Admission = (request: IncomingMessage) => Rejection | undefined;

/** Pages on this machine, whatever their port. */
export const LOCAL_ORIGINS: readonly string[] = ["http", "https"].flatMap((scheme) =>
  ["localhost", "127.0.0.1", "[::1]"].map((host) => `${scheme}://${host}:*`),
);

/** Methods that change nothing. */
const READS: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);

const LOCAL_HOSTS = ["localhost", "127.0.0.1", "[::1]"];

/**
 * Lets in what is meant for this server: a page whose name was made to point here (DNS rebinding) sends its own name as
 * `Host`, and its own origin with a stream or a POST.
 */
export function createAdmission(names: readonly string[], origins: CorsOrigins): Admission {
  const known = new Set([...LOCAL_HOSTS, ...names.map((name) => canonical(name) ?? name)]);
  return (request) => {
    const target = request.url ?? "/";
    if (target.length > BOUNDS.urlBytes)
      return { status: 414, text: `The URL is longer than ${BOUNDS.urlBytes} bytes. Send a shorter one.` };
    if (!target.startsWith("/")) return { status: 400, text: "The request's target must be a path, as /health." };
    const hosts = request.headersDistinct["host"] ?? [];
    const host = hosts.length === 1 ? canonical(hosts[0] ?? "") : undefined;
    if (host === undefined) return { status: 400, text: "The request needs one Host header with a name and a port." };
    if (!known.has(host) && host !== ownAddress(request)) return { status: 421, text: foreign(host) };
    const { origin, upgrade } = request.headers;
    // A page that may not read an answer can still send a request that browsers take for harmless, such as a POST.
    const acts = upgrade !== undefined || !READS.has(request.method ?? "");
    if (acts && origin !== undefined && !isAllowedOrigin(origins, origin) && !isOwnOrigin(origin, hosts[0] ?? ""))
      return { status: 403, text: "Pages of this origin may not connect. Allow it with --allow-origin." };
    return undefined;
  };
}

/** Whether a page came from the same name and port as its request goes to: through a proxy in front. */
function isOwnOrigin(origin: string, host: string): boolean {
  return URL.canParse(origin) && new URL(origin).host === host.toLowerCase();
}

function foreign(host: string): string {
  return `This server does not answer for the host ${host}. Ask for localhost, or start it with --allow-host ${host}.`;
}

/** The name or address in a `Host`, as URLs have it, without its port; undefined when it is none. */
function canonical(host: string): string | undefined {
  if (!/^(?:\[[\da-f:.]{2,45}\]|[\w.-]{1,253})(?::\d{0,5})?$/i.test(host)) return undefined;
  const url = `http://${host}`;
  if (!URL.canParse(url)) return undefined;
  return new URL(url).hostname.replace(/\.$/, "");
}

/** The address of this machine that the request came to: a server on all addresses has them all. */
function ownAddress({ socket }: IncomingMessage): string | undefined {
  const address = socket.localAddress?.replace(/^::ffff:(?=\d+\.)/, "").replace(/%.*$/, "");
  return address?.includes(":") === true ? canonical(`[${address}]`) : address;
}

/** Whether a string is a valid host name for `--allow-host`. */
export function isHostName(text: string): boolean {
  return canonical(text) !== undefined && !/:\d*$/.test(text.replace(/^\[.*\]/, ""));
}
