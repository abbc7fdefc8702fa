import {
  createExchange,
  virtualClock,
  type Exchange,
  type ExchangeOptions,
  type Market,
} from "../../../src/exchange/index.ts";
import type { BodyOf, ErrorBody } from "./bodies.ts";

const ORIGIN = "http://exchange.test";
export const START = "2026-01-05T00:00:30Z";

/** A response with its parsed body. */
export interface Answer<Body = unknown> {
  readonly status: number;
  readonly headers: Headers;
  readonly json: Body & ErrorBody;
}

/** Sends a request below `/api/v1`. */
export type Send = <Method extends string, Path extends string>(
  method: Method,
  path: Path,
  body?: unknown,
  headers?: Record<string, string>,
) => Promise<AnswerTo<Method, Path>>;

/** The response to a request, typed by its method and path. */
export type AnswerTo<Method extends string, Path extends string> = Answer<BodyOf<Method, Path>>;

export interface Trader {
  readonly apiKey: string;
  readonly accountKey: string;
  readonly apiSecret: string;
  readonly accountId: string;
  readonly agentId: string;
  readonly send: Send;
  get<Path extends string>(path: Path, headers?: Record<string, string>): Promise<Answer<BodyOf<"GET", Path>>>;
  order(order: Record<string, unknown>): Promise<Answer<BodyOf<"POST", "/trade/order">>>;
}

/** Whether this runtime lets programs set `Origin`. Pages cannot. */
export const SETS_ORIGIN: boolean = new Request(ORIGIN, { headers: { origin: ORIGIN } }).headers.get("origin") !== null;

/** Sends a request without credentials. */
export async function send<Method extends string, Path extends string>(
  exchange: Exchange,
  method: Method,
  path: Path,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer<BodyOf<Method, Path>>> {
  const text = body === undefined ? undefined : typeof body === "string" ? body : JSON.stringify(body);
  const type: Record<string, string> = text === undefined ? {} : { "content-type": "application/json" };
  const init = { method, headers: { ...type, ...headers }, ...(text === undefined ? {} : { body: text }) };
  const response = await exchange.fetch(`${ORIGIN}${path}`, init);
  const answer = await response.text();
  const isJson = response.headers.get("content-type") === "application/json";
  const json = (isJson ? JSON.parse(answer) : answer) as BodyOf<Method, Path> & ErrorBody;
  return { status: response.status, headers: response.headers, json };
}

/** Registers an account; returns senders for paths below `/api/v1`. */
export async function trader(exchange: Exchange, startingBalance = "10000"): Promise<Trader> {
  const account = await exchange.register({ displayName: "Kestrel", startingBalance });
  return { ...account, ...callsOf(exchange, account.apiKey) };
}

function callsOf(exchange: Exchange, apiKey: string): Pick<Trader, "send" | "get" | "order"> {
  const sendAs: Trader["send"] = (method, path, body, headers) =>
    send<typeof method, typeof path>(exchange, method, `/api/v1${path}` as typeof path, body, {
      "x-api-key": apiKey,
      ...headers,
    });
  return {
    send: sendAs,
    get: (path, headers) => sendAs("GET", path, undefined, headers),
    order: (order) => sendAs("POST", "/trade/order", order),
  };
}

/** An exchange on a virtual clock, by default without rate limits. */
export function open<M extends Market>(options: ExchangeOptions<M>): Exchange<M> {
  return createExchange({ clock: virtualClock(START), rateLimits: false, ...options });
}

/** An agent whose limits no test hits by accident. */
export async function boundless(exchange: Exchange, startingBalance: string): Promise<Trader> {
  const owner = await trader(exchange);
  const riskProfile = {
    max_position_size_pct: 100,
    daily_loss_limit_pct: 100,
    max_open_orders: 1_000_000,
    max_order_size_pct: 100,
    order_rate_limit: 1_000_000,
    min_order_size_usd: 0,
  };
  const { json } = await owner.send("POST", "/agents", {
    display_name: "Boundless",
    starting_balance: startingBalance,
    risk_profile: riskProfile,
  });
  return { ...owner, apiKey: json.api_key, agentId: json.agent_id, ...callsOf(exchange, json.api_key) };
}

/** The wallet as `{ USDT: "available / locked" }`. */
export async function wallet(owner: Trader): Promise<Record<string, string>> {
  const { json } = await owner.get("/account/balance");
  return Object.fromEntries(json.balances.map(({ asset, available, locked }) => [asset, `${available} / ${locked}`]));
}
