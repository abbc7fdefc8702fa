// Numbers with more than 8 decimals, and settings of the exported Decimal.
import { describe, expect, it } from "vitest";
import { AgentExchangeClient, Decimal } from "../../../src/index.ts";
import { afterMorning, backtest, BOTH, buy } from "./backtests.ts";
import { boundless } from "./trader.ts";
import { openAtPrice } from "./resultsSetup.ts";

describe("prices and quantities with more than 8 decimals", () => {
  const LONG = [
    { type: "limit", quantity: "1000", price: "0.000000015" },
    { type: "stop_loss", quantity: "0.01", price: "50000.123456789" },
    { type: "take_profit", quantity: "0.01", price: "50000.123456789" },
    { type: "limit", quantity: "0.010000001", price: "49000" },
    { type: "market", quantity: "0.010000001" },
  ];

  it("are rejected, or rounded silently", async () => {
    for (const fidelity of BOTH) {
      const exchange = openAtPrice(fidelity);
      const owner = await boundless(exchange, "10000");
      for (const order of LONG) {
        const { status, json } = await owner.order({ symbol: "BTCUSDT", side: "buy", ...order });
        const refused = [status, json.detail?.[0]?.type, JSON.stringify(json.detail)?.includes("8 decimal places")];
        expect(refused).toEqual(
          fidelity === "observed"
            ? [order.price === "0.000000015" ? 400 : 201, undefined, undefined]
            : [422, "decimal_max_places", true],
        );
      }
      // Trailing zeros do not count.
      const zeros = {
        symbol: "BTCUSDT",
        side: "buy",
        type: "limit",
        quantity: "0.0100000000",
        price: "49000.1000000000",
      };
      expect((await owner.order(zeros)).status).toBe(201);
      expect((await owner.send("POST", "/agents", { display_name: "x", starting_balance: "1.000000001" })).status).toBe(
        fidelity === "observed" ? 201 : 422,
      );
    }
  });

  it("are rejected in backtests", async () => {
    const { owner } = await afterMorning({ 0: { BTCUSDT: "60000" } });
    const session = await backtest(owner, 30);
    for (const order of LONG) {
      const { status, json } = await session.send("POST", "/trade/order", { symbol: "BTCUSDT", side: "buy", ...order });
      expect([status, json.detail[0]?.type]).toEqual([422, "decimal_max_places"]);
    }
    const plan = { start_time: "2026-01-01T00:00:00Z", end_time: "2026-01-01T00:30:00Z" };
    const made = await owner.send("POST", "/backtest/create", { ...plan, starting_balance: "10000.000000001" });
    expect(made.json.detail[0]?.type).toBe("decimal_max_places");
  });

  it("are never sent by the client", async () => {
    const sent: string[] = [];
    const exchange = openAtPrice("observed");
    const client = new AgentExchangeClient({
      baseUrl: "http://exchange.test",
      apiKey: "k",
      fetch: (request) => {
        sent.push(request);
        return exchange.fetch(request);
      },
    });
    const base = { symbol: "BTCUSDT", side: "buy", quantity: "0.01" } as const;
    const long = "0.000000015";
    const backtestId = "00000000-0000-4000-8000-000000000000";
    for (const price of [long, new Decimal(long), "1.5e-8", "50000.123456789"]) {
      for (const call of [
        () => client.placeLimitOrder({ ...base, price }),
        () => client.placeStopLoss({ ...base, triggerPrice: price }),
        () => client.placeTakeProfit({ ...base, triggerPrice: price }),
        () => client.placeMarketOrder({ ...base, quantity: price }),
        () => client.placeLimitOrder({ ...base, quantity: price, price: "50000" }),
        () => client.placeBacktestOrder(backtestId, { ...base, type: "limit", price }),
        () => client.placeBacktestOrder(backtestId, { ...base, quantity: price }),
        () => client.createAgent({ displayName: "x", startingBalance: price }),
      ])
        await expect(call()).rejects.toThrow(/at most 8 decimals/);
    }
    expect(sent).toEqual([]);
    await client.close();
  });
});

describe("settings of the exported Decimal", () => {
  const QUANTITY = new Decimal("0.00123");
  const TRIGGER = new Decimal("15432.12345678");
  const SETTINGS: readonly Parameters<typeof Decimal.set>[0][] = [
    { precision: 5 },
    { precision: 2, rounding: 0 },
    { toExpNeg: -1, toExpPos: 1 },
    { minE: -2, maxE: 3 },
    { defaults: true },
  ];

  /** Everything that an exchange and a client compute, read and send, as strings. */
  async function transcript(): Promise<string> {
    const { owner, exchange } = await afterMorning({
      0: { BTCUSDT: "60000" },
      5: { BTCUSDT: "60300" },
      9: { BTCUSDT: "59000" },
      14: { BTCUSDT: "61234.567" },
    });
    const session = await backtest(owner, 30);
    await session.send("POST", "/trade/order", buy("0.1"));
    for (let step = 0; step < 30; step++) await session.send("POST", "/step");
    const { metrics } = (await session.send("GET", "/results")).json as unknown as { metrics: unknown };
    const bodies: string[] = [];
    const client = new AgentExchangeClient({
      baseUrl: exchange.connection.baseUrl,
      apiKey: owner.apiKey,
      fetch: (url, init) => {
        if (typeof init?.body === "string") bodies.push(init.body);
        return exchange.fetch(url, init);
      },
    });
    const base = { symbol: "BTCUSDT", side: "buy" } as const;
    await client.placeLimitOrder({ ...base, quantity: QUANTITY, price: "51234.5678" });
    await client.placeLimitOrder({ ...base, quantity: "1.5e-3", price: 45_000.125 });
    await client.placeStopLoss({ ...base, quantity: 0.002, triggerPrice: TRIGGER });
    await client.placeMarketOrder({ ...base, quantity: "0.00123" });
    const test = await client.computeDeflatedSharpe({ returns: [1, 2, 3, 1, 2, 4, 2, 1, 5, 3], numTrials: 50 });
    const portfolio = await client.getPortfolio();
    const amounts = [portfolio.totalEquity, portfolio.roiPct, portfolio.totalPnl].map((each) => each.toFixed());
    await client.close();
    return JSON.stringify([metrics, bodies, test, amounts]);
  }

  it.each(SETTINGS)("have no effect: %j", async (settings) => {
    const expected = await transcript();
    const { precision, rounding, toExpNeg, toExpPos, minE, maxE } = Decimal;
    try {
      Decimal.set(settings);
      expect(await transcript()).toBe(expected);
    } finally {
      Decimal.set({ precision, rounding, toExpNeg, toExpPos, minE, maxE });
    }
  });
});
