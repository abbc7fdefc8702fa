import type { Endpoint } from "../endpoints/index.ts";
import { endpointsByName } from "../tools/catalogue/endpoints.ts";
import { held, randomUuid } from "../transport/index.ts";
import { checkForm, checkOrigin, readRequest } from "./admission.ts";
import { createAuthentication, type KnownCaller } from "./authentication.ts";
import { createMarketCache, type UpstreamAnswer } from "./cache.ts";
import { corsHeaders, PREFLIGHT_HEADERS } from "./cors.ts";
import { buildRequest, checkAgentHeader, checkType } from "./forward.ts";
import { memoryStore } from "./memoryStore.ts";
import { readOrder } from "./orders.ts";
import { denied, errorBody, GatewayRejection } from "./rejection.ts";
import { allowedOperations, matchRoute, type Match } from "./routes.ts";
import { createStreams } from "./streams.ts";
import { createTokens } from "./tokens.ts";
import type { Gateway, GatewayOptions, GatewayPeer, GatewaySession } from "./types.ts";
import { upgradeRequest } from "./upgrade.ts";
import { createUpstream } from "./upstream.ts";

const TOKEN_PATH = "/gateway/token";
const TICKET_PATH = "/gateway/ticket";
const STREAM_PATH = "/ws/v1";

const DEFAULT_LIFETIME = 900_000;
const MAX_LIFETIME = 86_400_000;
/** Milliseconds for which a ticket is valid. */
const TICKET_LIFETIME = 30_000;
const DEFAULT_MAX_BODY = 65_536;

/** What stays of an answer once its origin is known. */
interface Answer {
  readonly status: number;
  readonly body: string | null;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Creates a server between callers and the platform: it has the platform's key, and callers have secrets or short-lived
 * tokens of its own. Only listed operations of known callers reach the platform, and each order at most once.
 *
 * @throws TypeError for options that would not be safe, such as a missing host or a short secret
 * @example
 * ```ts
 * import { createGateway } from "agentexchange/gateway";
 *
 * const secret = "a-secret-of-at-least-32-characters";
 * const gateway = createGateway({
 *   upstream: { ...connection, apiKey: "ak_live_example" },
 *   hosts: ["gateway.example.com"],
 *   callers: (id) => (id === "reports" ? { secret, allow: ["getPortfolio"] } : null),
 *   public: ["getPrice"],
 * });
 * const response = await gateway.fetch(new Request("https://gateway.example.com/api/v1/market/price/BTCUSDT"));
 * console.log(response.status); // 200
 * await gateway.close();
 * ```
 */
export function createGateway(options: GatewayOptions): Gateway {
  const { hosts, origins = [], login, tokenLifetime = DEFAULT_LIFETIME, maxBodyBytes = DEFAULT_MAX_BODY } = options;
  const publicOperations = checkOptions(options);
  const upstream = createUpstream(options.upstream);
  const { clock } = upstream;
  const now = (): number => clock.now();
  const store = options.store ?? memoryStore(options.upstream);
  const secrets = [options.tokenSecret ?? []].flat();
  const tokens = createTokens(secrets, hosts[0] ?? "", clock);
  const authentication = createAuthentication(options, store, tokens, clock);
  const cache = createMarketCache(clock);
  const streams = createStreams(upstream);

  async function handle(request: Request, url: URL): Promise<Answer> {
    if (request.method === "OPTIONS") return answerPreflight(request, url);
    checkForm(request, url, hosts);
    checkOrigin(request, origins);
    const body = await held(clock, readRequest(request, maxBodyBytes));
    if (url.pathname === TOKEN_PATH) return answerLogin(request, url, body);
    const { pathname, search } = url;
    const match = pathname === TICKET_PATH ? undefined : findRoute(request.method, pathname);
    const known = await authentication.authenticate(request, pathname + search, body);
    if (match === undefined) return answerTicket(request, known);
    return answerOperation(request, url, match, body, known);
  }

  function answerPreflight(request: Request, url: URL): Answer {
    const { headers } = request;
    const isPreflight = headers.has("origin") && headers.has("access-control-request-method");
    // An OPTIONS request has no other use here, so it is checked like any other method.
    checkForm(isPreflight ? new Request(url, { headers }) : request, url, hosts);
    checkOrigin(request, origins);
    return { status: 204, body: null, headers: PREFLIGHT_HEADERS };
  }

  function findRoute(method: string, pathname: string): Match {
    const match = matchRoute(method, pathname);
    if (match === "unknown path") throw new GatewayRejection(404, "NOT_FOUND", "There is no such operation.");
    if (match === "unknown method")
      throw new GatewayRejection(405, "METHOD_NOT_ALLOWED", "This method is not allowed here.");
    return match;
  }

  async function answerLogin(request: Request, url: URL, body: string): Promise<Answer> {
    if (login === undefined || secrets.length === 0) throw new GatewayRejection(404, "NOT_FOUND", "There is no login.");
    checkPost(request);
    const { headers, method } = request;
    const caller = await login(new Request(url, { method, headers, body: body === "" ? null : body }));
    if (caller === null) throw new GatewayRejection(401, "LOGIN_FAILED", "The login was refused.");
    await authentication.find(caller);
    const until = Math.floor((now() + tokenLifetime) / 1000) * 1000;
    const token = await tokens.issue({ caller, until });
    return json(200, { token, token_type: "Bearer", expires_at: new Date(until).toISOString() });
  }

  /** Browsers cannot send headers with a WebSocket, and URLs are logged: so a stream is opened with a ticket. */
  async function answerTicket(request: Request, known: KnownCaller | undefined): Promise<Answer> {
    checkPost(request);
    if (known === undefined) throw missingCredentials("A ticket");
    if (secrets.length === 0) throw new GatewayRejection(404, "NOT_FOUND", "There are no tickets without tokenSecret.");
    const { id: caller, until: streamUntil = now() + tokenLifetime } = known;
    const until = Math.min(now() + TICKET_LIFETIME, streamUntil);
    const ticket = await tokens.issueTicket({ caller, until, id: randomUuid(), streamUntil });
    return json(200, { ticket, expires_at: new Date(until).toISOString() });
  }

  async function answerOperation(
    request: Request,
    url: URL,
    match: Match,
    body: string,
    known: KnownCaller | undefined,
  ): Promise<Answer> {
    const { endpoints } = match.route;
    const [endpoint] = endpoints;
    if (endpoint === undefined) throw new TypeError("A route without endpoints.");
    const allowed = known === undefined ? publicOperations : allowedOperations(known.caller.allow);
    if (!endpoints.some(({ name }) => allowed.has(name) || publicOperations.has(name)))
      throw known === undefined
        ? missingCredentials(endpoint.name)
        : denied(`This caller may not call ${endpoint.name}.`);
    checkAgentHeader(request, known?.caller);
    const forwarded = buildRequest(request, url, match, body, known?.caller);
    if (endpoint.effect === "order" && known !== undefined) return answerOrder(request, match, body, allowed, known);
    const answer = await answerOf(endpoint, forwarded.target, () => upstream.request(forwarded));
    return answer.status === 204 ? { ...answer, body: null } : answer;
  }

  function answerOf(
    { name, access }: Pick<Endpoint<never, unknown>, "name" | "access">,
    target: string,
    request: () => Promise<UpstreamAnswer>,
  ): Promise<UpstreamAnswer> {
    return access === "public" ? cache.get(name, target, request) : request();
  }

  async function answerOrder(
    request: Request,
    match: Match,
    body: string,
    allowed: ReadonlySet<string>,
    { id, caller }: KnownCaller,
  ): Promise<Answer> {
    checkType(request);
    const order = readOrder(request, body, match.route.endpoints, allowed);
    const answer = await store.placeOrder({ ...order, caller: id, agentId: caller.agentId ?? null });
    const headers: Record<string, string> = { "content-type": "application/json" };
    if (answer.isFinal && order.key !== null) headers["idempotency-replayed"] = String(answer.isReplayed);
    if (answer.retryAfter !== null) headers["retry-after"] = String(answer.retryAfter);
    return { status: answer.status, body: answer.body, headers };
  }

  /** The caller that a ticket was issued to. */
  async function admitStream(request: Request): Promise<{ readonly known: KnownCaller; readonly until: number }> {
    const url = new URL(request.url);
    checkForm(request, url, hosts);
    checkOrigin(request, origins);
    const ticketText = url.searchParams.get("ticket") ?? "";
    if (request.method !== "GET" || url.pathname !== STREAM_PATH || url.searchParams.size !== 1)
      throw new GatewayRejection(404, "NOT_FOUND", "There is no such stream.");
    const ticket = secrets.length === 0 ? undefined : await tokens.verifyTicket(ticketText);
    if (ticket === undefined || !(await store.remember(ticket.caller, `ticket ${ticket.id}`, ticket.until)))
      throw new GatewayRejection(401, "INVALID_TOKEN", "The ticket is wrong, has expired or was used.");
    const { caller: id, streamUntil: until } = ticket;
    const caller = await authentication.find(id);
    if ((caller.channels ?? []).length === 0) throw denied("This caller may not open streams.");
    return { known: { id, caller, until }, until };
  }

  async function connect(request: Request, peer: GatewayPeer): Promise<GatewaySession | Response> {
    try {
      const { known, until } = await admitStream(request);
      return await streams.open(known, until, peer);
    } catch (error) {
      return finish(request, rejected(error, request));
    }
  }

  function rejected(error: unknown, { method, url }: Request): Answer {
    if (error instanceof GatewayRejection) {
      const { status, code, message, headers } = error;
      return { status, body: errorBody(code, message), headers: { ...headers, "content-type": "application/json" } };
    }
    try {
      options.onError?.(error, `${method} ${new URL(url).pathname}`);
    } catch {
      // An observer must not change the answer.
    }
    const body = errorBody("INTERNAL_ERROR", "The gateway failed.");
    return { status: 500, body, headers: { "content-type": "application/json" } };
  }

  function finish({ headers, url }: Request, answer: Answer): Response {
    const isLogin = new URL(url).pathname === TOKEN_PATH;
    const { status, body } = answer;
    return new Response(body, {
      status,
      headers: {
        ...answer.headers,
        ...corsHeaders(headers.get("origin"), origins, isLogin),
        // The date lets a signer whose clock is wrong correct it.
        date: new Date(now()).toUTCString(),
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
      },
    });
  }

  return {
    async fetch(request) {
      if (request.headers.get("upgrade")?.toLowerCase() === "websocket") return upgradeRequest(request, connect);
      try {
        return finish(request, await handle(request, new URL(request.url)));
      } catch (error) {
        return finish(request, rejected(error, request));
      }
    },
    connect,
    async close() {
      streams.close();
    },
  };
}

function checkPost({ method }: Request): void {
  if (method !== "POST") throw new GatewayRejection(405, "METHOD_NOT_ALLOWED", "Use POST.");
}

function missingCredentials(name: string): GatewayRejection {
  const message = `${name} requires a signature or a token; requests for market data carry none, unless they are public here.`;
  return new GatewayRejection(401, "INVALID_API_KEY", message);
}

function json(status: number, value: object): Answer {
  return { status, body: JSON.stringify(value), headers: { "content-type": "application/json" } };
}

/** Returns the public operations. */
function checkOptions({ hosts, origins = [], public: names = [], ...options }: GatewayOptions): ReadonlySet<string> {
  if (hosts.length === 0) throw new TypeError("hosts must name at least one host.");
  for (const host of hosts)
    if (!/^[a-z0-9.[\]:-]+$/.test(host))
      throw new TypeError(`"${host}" is not a host in lower case, such as gateway.example.com.`);
  for (const origin of origins)
    if (originOf(origin) !== origin)
      throw new TypeError(`"${origin}" is not an origin, such as https://dashboard.example.com.`);
  const { tokenLifetime = DEFAULT_LIFETIME, maxBodyBytes = DEFAULT_MAX_BODY, login, tokenSecret } = options;
  if (!(tokenLifetime >= 1000 && tokenLifetime <= MAX_LIFETIME))
    throw new TypeError(`tokenLifetime must be from 1000 to ${MAX_LIFETIME} milliseconds.`);
  if (!(maxBodyBytes >= 1)) throw new TypeError("maxBodyBytes must be at least 1.");
  if (login !== undefined && [tokenSecret ?? []].flat().length === 0)
    throw new TypeError("login needs tokenSecret, which signs the tokens.");
  const operations = allowedOperations(names);
  for (const name of operations)
    if (endpointsByName.get(name)?.access !== "public")
      throw new TypeError(`"${name}" cannot be public: the platform requires credentials for it.`);
  return operations;
}

function originOf(text: string): string | undefined {
  try {
    return new URL(text).origin;
  } catch {
    return undefined;
  }
}
