// The requests of the recorded walk through all operations. The recording has no request bodies, so they are defined here.
import type { Operation } from "../../fixtures/operations.ts";
import { UNKNOWN } from "./backtests.ts";

/** The secrets and ids that the walk has seen so far. */
export interface Known {
  accountKey: string;
  apiSecret: string;
  agentKey: string;
  token: string;
  agentId: string;
  /** By placeholder: `{order}`, `{b}`. */
  readonly ids: Map<string, string>;
}

const definition = {
  pairs: ["BTCUSDT"],
  timeframe: "1h",
  max_positions: 1,
  exit_conditions: { stop_loss_pct: 2, take_profit_pct: 5 },
  entry_conditions: { rsi_below: 30 },
  position_size_pct: 10,
};
const eth = { symbol: "ETHUSDT", side: "buy", type: "market", quantity: "0.1" };
const start = "2026-11-27T01:05:33Z";
const end = "2026-11-27T03:05:33Z";
export const RUN = "e525356c-abe0-4594-88b8-5e00d2fb0eba";

/** Bodies by request. */
export const BODIES: Readonly<Record<string, unknown>> = {
  "POST /api/v1/auth/register": { display_name: "paths", starting_balance: "10000" },
  "POST /api/v1/auth/login": (known: Known) => ({ api_key: known.accountKey, api_secret: known.apiSecret }),
  "POST /api/v1/auth/login  agent's key": (known: Known) => ({ api_key: known.agentKey, api_secret: known.apiSecret }),
  "POST /api/v1/auth/user-login": { email: "nobody@example.com", password: "password1" },
  "POST /api/v1/auth/register  too long": { display_name: "x".repeat(300) },
  "POST /api/v1/auth/reset-password": { token: "x", new_password: "password1" },
  "POST /api/v1/auth/verify-email": { token: "x" },
  "POST /api/v1/trade/order": eth,
  "POST /api/v1/trade/order [jwt]": eth,
  "POST /api/v1/trade/order [jwt+agent]": eth,
  "POST /api/v1/trade/order [account+agent]": eth,
  "POST /api/v1/trade/order [jwt+bogus]": eth,
  "POST /api/v1/trade/order [account+bogus]": eth,
  "POST /api/v1/trade/order  '": { symbol: "BTCUSDT", side: "buy", type: "limit", quantity: "0.01", price: "30000" },
  "POST /api/v1/trade/order  stop by price": {
    symbol: "ETHUSDT",
    side: "sell",
    type: "stop_loss",
    quantity: "0.01",
    price: "1000",
  },
  "POST /api/v1/trade/order  ''": {
    symbol: "ETHUSDT",
    side: "sell",
    type: "take_profit",
    quantity: "0.01",
    price: "9000",
  },
  "POST /api/v1/trade/order  no symbol": { side: "buy", type: "market", quantity: "1" },
  "POST /api/v1/trade/order  bad type": { ...eth, type: "x" },
  "POST /api/v1/trade/order  neg": { ...eth, quantity: "-1" },
  "POST /api/v1/trade/order  no price": { symbol: "BTCUSDT", side: "buy", type: "limit", quantity: "1" },
  "POST /api/v1/trade/order  market with price": {
    symbol: "BTCUSDT",
    side: "buy",
    type: "market",
    quantity: "0.001",
    price: "1",
  },
  "POST /api/v1/trade/order  lower": { ...eth, side: "BUY" },
  "POST /api/v1/trade/order  too much": { ...eth, quantity: "1000" },
  "POST /api/v1/trade/order  min qty": { ...eth, quantity: "0.00000001" },
  "POST /api/v1/trade/order  sell nothing": { symbol: "SOLUSDT", side: "sell", type: "market", quantity: "1" },
  "POST /api/v1/trade/order  big market": { ...eth, quantity: "3" },
  "POST /api/v1/trade/order  number": { symbol: "BTCUSDT", side: "buy", type: "market", quantity: 0.001 },
  "POST /api/v1/trade/order  empty": {},
  "POST /api/v1/trade/order  broken json": "{",
  "PUT /api/v1/account/risk-profile": { max_position_size_pct: 30, daily_loss_limit_pct: 20, max_open_orders: 40 },
  "PUT /api/v1/account/risk-profile  '": { max_position_size_pct: 300 },
  "PUT /api/v1/account/risk-profile [account] account": {
    max_position_size_pct: 30,
    daily_loss_limit_pct: 20,
    max_open_orders: 40,
  },
  "POST /api/v1/account/mode": { mode: "backtest" },
  "POST /api/v1/account/mode  '": { mode: "live" },
  "POST /api/v1/account/mode  ''": { mode: "x" },
  "POST /api/v1/agents": { display_name: "two", starting_balance: "5000" },
  "PUT /api/v1/agents/{two}": { display_name: "zwei" },
  "PUT /api/v1/agents/{two}/risk-profile  '": {
    max_position_size_pct: 11,
    daily_loss_limit_pct: 10,
    max_open_orders: 4,
  },
  "POST /api/v1/agents/{two}/clone": {},
  "PATCH /api/v1/agents/{two}/feedback/<none>": { status: "acknowledged" },
  "POST /api/v1/strategies": { name: "s", definition },
  "POST /api/v1/strategies  '": { name: "s2", definition },
  "POST /api/v1/strategies  timeframe": { name: "s3", definition: { ...definition, timeframe: "3m" } },
  "PUT /api/v1/strategies/{s}": { name: "sss" },
  "POST /api/v1/strategies/{s}/versions": { definition, change_notes: "n" },
  "POST /api/v1/strategies/{s}/deploy": { version: 2 },
  "POST /api/v1/strategies/{s}/deploy  again": { version: 2 },
  "POST /api/v1/strategies/{s}/deploy  unknown": { version: 9 },
  "POST /api/v1/strategies/compare": (known: Known) => ({
    strategy_ids: [known.ids.get("s"), known.ids.get("s2")],
  }),
  "POST /api/v1/strategies/{s}/test": {
    version: 1,
    episodes: 1,
    episode_duration_days: 3,
    date_range: { start: "2026-10-28T07:05:33Z", end: "2026-11-17T07:05:33Z" },
  },
  "POST /api/v1/strategies/{s}/test  no range": { version: 1, episodes: 1 },
  "POST /api/v1/training/runs": { run_id: RUN, config: { a: 1 } },
  "POST /api/v1/training/runs  junk": { run_id: "junk" },
  "POST /api/v1/training/runs/{run}/episodes": { episode_number: 1, roi_pct: 1.5, reward_sum: 2 },
  "POST /api/v1/backtest/create": { start_time: start, end_time: end, starting_balance: "10000", pairs: ["BTCUSDT"] },
  "POST /api/v1/backtest/create  reversed": { start_time: end, end_time: start, starting_balance: "10000" },
  "POST /api/v1/backtest/{b}/step/batch": { steps: 3 },
  "POST /api/v1/backtest/{b}/trade/order": { symbol: "BTCUSDT", side: "buy", type: "market", quantity: "0.01" },
  "POST /api/v1/backtest/{b}/trade/order  '": {
    symbol: "BTCUSDT",
    side: "buy",
    type: "limit",
    quantity: "0.01",
    price: "1000",
  },
  "POST /api/v1/backtest/{b}/step/batch/fast": { steps: 50 },
  "POST /api/v1/backtest/{b}/step/batch/fast  end": { steps: 1000 },
  "POST /api/v1/webhooks": { url: "https://example.com/h", events: ["backtest.completed"] },
  "POST /api/v1/webhooks  inside": { url: "http://127.0.0.1/h", events: ["backtest.completed"] },
  "PUT /api/v1/webhooks/{w}": { active: false },
  "POST /api/v1/account/reset": { confirm: true },
  "POST /api/v1/account/reset  unconfirmed": { confirm: false },
  "POST /api/v1/account/reset  empty": {},
};

/** The source of each id: the request whose response has it, the placeholder and the field. */
const TOLD: Readonly<Record<string, readonly [name: string, field: string]>> = {
  "POST /api/v1/trade/order  '": ["order", "order_id"],
  "POST /api/v1/agents": ["two", "agent_id"],
  "POST /api/v1/strategies": ["s", "strategy_id"],
  "POST /api/v1/strategies  '": ["s2", "strategy_id"],
  "POST /api/v1/strategies/{s}/test": ["t", "test_run_id"],
  "POST /api/v1/training/runs": ["run", "run_id"],
  "POST /api/v1/backtest/create": ["b", "session_id"],
  "POST /api/v1/backtest/{b}/trade/order  '": ["bo", "order_id"],
  "POST /api/v1/webhooks": ["w", "id"],
};

/** A request of the walk with its placeholders filled in. */
export function requestOf({ request, method }: Operation, known: Known): { path: string; init: RequestInit } {
  const rest = request.slice(method.length + 1);
  const path = /^[^ ]+/
    .exec(rest)?.[0]
    // The recording followed the redirect.
    .replace(/\/$/, "")
    .replaceAll("<none>", UNKNOWN)
    .replaceAll("<id>", RUN)
    .replace(/\{(\w+)\}/g, (_, name: string) => known.ids.get(name) ?? UNKNOWN);
  const body = BODIES[request];
  const sent = typeof body === "function" ? (body as (given: Known) => unknown)(known) : body;
  const headers: Record<string, string> = credentialsOf(rest, known);
  if (sent !== undefined) headers["content-type"] = "application/json";
  const text = typeof sent === "string" ? sent : JSON.stringify(sent);
  return { path: path as string, init: { method, headers, ...(sent === undefined ? {} : { body: text }) } };
}

function credentialsOf(rest: string, known: Known): Record<string, string> {
  if (rest.startsWith("/api/v1/auth/") || rest.endsWith("no key")) return {};
  const [, kind = "agent", , second] = /\[(\w+)(\+(\w+))?\]/.exec(rest) ?? [];
  if (kind === "badjwt") return { authorization: "Bearer x.y.z" };
  const named: Record<string, string> = { agent: known.agentId, bogus: UNKNOWN, junk: "junk" };
  const agent: Record<string, string> = second === undefined ? {} : { "x-agent-id": named[second] as string };
  if (kind === "jwt") return { authorization: `Bearer ${known.token}`, ...agent };
  return { "x-api-key": kind === "account" ? known.accountKey : known.agentKey, ...agent };
}

/** Remembers the keys and ids of a response. */
export function remember({ request }: Operation, answer: unknown, known: Known): void {
  const json = answer as Readonly<Record<string, string>>;
  const [name, field] = TOLD[request] ?? [];
  if (name !== undefined) known.ids.set(name, json[field as string] as string);
  if (request === "POST /api/v1/auth/register") {
    known.accountKey = json["api_key"] as string;
    known.apiSecret = json["api_secret"] as string;
    known.agentKey = json["agent_api_key"] as string;
    known.agentId = json["agent_id"] as string;
  }
  if (request === "POST /api/v1/auth/login") known.token = json["token"] as string;
}
