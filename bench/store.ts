// Orders on an exchange with a file store: each response is sent after the order is on disk.
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AgentExchangeClient } from "agentexchange";
import { createExchange, manualMarket, type Exchange } from "agentexchange/exchange";
import { sqliteStore } from "agentexchange/exchange/sqlite";

const QUOTES = { BTCUSDT: { price: "61250.40", volume: "18000" } };
const ORDER = { symbol: "BTCUSDT", side: "buy", quantity: "0.001" } as const;

export interface StoreFigures {
  /** Orders per second, by number of concurrent requests. */
  readonly ordersPerSecond: Readonly<Record<number, number>>;
  readonly orders: number;
  readonly bytesPerOrder: number;
  /** Milliseconds to restart with all these orders. */
  readonly restart: number;
  /** Milliseconds to fork an exchange with a hundred orders, in memory. */
  readonly fork: number;
}

export async function storeBench(): Promise<StoreFigures> {
  const folder = mkdtempSync(join(tmpdir(), "bench-"));
  const file = join(folder, "exchange.db");
  const open = (): Exchange =>
    createExchange({ store: sqliteStore(file), seed: 42, rateLimits: false, market: manualMarket(QUOTES) });
  try {
    const exchange = open();
    const client = await boundless(exchange);
    const ordersPerSecond: Record<number, number> = {};
    const counts = { 1: 500, 8: 2000, 32: 8000, 128: 8000 };
    for (const [lanes, count] of Object.entries(counts))
      ordersPerSecond[Number(lanes)] = await rate(client, Number(lanes), count);
    const orders = Object.values(counts).reduce((sum, count) => sum + count, 0);
    await client.close();
    exchange.close();
    const bytesPerOrder = statSync(file).size / orders;
    const start = performance.now();
    open().close();
    return { ordersPerSecond, orders, bytesPerOrder, restart: performance.now() - start, fork: await forkTime() };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Orders per second with this many concurrent requests. */
async function rate(client: AgentExchangeClient, lanes: number, count: number): Promise<number> {
  let left = count;
  const start = performance.now();
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      while (left-- > 0) await client.placeMarketOrder(ORDER);
    }),
  );
  return (count / (performance.now() - start)) * 1000;
}

async function forkTime(): Promise<number> {
  const exchange = createExchange({ seed: 42, rateLimits: false });
  const client = await boundless(exchange);
  await rate(client, 1, 100);
  const took = Array.from({ length: 21 }, () => {
    const start = performance.now();
    exchange.fork().close();
    return performance.now() - start;
  });
  await client.close();
  exchange.close();
  return took.toSorted((a, b) => a - b)[10] ?? Number.NaN;
}

/** A client of an agent without restrictive limits. */
async function boundless(exchange: Exchange): Promise<AgentExchangeClient> {
  const { apiKey } = await exchange.register();
  const limits = { max_position_size_pct: 100, max_order_size_pct: 100, order_rate_limit: 1_000_000 };
  const response = await exchange.fetch("http://exchange.localhost/api/v1/agents", {
    method: "POST",
    headers: { "x-api-key": apiKey, "content-type": "application/json" },
    body: JSON.stringify({ display_name: "bench", starting_balance: "100000000", risk_profile: limits }),
  });
  const agent = (await response.json()) as { readonly api_key: string };
  return new AgentExchangeClient({ ...exchange.connection, apiKey: agent.api_key, rateLimit: false });
}
