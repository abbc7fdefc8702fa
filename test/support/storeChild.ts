// Trades on an exchange with a store until it is killed: `node storeChild.ts <file> <seed> [<agent's key> <next order>]`.
// Prints each request before sending it, and each response, one per line.
import { writeSync } from "node:fs";
import { createExchange } from "../../src/exchange/index.ts";
import { sqliteStore } from "../../src/exchange/sqlite/index.ts";
import { AgentExchangeClient } from "../../src/index.ts";
import { seeded } from "./seeded.ts";

const [file = "", seed = "1", knownKey, first = "0"] = process.argv.slice(2);
const LANES = 8;

// Unbuffered, so that a kill loses no output.
const say = (fact: object): void => void writeSync(1, `${JSON.stringify(fact)}\n`);

const exchange = createExchange({ store: sqliteStore(file), seed: 42, rateLimits: false });
const apiKey = knownKey ?? (await newAgent());
say({ apiKey });

const client = new AgentExchangeClient({ ...exchange.connection, fetch: withKeys, apiKey, rateLimit: false });
let next = Number(first);
await Promise.all(Array.from({ length: LANES }, (_, lane) => trade(seeded(Number(seed) * LANES + lane))));

/** Sends each order with its own key. */
async function withKeys(input: Request | string | URL, init?: RequestInit): Promise<Response> {
  const request = new Request(input, init);
  if (!request.url.endsWith("/trade/order")) return exchange.fetch(request);
  const body = await request.clone().text();
  const key = `order-${Number((JSON.parse(body) as { readonly quantity: string }).quantity)}`;
  say({ key, body });
  request.headers.set("idempotency-key", key);
  return exchange.fetch(request);
}

/** An agent without restrictive limits. */
async function newAgent(): Promise<string> {
  const { apiKey: ownerKey } = await exchange.register({ displayName: "Kestrel" });
  const response = await exchange.fetch("http://exchange.test/api/v1/agents", {
    method: "POST",
    headers: { "x-api-key": ownerKey, "content-type": "application/json" },
    body: JSON.stringify({
      display_name: "Boundless",
      starting_balance: "1000000000",
      risk_profile: {
        max_position_size_pct: 100,
        daily_loss_limit_pct: 100,
        max_open_orders: 1_000_000,
        max_order_size_pct: 100,
        order_rate_limit: 1_000_000,
      },
    }),
  });
  return ((await response.json()) as { readonly api_key: string }).api_key;
}

/** Each order has its own quantity, from which the parent process tells whether it exists once, twice or not at all. */
async function trade(random: () => number): Promise<never> {
  for (;;) {
    const quantity = `0.${String(1000 + next++).padStart(5, "0")}`;
    const kind = random();
    say({ asked: quantity });
    try {
      if (kind < 0.6) {
        const order = await client.placeMarketOrder({ symbol: "BTCUSDT", side: kind < 0.4 ? "buy" : "sell", quantity });
        say({ quantity, orderId: order.orderId, status: order.status });
        continue;
      }
      const price = kind < 0.8 ? "30000" : "60000";
      const order = await client.placeLimitOrder({ symbol: "BTCUSDT", side: "buy", quantity, price });
      say({ quantity, orderId: order.orderId, status: order.status });
      if (kind < 0.7)
        say({ quantity, orderId: order.orderId, status: (await client.cancelOrder(order.orderId)).status });
    } catch (error) {
      say({ refused: quantity, reason: error instanceof Error ? error.message : String(error) });
    }
  }
}
