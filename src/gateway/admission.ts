import { readBounded } from "../wire/index.ts";
import { denied, GatewayRejection, malformed } from "./rejection.ts";

/** Characters of a URL. */
const MAX_URL = 8192;
const METHODS: ReadonlySet<string> = new Set(["GET", "POST", "PUT", "PATCH", "DELETE"]);

/** Headers by which some servers take a request for another one. */
const REWRITING = [
  "x-http-method-override",
  "x-http-method",
  "x-method-override",
  "x-original-url",
  "x-rewrite-url",
  "x-original-method",
] as const;

/** Letters, digits and punctuation that a path of the platform can contain. Anything encoded is refused. */
const PATH = /^(?:\/[A-Za-z0-9._-]+)+$/;

/**
 * Refuses requests that two servers could understand differently: other hosts, encoded or unusual paths, unclear lengths,
 * headers that replace the method or the path. It sees what the runtime has left of them.
 */
export function checkForm(request: Request, url: URL, hosts: readonly string[]): void {
  const { headers, method } = request;
  if (request.url.length > MAX_URL) throw new GatewayRejection(414, "URL_TOO_LONG", "The URL is too long.");
  const named = headers.get("host");
  if (!isHost(hosts, url.host) || (named !== null && !isSameHost(named, url)))
    throw new GatewayRejection(421, "WRONG_HOST", "This host is not served here.");
  if (url.username !== "" || url.password !== "" || url.hash !== "")
    throw malformed("The URL has parts that are not allowed.");
  if (!METHODS.has(method)) throw new GatewayRejection(405, "METHOD_NOT_ALLOWED", "This method is not allowed.");
  if (!PATH.test(url.pathname)) throw malformed("The path has characters that are not allowed.");
  if (REWRITING.some((name) => headers.has(name)))
    throw malformed("Headers that replace the method or the path are not allowed.");
  checkLength(headers);
}

/** Two lengths, or a length beside chunks, are how requests are smuggled. */
function checkLength(headers: Headers): void {
  const length = headers.get("content-length");
  const encoding = headers.get("transfer-encoding");
  if (length !== null && !/^\d{1,15}$/.test(length)) throw malformed("Content-Length must be one number.");
  if (encoding !== null && (length !== null || encoding.toLowerCase() !== "chunked"))
    throw malformed("Transfer-Encoding must be chunked, without a Content-Length.");
  const compression = headers.get("content-encoding");
  if (compression !== null && compression.toLowerCase() !== "identity")
    throw new GatewayRejection(415, "UNSUPPORTED_MEDIA_TYPE", "Compressed requests are not accepted.");
}

function isHost(hosts: readonly string[], host: string): boolean {
  const name = host.replace(/:\d+$/, "");
  return hosts.some((allowed) => allowed === host || allowed === name);
}

function isSameHost(named: string, { host, protocol }: URL): boolean {
  try {
    const url = new URL(`${protocol}//${named}`);
    return url.host === host && url.pathname === "/" && url.search === "" && url.username === "" && url.hash === "";
  } catch {
    return false;
  }
}

/** @throws GatewayRejection for a page of an origin that is not listed */
export function checkOrigin(request: Request, origins: readonly string[]): void {
  const origin = request.headers.get("origin");
  if (origin !== null && !origins.includes(origin)) throw denied("Pages of this origin may not use this gateway.");
}

/**
 * Reads a body as text, and not more than it may have.
 *
 * @returns undefined if it is too large
 * @throws TypeError if it is not UTF-8
 */
export async function readText(message: Request | Response, maxBytes: number): Promise<string | undefined> {
  if (Number(message.headers.get("content-length") ?? 0) > maxBytes) {
    message.body?.cancel().catch(() => {});
    return undefined;
  }
  const body = message.body as ReadableStream<Uint8Array> | null | undefined;
  if (body === null) return "";
  // Firefox has no streams of requests.
  const bytes = body === undefined ? await message.arrayBuffer() : await readBounded(body, maxBytes);
  if (bytes === undefined || bytes.byteLength > maxBytes) return undefined;
  return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
}

/** Reads the body of a request. */
export async function readRequest(request: Request, maxBytes: number): Promise<string> {
  let text: string | undefined;
  try {
    text = await readText(request, maxBytes);
  } catch {
    throw malformed("The body was cut off, or is not UTF-8.");
  }
  if (text === undefined) throw new GatewayRejection(413, "REQUEST_TOO_LARGE", `A body has at most ${maxBytes} bytes.`);
  return text;
}
