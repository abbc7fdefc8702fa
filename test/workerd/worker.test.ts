// The cron bot inside workerd, with the bindings of wrangler.toml.
import { AgentExchangeClient, Decimal, quantityFor } from "agentexchange";
import { createExchange, virtualClock, type Exchange } from "agentexchange/exchange";
import { createScheduledController } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { buyTheDip } from "../../worker/buyTheDip.ts";
import worker, { type Env } from "../../worker/index.ts";

const BASE_URL = "https://exchange.example";
const SYMBOLS = ["BTCUSDT", "ETHUSDT", "SOLUSDT", "BNBUSDT", "ADAUSDT"];

let lines: string[] = [];

beforeEach(() => {
  lines = [];
  vi.spyOn(console, "log").mockImplementation((line: string) => lines.push(line));
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

/** Triggers the cron job once and returns its log line. */
async function runScheduled(bindings: Env = env): Promise<Record<string, unknown>> {
  await worker.scheduled(createScheduledController({ cron: "0 * * * *", scheduledTime: 1_800_000_000_000 }), bindings);
  expect(lines).toHaveLength(1);
  return JSON.parse(lines[0] ?? "") as Record<string, unknown>;
}

/** Stubs the global `fetch` so that an exchange takes the place of the platform. */
async function stubPlatform(
  exchange: Exchange,
  fetch: Exchange["connection"]["fetch"] = exchange.connection.fetch,
): Promise<{ bindings: Env; client: AgentExchangeClient }> {
  const { apiKey } = await exchange.register();
  vi.stubGlobal("fetch", fetch);
  return {
    bindings: { ...env, BASE_URL, API_KEY: apiKey },
    client: new AgentExchangeClient({ ...exchange.connection, apiKey }),
  };
}

async function getPage(): Promise<{ status: number; body: { lastRun: unknown; portfolio: Record<string, unknown> } }> {
  const response = await exports.default.fetch("https://bot.example/");
  return { status: response.status, body: await response.json() };
}

test("trades on the embedded exchange without a base URL; the page shows the last run and the portfolio", async () => {
  const before = await getPage();
  expect(before.status).toBe(200);
  expect(before.body.lastRun).toBeNull();
  expect(before.body.portfolio["totalEquity"]).toBe("10000");

  const run = await runScheduled();
  expect(run).toMatchObject({ event: "run", outcome: "bought", scheduledAt: "2027-01-15T08:00:00.000Z", missing: [] });
  expect(SYMBOLS).toContain(run["symbol"]);

  const { status, body } = await getPage();
  expect(status).toBe(200);
  expect(body.lastRun).toEqual(run);
  expect(body.portfolio["positions"]).toMatchObject([{ symbol: run["symbol"], quantity: run["quantity"] }]);
});

test("spends the amount on the symbol that fell most", async () => {
  const exchange = createExchange({ clock: virtualClock("2026-11-23T12:00:00Z"), seed: 7 });
  const { bindings, client } = await stubPlatform(exchange);
  const tickers = await client.getTickers({ symbols: SYMBOLS });
  const [lowest] = tickers.toSorted((a, b) => a.changePct.cmp(b.changePct));
  const run = await runScheduled(bindings);
  expect(run).toMatchObject({ outcome: "bought", symbol: lowest?.symbol, changePct: lowest?.changePct.toString() });
  const spent = lowest?.close.times(run["quantity"] as string);
  expect(spent?.toNumber()).toBeLessThanOrEqual(25);
  expect(spent?.toNumber()).toBeGreaterThan(24);
  expect(await client.getTradeHistory()).toMatchObject([
    { orderId: run["orderId"], side: "buy", symbol: lowest?.symbol },
  ]);
  expect(lines[0]).not.toContain(bindings.API_KEY);
});

test("finds an order whose response is lost and does not buy again", async () => {
  const exchange = createExchange();
  const { bindings, client } = await stubPlatform(exchange, async (input, init) => {
    const response = await exchange.fetch(input, init);
    if (init?.method === "POST") throw new Error("Network connection lost.");
    return response;
  });
  const run = await runScheduled(bindings);
  const trades = await client.getTradeHistory();
  expect(trades).toHaveLength(1);
  expect(run).toMatchObject({ outcome: "reconciled", orderId: trades[0]?.orderId, symbol: trades[0]?.symbol });
});

test("reports an order that never arrived as not placed", async () => {
  const exchange = createExchange({ clock: virtualClock("2026-11-23T12:00:00Z") });
  const { apiKey } = await exchange.register();
  const client = new AgentExchangeClient({
    ...exchange.connection,
    apiKey,
    fetch: async (input, init) => {
      if (init?.method === "POST") throw new Error("Network connection lost.");
      return exchange.fetch(input, init);
    },
  });
  const run = buyTheDip(client, SYMBOLS, "25");
  // reconcile() waits in virtual time, and the awaits in between need the real event loop.
  const timer = setInterval(() => void exchange.advance(50), 1);
  expect(await run).toMatchObject({ outcome: "not_placed" });
  clearInterval(timer);
  expect(await client.listOrders()).toEqual([]);
});

test("a symbol without a price does not stop the others", async () => {
  const { bindings } = await stubPlatform(createExchange());
  const run = await runScheduled({ ...bindings, SYMBOLS: "NOSUCH,ETHUSDT" });
  expect(run).toMatchObject({ outcome: "bought", symbol: "ETHUSDT", missing: ["NOSUCH"] });
});

test.for<[Partial<Env>, object]>([
  [{ AMOUNT_USDT: "0.01" }, { outcome: "skipped", reason: "0.01 USDT is less than the minimum order" }],
  [{ SYMBOLS: "NOSUCH" }, { outcome: "skipped", reason: "no symbol has a price" }],
  [{ AMOUNT_USDT: "6000" }, { outcome: "failed", error: { code: "ORDER_REJECTED" } }],
  [{ API_KEY: "ak_live_nobody" }, { outcome: "failed", error: { code: "INVALID_API_KEY" } }],
  [{ API_KEY: "" }, { outcome: "failed", error: { code: "UNEXPECTED" } }],
])("%o is logged with the reason", async ([changes, expected]) => {
  const { bindings, client } = await stubPlatform(createExchange());
  expect(await runScheduled({ ...bindings, ...changes })).toMatchObject(expected);
  expect(await client.listOrders()).toEqual([]);
});

test("the page shows why the platform rejected the key, without showing the key", async () => {
  const { bindings } = await stubPlatform(createExchange());
  const request = new Request<unknown, IncomingRequestCfProperties>("https://bot.example/");
  const response = await worker.fetch(request, { ...bindings, API_KEY: "ak_live_nobody" });
  expect(response.status).toBe(502);
  const text = await response.text();
  expect(JSON.parse(text)).toMatchObject({ portfolio: null, error: { code: "INVALID_API_KEY" } });
  expect(text).not.toContain("ak_live_nobody");
});

test("only GET / is allowed", async () => {
  expect((await exports.default.fetch("https://bot.example/favicon.ico")).status).toBe(404);
  const rejected = await exports.default.fetch("https://bot.example/", { method: "POST" });
  expect([rejected.status, rejected.headers.get("allow")]).toEqual([405, "GET"]);
});

test("quantities are whole steps, never worth more than the amount", async () => {
  const { connection } = createExchange();
  const client = new AgentExchangeClient(connection);
  const pairs = await client.getPairs();
  const prices = await client.getAllPrices();
  expect(prices.length).toBeGreaterThan(11);
  for (const { symbol, price } of prices) {
    const pair = pairs.find((listed) => listed.symbol === symbol);
    for (const amount of ["25", "1000", "33.33"]) {
      const quantity = quantityFor(new Decimal(amount), price, pair);
      expect(quantity.mod(pair?.stepSize ?? 1).isZero(), symbol).toBe(true);
      expect(quantity.times(price).lte(amount), symbol).toBe(true);
    }
    expect(quantityFor(new Decimal("0.001"), price, pair).isZero(), symbol).toBe(true);
  }
});
