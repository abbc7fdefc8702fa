import {
  createExchange,
  virtualClock,
  type Exchange,
  type ExchangeOptions,
  type Market,
} from "../../../src/exchange/index.ts";
import type { ResearchBody } from "./researchBody.ts";

const ORIGIN = "http://exchange.test";
export const START = "2026-01-05T00:00:30Z";

/** A response with its parsed JSON. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly json: AnswerBody;
}

/** An order, a trade, a position or a balance. */
interface Row {
  readonly asset: string;
  readonly available: string;
  readonly locked: string;
  readonly total: string | number;
  readonly order_id: string;
  readonly status: string;
  readonly executed_price: string | null;
  readonly slippage_pct: string | null;
  readonly filled_at: string;
  readonly quantity: string;
}

interface Session {
  readonly session_id: string;
  readonly starting_balance: string;
}

/** The fields that tests read of responses. */
export interface AnswerBody extends Row, ResearchBody {
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly details: { readonly reason?: string };
  };
  readonly detail: readonly { readonly type: string; readonly loc: readonly string[]; readonly input: unknown }[];
  readonly agent_id: string;
  readonly api_key: string;
  readonly token: string;
  readonly token_type: string;
  readonly expires_at: string;
  readonly bids: readonly (readonly string[])[];
  readonly asks: readonly (readonly string[])[];
  readonly interval: string;
  readonly open: string;
  readonly close: string;
  readonly change: string;
  readonly volume: string;
  readonly trade_count: number;
  readonly timestamp: string;
  readonly count: number;
  readonly stale: boolean;
  readonly prices: Readonly<Record<string, string>>;
  readonly orders: readonly [Row, ...Row[]];
  readonly trades: readonly Row[];
  readonly positions: readonly [Row, ...Row[]];
  readonly balances: readonly Row[];
  readonly locked_amount: string;
  readonly unlocked_amount: string;
  readonly requested_quantity: string;
  readonly executed_quantity: string;
  readonly total_equity: string;
  readonly realized_pnl: string;
  readonly total_pnl: string;
  readonly net_pnl: string;
  readonly cancelled_count: number;
  readonly total_unlocked: string;
  readonly risk_profile: Readonly<Record<string, number>>;
  readonly current_session: Session;
  readonly new_session: Session;
  readonly id: string;
  readonly symbol: string;
  readonly price: string;
  readonly period: string;
  readonly display_name: string;
  readonly starting_balance: string;
  readonly color: string;
  readonly avatar_url: string;
  readonly max_open_orders: number;
  readonly total_equity_usdt: string;
  readonly secret: string;
  readonly strategy_id: string;
  readonly webhooks: readonly AnswerBody[];
  readonly events: readonly string[];
  readonly description: string;
  readonly agents: readonly AnswerBody[];
  readonly rankings: readonly AnswerBody[];
  readonly rank: number;
  readonly account_id: string;
  readonly roi_pct: string;
  readonly total_trades: number;
  readonly win_rate: string;
  readonly snapshots: readonly AnswerBody[];
  readonly time: string;
  readonly unrealized_pnl: string;
  readonly candles: readonly AnswerBody[];
  readonly candles_used: number;
  readonly indicators: Readonly<Record<string, number>>;
  readonly earliest: string;
}

export interface Trader {
  readonly apiKey: string;
  readonly accountKey: string;
  readonly apiSecret: string;
  readonly accountId: string;
  readonly agentId: string;
  send(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  order(order: Record<string, unknown>): Promise<Answer>;
}

/** Whether this runtime lets programs set `Origin`. Pages cannot. */
export const SETS_ORIGIN: boolean = new Request(ORIGIN, { headers: { origin: ORIGIN } }).headers.get("origin") !== null;

/** Sends a request without credentials. */
export async function send(
  exchange: Exchange,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const text = body === undefined ? undefined : typeof body === "string" ? body : JSON.stringify(body);
  const type: Record<string, string> = text === undefined ? {} : { "content-type": "application/json" };
  const init = { method, headers: { ...type, ...headers }, ...(text === undefined ? {} : { body: text }) };
  const response = await exchange.fetch(`${ORIGIN}${path}`, init);
  const answer = await response.text();
  const isJson = response.headers.get("content-type") === "application/json";
  const json = (isJson ? JSON.parse(answer) : answer) as AnswerBody;
  return { status: response.status, headers: response.headers, json };
}

/** Registers an account; returns senders for paths below `/api/v1`. */
export async function trader(exchange: Exchange, startingBalance = "10000"): Promise<Trader> {
  const account = await exchange.register({ displayName: "Kestrel", startingBalance });
  return { ...account, ...callsOf(exchange, account.apiKey) };
}

function callsOf(exchange: Exchange, apiKey: string): Pick<Trader, "send" | "get" | "order"> {
  const sendAs: Trader["send"] = (method, path, body, headers) =>
    send(exchange, method, `/api/v1${path}`, body, { "x-api-key": apiKey, ...headers });
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
