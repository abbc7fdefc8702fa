import { createExchange, systemClock, type Exchange } from "../exchange/index.ts";
import { readBody } from "../exchange/http/body.ts";
import { isPublic } from "../exchange/http/authenticate.ts";
import { decodePath } from "../exchange/http/router.ts";
import { errorResponse } from "./exchangeErrors.ts";
import { createLeaderboards } from "./exchangeLeaderboard.ts";
import type { ExchangeObject } from "./exchangeObject.ts";
import { sharedOptions, type ExchangeObjectOptions, type ExchangeVariables } from "./exchangeOptions.ts";
import { createShards, type Shards } from "./exchangeShards.ts";

/** The bindings of a Worker that routes to one exchange object for each account. */
export interface ExchangeEnv extends ExchangeVariables {
  readonly EXCHANGE: DurableObjectNamespace<ExchangeObject>;
  /** At least 32 characters. Never change it: all keys would be unknown. */
  readonly EXCHANGE_SECRET: string;
  /** What the consumer of `EXCHANGE_QUEUE` writes. Without it, a leaderboard shows its reader only. */
  readonly EXCHANGE_DB?: D1Database;
  /** Limits registrations by address, since each one makes another object. Default: no limit. */
  readonly EXCHANGE_REGISTRATIONS?: RateLimit;
}

/** Answers a request with the exchange of whoever sent it. */
export type ExchangeRouter = (request: Request, env: ExchangeEnv) => Promise<Response>;

const PREFIX = "ak_live_";
const REGISTER = "/api/v1/auth/register";
const LEADERBOARD = "/api/v1/analytics/leaderboard";
/** What names its shard in the body. */
const BODY_FIELDS: ReadonlyMap<string, "email" | "api_key"> = new Map([
  [REGISTER, "email"],
  ["/api/v1/auth/user-login", "email"],
  ["/api/v1/auth/login", "api_key"],
]);

/** What a router keeps between requests of one isolate. */
interface Context {
  readonly secret: string;
  readonly shards: Shards;
  /** Answers what needs no account. It is never registered with, so it has no state. */
  readonly local: Exchange;
}

/**
 * Creates the `fetch` of a Worker with one {@link ExchangeObject} for each account. Keys and tokens name the object, so
 * that no directory has to be asked. Market data is answered by the Worker itself, with the prices of all objects; so is
 * whatever no object could answer, such as a request with a key that this Worker never issued. Pass the `options` of the
 * class that `EXCHANGE` binds.
 *
 * @example
 * ```ts
 * export { ExchangeObject } from "agentexchange/workers";
 *
 * export default { fetch: createExchangeRouter() } satisfies ExportedHandler<ExchangeEnv>;
 * ```
 */
export function createExchangeRouter(options: ExchangeObjectOptions = {}): ExchangeRouter {
  const leaderboards = createLeaderboards(options.now ?? (() => Date.now()));
  let context: Context | undefined;

  function contextOf(env: ExchangeEnv): Context {
    if (context?.secret === env.EXCHANGE_SECRET) return context;
    const { now } = options;
    const clock = now === undefined ? systemClock : { ...systemClock, now, elapsed: now };
    context = {
      secret: env.EXCHANGE_SECRET,
      shards: createShards(env.EXCHANGE_SECRET),
      local: createExchange({ ...sharedOptions(env, options), clock }),
    };
    return context;
  }

  return async (request, env) => {
    const { shards, local } = contextOf(env);
    const url = new URL(request.url);
    const path = decodePath(url.pathname);
    if (request.headers.get("upgrade")?.toLowerCase() === "websocket") {
      const shard = readKey(shards, url.searchParams.getAll("api_key").at(-1) ?? "");
      return shard === undefined ? new Response(null, { status: 403 }) : objectOf(env, shard).fetch(request);
    }
    const field = request.method === "POST" ? BODY_FIELDS.get(path) : undefined;
    if (field !== undefined) {
      const body = await readBody(request);
      if (body === undefined) return local.fetch(oversized(request));
      const shard = await shardOfBody(shards, path, field, body.text);
      const whole = new Request(request.url, { method: "POST", headers: request.headers, body: body.text });
      if (shard === undefined) return local.fetch(whole);
      if (path === REGISTER && (await isLimited(request, env))) return tooMany();
      return objectOf(env, shard).fetch(whole);
    }
    const shard = isPublic(request.method, path) ? undefined : shardOfHeaders(shards, request.headers);
    if (shard === undefined) return local.fetch(request);
    const response = await objectOf(env, shard).fetch(request);
    if (path !== LEADERBOARD || !response.ok || env.EXCHANGE_DB === undefined) return response;
    // The object has authenticated, counted and validated the request; what it ranked is its own account only.
    await response.body?.cancel();
    return leaderboards.respond(env.EXCHANGE_DB, url.searchParams.get("period") ?? "30d", response.headers);
  };
}

function objectOf({ EXCHANGE }: ExchangeEnv, shard: string): DurableObjectStub<ExchangeObject> {
  return EXCHANGE.getByName(shard);
}

function readKey(shards: Shards, key: string): string | undefined {
  return key.startsWith(PREFIX) ? shards.read(key.slice(PREFIX.length)) : undefined;
}

/** As in the exchange, a key takes precedence over a token, even if the key is wrong. */
function shardOfHeaders(shards: Shards, headers: Headers): string | undefined {
  const key = headers.get("x-api-key")?.trim() ?? "";
  if (key !== "") return readKey(shards, key);
  const [, token] = /^bearer\s+(\S.*)$/i.exec(headers.get("authorization")?.trim() ?? "") ?? [];
  return token === undefined ? undefined : readToken(shards, token.trim());
}

const MAX_HEADER_LENGTH = 200;

/** A token names its shard in the header, where JSON Web Tokens name the key that signed them. */
function readToken(shards: Shards, token: string): string | undefined {
  const [header = ""] = token.slice(0, MAX_HEADER_LENGTH).split(".");
  try {
    return readName(shards, parseObject(atob(header.replaceAll("-", "+").replaceAll("_", "/")))["kid"]);
  } catch {
    return undefined;
  }
}

function readName(shards: Shards, name: unknown): string | undefined {
  const shard = typeof name === "string" ? shards.read(name) : undefined;
  return shard === name ? shard : undefined;
}

/** The shard that a body names; a new one for a registration that names none. */
async function shardOfBody(
  shards: Shards,
  path: string,
  field: "email" | "api_key",
  text: string,
): Promise<string | undefined> {
  const value = parseObject(text)[field];
  if (typeof value !== "string") return path === REGISTER ? shards.create() : undefined;
  return field === "api_key" ? readKey(shards, value) : shards.ofEmail(normalizeEmail(value));
}

/** As the exchange compares addresses. */
function normalizeEmail(email: string): string {
  const at = email.lastIndexOf("@");
  return email.slice(0, at) + email.slice(at).toLowerCase();
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
  } catch {
    return {};
  }
}

/** A request whose body is not read, because its length says that it is too large. */
function oversized({ url, headers }: Request): Request {
  const request = new Request(url, { method: "POST", headers });
  request.headers.set("content-length", String(Number.MAX_SAFE_INTEGER));
  return request;
}

async function isLimited({ headers }: Request, { EXCHANGE_REGISTRATIONS }: ExchangeEnv): Promise<boolean> {
  if (EXCHANGE_REGISTRATIONS === undefined) return false;
  const { success } = await EXCHANGE_REGISTRATIONS.limit({ key: headers.get("cf-connecting-ip") ?? "" });
  return !success;
}

function tooMany(): Response {
  const response = errorResponse(429, "RATE_LIMIT_EXCEEDED", "Too many requests.");
  response.headers.set("retry-after", "60");
  return response;
}
