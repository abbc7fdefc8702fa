// An agent that places many orders at once, as tests of snapshots need.
import type { Exchange } from "../../src/exchange/index.ts";

export function ask(
  exchange: Exchange,
  apiKey: string,
  method: string,
  path: string,
  body?: object,
): Promise<Response> {
  return exchange.fetch(`http://exchange.test/api/v1${path}`, {
    method,
    headers: { "x-api-key": apiKey, "content-type": "application/json" },
    ...(body && { body: JSON.stringify(body) }),
  });
}

/** Registers an account; returns the key of an agent in it without restrictive limits. */
export async function boundlessAgent(exchange: Exchange, startingBalance: string): Promise<string> {
  const { accountKey } = await exchange.register({ displayName: "Kestrel" });
  const response = await ask(exchange, accountKey, "POST", "/agents", {
    display_name: "Boundless",
    starting_balance: startingBalance,
    risk_profile: {
      max_position_size_pct: 100,
      daily_loss_limit_pct: 100,
      max_open_orders: 1_000_000,
      max_order_size_pct: 100,
      order_rate_limit: 1_000_000,
    },
  });
  return ((await response.json()) as { readonly api_key: string }).api_key;
}

/** Orders in flight: they share a write to the store. */
const BURST = 50;

/** Places this many orders, a fifth of which stay pending and a quarter of which sell. */
export async function placeOrders(exchange: Exchange, apiKey: string, count: number): Promise<void> {
  for (let first = 0; first < count; first += BURST) {
    const numbers = Array.from({ length: Math.min(BURST, count - first) }, (_, index) => first + index);
    const responses = await Promise.all(
      numbers.map((number) => ask(exchange, apiKey, "POST", "/trade/order", orderOf(number))),
    );
    for (const response of responses) if (response.status !== 201) throw new Error(await response.text());
  }
}

function orderOf(number: number): object {
  const order = { symbol: "BTCUSDT", quantity: "0.00100" };
  if (number % 5 === 0) return { ...order, side: "buy", type: "limit", price: "40000" };
  return { ...order, type: "market", side: number % 5 === 4 ? "sell" : "buy" };
}
