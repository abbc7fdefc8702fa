/** Who may send requests. */
export interface AdmissionOptions {
  /** The secret that clients send as `Authorization: Bearer …`; at least 32 characters. */
  readonly token: string;
  /** Host names, without ports, under which clients reach the server; default this machine's. */
  readonly hosts?: readonly string[] | undefined;
  /** Origins of pages that may connect, such as `https://app.example`; default none. Programs send no origin. */
  readonly origins?: readonly string[] | undefined;
}

/** Answers a request that may not be processed, and pre-flights; otherwise undefined. */
export type Admission = (request: Request) => Promise<Response | undefined>;

const LOCAL_HOSTS: readonly string[] = ["localhost", "127.0.0.1", "[::1]"];
const MIN_TOKEN = 32;
const ALLOWED_HEADERS =
  "authorization, content-type, accept, last-event-id, mcp-protocol-version, mcp-session-id, mcp-method, mcp-name";

/**
 * Checks host, origin, method and token, in this order. In a DNS rebinding attack, a page whose host name points to this
 * machine sends that name as `Host` and its own origin.
 */
export function createAdmission({ token, hosts = LOCAL_HOSTS, origins = [] }: AdmissionOptions): Admission {
  if (token.length < MIN_TOKEN || !/^[!-~]*$/.test(token))
    throw new RangeError(
      `The token must have at least ${MIN_TOKEN} characters, without spaces. Create one with: openssl rand -hex 32`,
    );
  const knownHosts = new Set(hosts.map(checkHost));
  const knownOrigins = new Set(origins.map(checkOrigin));
  let expected: Promise<Uint8Array> | undefined;
  return async (request) => {
    if (!hostsOf(request).every((host) => knownHosts.has(host)))
      return refuse(403, "This server does not accept requests for this host. Add its name to the option hosts.");
    const origin = request.headers.get("origin");
    if (origin !== null && !knownOrigins.has(normalizeOrigin(origin)))
      return refuse(403, "This origin may not connect. Add it to the option origins.");
    if (request.method === "OPTIONS" && origin !== null && request.headers.has("access-control-request-method"))
      return new Response(null, { status: 204, headers: { ...corsHeaders(origin), "access-control-max-age": "600" } });
    const given = /^Bearer +([^\s]+) *$/i.exec(request.headers.get("authorization") ?? "")?.[1];
    expected ??= digest(token);
    if (given === undefined) return unauthorized("A bearer token is required.", "");
    if (!equal(await digest(given), await expected)) return unauthorized("The bearer token is wrong.", "invalid_token");
    if (request.method !== "POST") return refuse(405, "Only POST is allowed.", { allow: "POST" });
    return undefined;
  };
}

/** Lets an allowed page read a response. */
export function withCors(request: Request, response: Response): Response {
  const origin = request.headers.get("origin");
  if (origin === null) return response;
  const headers = new Headers(response.headers);
  for (const [name, value] of Object.entries(corsHeaders(origin))) headers.set(name, value);
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
}

/** A response in the form of JSON-RPC, for requests that are not answered by the protocol. */
export function refuse(status: number, message: string, headers: Readonly<Record<string, string>> = {}): Response {
  return Response.json({ jsonrpc: "2.0", id: null, error: { code: -32_000, message } }, { status, headers });
}

function unauthorized(message: string, error: string): Response {
  const challenge = `Bearer realm="agentexchange"${error === "" ? "" : `, error="${error}"`}`;
  return refuse(401, message, { "www-authenticate": challenge });
}

function corsHeaders(origin: string): Readonly<Record<string, string>> {
  return {
    "access-control-allow-origin": origin,
    "access-control-allow-methods": "POST",
    "access-control-allow-headers": ALLOWED_HEADERS,
    "access-control-expose-headers": "www-authenticate, mcp-protocol-version",
    vary: "origin",
  };
}

/** The host names in the URL and in the header, which some runtimes hide. */
function hostsOf(request: Request): readonly string[] {
  const header = request.headers.get("host");
  return [request.url, ...(header === null ? [] : [`http://${header}`])].map((url) =>
    URL.canParse(url) ? new URL(url).hostname.replace(/\.$/, "") : "",
  );
}

/** Something else would match no request, and nobody would notice. */
function checkHost(host: string): string {
  const url = `http://${host}`;
  if (URL.canParse(url) && new URL(url).host === host.toLowerCase() && !/:\d+$/.test(host)) return host.toLowerCase();
  throw new RangeError(`"${host}" is not a host name. Write it without scheme and port, such as mcp.example or [::1].`);
}

function checkOrigin(origin: string): string {
  if (/^[a-z][a-z\d+.-]*:\/\/[^/]+$/i.test(origin)) return normalizeOrigin(origin);
  throw new RangeError(`"${origin}" is not an origin. Write it without a path, such as https://app.example.`);
}

function normalizeOrigin(origin: string): string {
  const { origin: normalized } = URL.canParse(origin) ? new URL(origin) : { origin: "null" };
  // Schemes of browser extensions have opaque origins.
  return normalized === "null" ? origin.toLowerCase() : normalized;
}

async function digest(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
}

/** Compares digests, in the same time wherever they differ. */
function equal(a: Uint8Array, b: Uint8Array): boolean {
  let difference = a.length ^ b.length;
  for (const [index, byte] of a.entries()) difference |= byte ^ (b[index] ?? 0);
  return difference === 0;
}
