// Throughput of the embedded exchange: orders, sweeps over pending orders, simulated days.
import { AgentExchangeClient } from "agentexchange";
import { createExchange, manualMarket, randomWalkMarket, virtualClock, type Exchange } from "agentexchange/exchange";
import { registerAccount } from "../src/exchange/engine/accounts/accounts.ts";
import { toDecimal28, toFixed8 } from "../src/exchange/base/amount.ts";
import { placeOrder, type OrderRequest } from "../src/exchange/engine/trading/place.ts";
import { createExchangeState } from "../src/exchange/engine/createState.ts";
import type { ExchangeState } from "../src/exchange/engine/state.ts";
import { DAY } from "../src/exchange/time/units.ts";
import { quirksOf } from "../src/exchange/base/quirks.ts";
import { quantile } from "./harness.ts";

const START = "2026-01-05T00:00:30Z";
const QUOTES = {
  BTCUSDT: { price: "61250.40", volume: "18000" },
  ETHUSDT: { price: "3120.55", volume: "240000" },
  SOLUSDT: { price: "142.80", volume: "3100000" },
  BNBUSDT: { price: "585.10", volume: "400000" },
  ADAUSDT: { price: "0.4517", volume: "300000000" },
};
const SYMBOLS = ["BTCUSDT", "ETHUSDT", "SOLUSDT", "BNBUSDT", "ADAUSDT"] as const;

/** Limits that no benchmark reaches. */
const BOUNDLESS = {
  max_position_size_pct: 100,
  daily_loss_limit_pct: 100,
  max_open_orders: 1_000_000_000,
  max_order_size_pct: 100,
  order_rate_limit: 1_000_000_000,
  min_order_size_usd: 0,
};

function newState(): { readonly state: ExchangeState; readonly place: (request: OrderRequest) => void } {
  const clock = virtualClock(START);
  const state = createExchangeState(
    clock,
    manualMarket(QUOTES).open(clock, { beforeChange() {}, changed() {} }),
    quirksOf("declared"),
    1,
  );
  const account = registerAccount(state, {
    displayName: "bench",
    email: undefined,
    password: undefined,
    startingBalance: toFixed8(toDecimal28("100000000")),
  });
  const agent = state.agents.get(account.agentIds[0] ?? "");
  if (agent === undefined) throw new Error("no agent");
  agent.riskProfile = BOUNDLESS;
  return { state, place: (request) => void placeOrder(state, { account, agent }, request) };
}

/** Market orders per second of the engine alone, buying and selling five pairs in turn; the median of the rounds. */
export function orderRate(rounds = 7, orders = 100_000): number {
  const rates: number[] = [];
  const requests = (["buy", "sell"] as const).flatMap((side) =>
    SYMBOLS.map((symbol): OrderRequest => ({
      symbol,
      side,
      type: "market",
      quantity: toDecimal28(symbol === "ADAUSDT" ? "150.5" : "0.125"),
      price: undefined,
    })),
  );
  // A state grows with its history, so each round uses a new one. The first round warms up the compiler.
  for (let round = 0; round <= rounds; round++) {
    const { place } = newState();
    const start = performance.now();
    for (let order = 0; order < orders; order++) place(requests[order % requests.length] as OrderRequest);
    rates.push((orders / (performance.now() - start)) * 1000);
  }
  return quantile(rates.slice(1), 0.5);
}

async function newExchange(): Promise<{ readonly exchange: Exchange; readonly apiKey: string }> {
  const exchange = createExchange({ market: manualMarket(QUOTES), clock: virtualClock(START), rateLimits: false });
  const { apiKey } = await exchange.register({ displayName: "bench" });
  const response = await exchange.fetch("http://localhost/api/v1/agents", {
    method: "POST",
    headers: { "x-api-key": apiKey, "content-type": "application/json" },
    body: JSON.stringify({ display_name: "bench", starting_balance: "100000000", risk_profile: BOUNDLESS }),
  });
  return { exchange, apiKey: ((await response.json()) as { readonly api_key: string }).api_key };
}

/** Sequential `client.placeMarketOrder` calls per second, in process; the median of the rounds. */
export async function clientOrderRate(rounds = 9, orders = 2000): Promise<number> {
  const rates: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const { exchange, apiKey } = await newExchange();
    const client = new AgentExchangeClient({ ...exchange.connection, apiKey, rateLimit: false });
    const start = performance.now();
    for (let order = 0; order < orders; order++) {
      const symbol = SYMBOLS[order % SYMBOLS.length] as string;
      const side = order % 10 < 5 ? "buy" : "sell";
      await client.placeMarketOrder({ symbol, side, quantity: symbol === "ADAUSDT" ? "150.5" : "0.125" });
    }
    rates.push((orders / (performance.now() - start)) * 1000);
    await client.close();
  }
  return quantile(rates.slice(1), 0.5);
}

/** Milliseconds of one sweep in which ten of the pending orders trigger; the median of the rounds. */
export async function sweepTime(pending: number, rounds = 21): Promise<number> {
  const market = manualMarket(QUOTES);
  const clock = virtualClock(START);
  const exchange = createExchange({ market, clock, rateLimits: false });
  const { apiKey } = await exchange.register({ displayName: "bench" });
  const headers = { "x-api-key": apiKey, "content-type": "application/json" };
  const post = async (path: string, body: object): Promise<Record<string, string>> => {
    const init = { method: "POST", headers, body: JSON.stringify(body) };
    const response = await exchange.fetch(`http://localhost/api/v1${path}`, init);
    if (!response.ok) throw new Error(await response.text());
    return (await response.json()) as Record<string, string>;
  };
  const agent = { display_name: "bench", starting_balance: "100000000", risk_profile: BOUNDLESS };
  headers["x-api-key"] = (await post("/agents", agent))["api_key"] ?? "";
  const order = { symbol: "BTCUSDT", side: "buy", type: "limit", quantity: "0.001" };
  for (let at = 0; at < pending; at++) await post("/trade/order", { ...order, price: String(30_000 - at) });
  const took: number[] = [];
  for (let round = 0; round < rounds; round++) {
    for (let at = 0; at < 10; at++) await post("/trade/order", { ...order, price: "50000" });
    exchange.market.set("BTCUSDT", { price: "50000" });
    const start = performance.now();
    const filled = exchange.sweep();
    took.push(performance.now() - start);
    if (filled !== 10) throw new Error(`${filled} orders filled`);
    exchange.market.set("BTCUSDT", { price: "61250.40" });
  }
  return quantile(took, 0.5);
}

/** Seconds of real time per simulated day: all pairs move, a sweep every second, 20 pending orders. */
export async function dayTime(rounds = 5): Promise<number> {
  const took: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const market = randomWalkMarket({ seed: round });
    const exchange = createExchange({ market, clock: virtualClock(START), rateLimits: false });
    const { apiKey } = await exchange.register({ displayName: "bench", startingBalance: "1000000" });
    const client = new AgentExchangeClient({ ...exchange.connection, apiKey, rateLimit: false });
    for (let at = 0; at < 20; at++) {
      const symbol = SYMBOLS[at % SYMBOLS.length] as string;
      const { price } = await client.getPrice(symbol);
      // Some of these limits are reached within the day, some are not.
      const limit = price.times(1 - 0.004 * (at + 1)).toSignificantDigits(4);
      const quantity = limit.pow(-1).times(1000).toDecimalPlaces(4);
      await client.placeLimitOrder({ symbol, side: "buy", quantity, price: limit });
    }
    const start = performance.now();
    await exchange.advance(DAY);
    took.push((performance.now() - start) / 1000);
    await client.close();
  }
  return quantile(took, 0.5);
}
