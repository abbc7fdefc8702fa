import { describe, expect, it } from "vitest";
import { AgentExchangeClient, Decimal } from "../../../src/index.ts";
import { manualMarket, type Exchange, type Fidelity, type ManualMarket } from "../../../src/exchange/index.ts";
import { ratiosOf } from "../../../src/exchange/engine/reports/ratios.ts";
import { afterMorning, backtest, BOTH, buy, sell, type Morning } from "./backtests.ts";
import { boundless, open, send, trader, type Trader } from "./trader.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

function opened(fidelity: Fidelity, price = "50000", symbol = "BTCUSDT"): Exchange<ManualMarket> {
  return open({ market: manualMarket({ [symbol]: { price, volume: "1e15" } }), fidelity });
}

async function deal(owner: Trader, side: "buy" | "sell", quantity: string, symbol = "BTCUSDT"): Promise<void> {
  expect(await owner.order({ symbol, side, type: "market", quantity })).toMatchObject({ status: 201 });
}

/** Metrics by their wire names. */
async function figures(owner: Trader, path: string): Promise<Record<string, string | number | null>> {
  return (await owner.get(path)).json as unknown as Record<string, string | number | null>;
}

describe("ratios of equal returns", () => {
  it.each([30, 31, 47, 100, 719, 720])("are 0 for an account that never trades, after %s hours", async (hours) => {
    const exchange = opened("declared");
    const owner = await trader(exchange);
    await exchange.advance(hours * HOUR);
    for (const period of ["1d", "7d", "30d", "all"])
      expect(await figures(owner, `/analytics/performance?period=${period}`)).toMatchObject({
        sharpe_ratio: "0.0",
        sortino_ratio: "0.0",
        max_drawdown_pct: "0.0",
        max_drawdown_duration_days: 0,
      });
  });

  it("are 0, or rounding errors divided by rounding errors", async () => {
    const flat = Array.from({ length: 31 }, () => 10_000);
    expect(ratiosOf(flat)).toMatchObject({ sharpe: 0, sortino: 0 });
    expect(ratiosOf(flat, true).sharpe).toBeLessThan(-1e16);
    // A real difference counts, even if it is tiny.
    expect(ratiosOf([...flat, 10_000.000_000_01]).sharpe).not.toBe(0);
    const results = await Promise.all(
      BOTH.map(async (fidelity) => {
        const owner = await trader(opened(fidelity));
        const body = { returns: Array.from({ length: 12 }, () => 0.1), num_trials: 2 };
        const { json } = await owner.send("POST", "/metrics/deflated-sharpe", body);
        return (json as unknown as Record<string, number>)["observed_sharpe"] as number;
      }),
    );
    expect(results[0]).toBeGreaterThan(1e15); // observed
    expect(results[1]).toBe(0); // declared
  });
});

describe("performance", () => {
  it("starts at the starting balance, so that a loss in the first hour counts", async () => {
    const exchange = opened("declared");
    const owner = await boundless(exchange, "10000");
    await deal(owner, "buy", "0.19");
    exchange.market.set("BTCUSDT", { price: "37400" });
    await exchange.advance(40 * 60_000);
    await deal(owner, "sell", "0.19");
    await exchange.advance(30 * HOUR);
    const { total_equity: equity } = await figures(owner, "/account/portfolio");
    const lost = new Decimal(10_000).minus(String(equity)).div(100).toDecimalPlaces(8).toNumber();
    expect(lost).toBeCloseTo(24.1, 0);
    for (const period of ["all", "7d"]) {
      const performance = await figures(owner, `/analytics/performance?period=${period}`);
      expect(Number(performance["max_drawdown_pct"])).toBe(lost);
      expect(Number(performance["sharpe_ratio"])).toBeLessThan(0);
      expect(performance["max_drawdown_duration_days"]).toBe(30);
    }
    // The last day does not include it.
    expect(await figures(owner, "/analytics/performance?period=1d")).toMatchObject({ max_drawdown_pct: "0.0" });
  });

  it("of a period starts at most an hour before it", async () => {
    const exchange = opened("declared");
    const owner = await boundless(exchange, "10000");
    await deal(owner, "buy", "0.1");
    await exchange.advance(30 * HOUR + 600_000);
    exchange.market.set("BTCUSDT", { price: "40000" });
    await exchange.advance(DAY - 300_000);
    // The fall came 5 minutes after the period began, and before its first full hour.
    expect(Number((await figures(owner, "/analytics/performance?period=1d"))["max_drawdown_pct"])).toBeCloseTo(10, 0);
  });

  it("without losses: the profit factor", async () => {
    for (const [fidelity, expected] of [
      ["observed", "0.0"],
      ["declared", null],
    ] as const) {
      const exchange = opened(fidelity);
      const owner = await trader(exchange);
      expect(await figures(owner, "/analytics/performance")).toMatchObject({ profit_factor: "0.0" });
      for (const price of ["51000", "52000", "53000"]) {
        await deal(owner, "buy", "0.01");
        exchange.market.set("BTCUSDT", { price });
        await deal(owner, "sell", "0.01");
      }
      expect(await figures(owner, "/analytics/performance")).toMatchObject({
        profit_factor: expected,
        win_rate: "100.0",
      });
      const client = new AgentExchangeClient({ ...exchange.connection, apiKey: owner.apiKey });
      expect((await client.getPerformance()).profitFactor?.toNumber() ?? null).toBe(expected === null ? null : 0);
      await client.close();
    }
  });
});

describe("results after a reset", () => {
  async function reset(fidelity: Fidelity, path = "/account/reset"): Promise<{ exchange: Exchange; owner: Trader }> {
    const exchange = opened(fidelity);
    const owner = await trader(exchange);
    await deal(owner, "buy", "0.04");
    exchange.market.set("BTCUSDT", { price: "60000" });
    await deal(owner, "sell", "0.04");
    await exchange.advance(2 * HOUR);
    exchange.market.set("BTCUSDT", { price: "50000" });
    await deal(owner, "buy", "0.04"); // and reset in the same millisecond
    await deal(owner, "sell", "0.04");
    const account = { "x-api-key": owner.accountKey };
    const path_ = path.replace("ID", owner.agentId);
    expect((await owner.send("POST", path_, { confirm: true }, account)).status).toBe(200);
    return { exchange, owner };
  }

  it("start over, or stay", async () => {
    const observed = (await reset("observed")).owner;
    expect(Number((await figures(observed, "/account/portfolio"))["roi_pct"])).toBeGreaterThan(3);
    expect(await figures(observed, "/analytics/performance")).toMatchObject({ total_trades: 2 });
    for (const path of ["/account/reset", "/agents/ID/reset"]) {
      const { exchange, owner } = await reset("declared", path);
      const check = async (): Promise<void> => {
        const portfolio = await figures(owner, "/account/portfolio");
        for (const name of ["realized_pnl", "total_pnl", "roi_pct"]) expect(Number(portfolio[name])).toBe(0);
        for (const period of ["1d", "all"])
          expect(await figures(owner, `/account/pnl?period=${period}`)).toMatchObject({
            realized_pnl: "0",
            net_pnl: "0",
            fees_paid: "0",
            winning_trades: 0,
          });
        expect(await figures(owner, "/analytics/performance")).toMatchObject({
          total_trades: 0,
          win_rate: "0.0",
          sharpe_ratio: "0.0",
          max_drawdown_pct: "0.0",
        });
      };
      await check();
      await exchange.advance(30 * HOUR);
      await check();
      expect((await owner.get("/analytics/leaderboard")).json.rankings).toEqual([]);
      // Orders and trades stay in the lists.
      expect((await owner.get("/trade/history")).json.trades).toHaveLength(4);
      await deal(owner, "buy", "0.01");
      await deal(owner, "sell", "0.01");
      await exchange.advance(DAY);
      const [leader] = (await owner.get("/analytics/leaderboard")).json.rankings;
      expect(Number(leader?.roi_pct)).toBeCloseTo(-0.012, 2);
      const [point] = (await owner.get("/analytics/portfolio/history?interval=1h&limit=1")).json.snapshots;
      expect(Number(point?.realized_pnl)).toBeCloseTo(-1.1, 3);
    }
  });

  it("of one agent keep the account's results correct", async () => {
    const exchange = opened("declared");
    const owner = await trader(exchange);
    await owner.send("POST", "/agents", { display_name: "Second", starting_balance: "10000" });
    const account = { "x-api-key": owner.accountKey };
    await deal(owner, "buy", "0.04");
    await exchange.advance(3 * HOUR);
    exchange.market.set("BTCUSDT", { price: "25000" });
    await exchange.advance(3 * HOUR);
    await owner.send("POST", `/agents/${owner.agentId}/reset`, undefined, account);
    await exchange.advance(3 * HOUR);
    const { json } = await owner.get("/analytics/performance", account);
    // Restoring a balance is not a profit, and clearing one is not a loss.
    expect(json).toMatchObject({ sharpe_ratio: "0.0", max_drawdown_pct: "0.0" });
  });

  it("do not lift the daily loss limit", async () => {
    const exchange = opened("declared");
    const owner = await trader(exchange);
    const riskProfile = { max_position_size_pct: 100, daily_loss_limit_pct: 1, max_open_orders: 50 };
    await owner.send("PUT", "/account/risk-profile", riskProfile);
    await deal(owner, "buy", "0.08");
    exchange.market.set("BTCUSDT", { price: "40000" });
    await deal(owner, "sell", "0.08");
    const order = { symbol: "BTCUSDT", side: "buy", type: "market", quantity: "0.01" };
    expect((await owner.order(order)).json.error.details.reason).toBe("daily_loss_limit");
    await owner.send("POST", "/account/reset", { confirm: true }, { "x-api-key": owner.accountKey });
    expect((await owner.order(order)).json.error.details.reason).toBe("daily_loss_limit");
  });
});

describe("a position that is reopened", () => {
  it("has a new opening time, or keeps the first one", async () => {
    for (const [fidelity, expected] of [
      ["observed", "2026-01-05T00:00:30Z"],
      ["declared", "2026-01-05T02:00:30Z"],
    ] as const) {
      const exchange = opened(fidelity);
      const owner = await trader(exchange);
      await deal(owner, "buy", "0.01");
      await exchange.advance(HOUR);
      await deal(owner, "sell", "0.01");
      await exchange.advance(HOUR);
      await deal(owner, "buy", "0.01");
      await exchange.advance(HOUR);
      await deal(owner, "buy", "0.01");
      const [position] = (await owner.get("/account/positions")).json.positions;
      expect(position).toMatchObject({ opened_at: expected });
    }
  });
});

describe("PnL at low prices", () => {
  const PRICES = ["0.00001755", "0.00000812", "0.00000061", "0.0000004", "50000"];

  it.each(PRICES)("equals equity minus the starting balance: %s", async (price) => {
    const exchange = opened("declared", price);
    const owner = await boundless(exchange, "10000");
    const lot = new Decimal(1000).div(price).toDecimalPlaces(4).toFixed();
    const check = async (): Promise<void> => {
      const { total_equity, total_pnl, roi_pct, realized_pnl, unrealized_pnl } = (await owner.get("/account/portfolio"))
        .json;
      const gained = new Decimal(total_equity).minus(10_000);
      expect(new Decimal(total_pnl).toFixed(16)).toBe(gained.toFixed(16));
      expect(new Decimal(roi_pct).toFixed(8)).toBe(gained.div(100).toFixed(8));
      const pnl = (await owner.get("/account/pnl")).json;
      expect([pnl.total_pnl, pnl.net_pnl]).toEqual([total_pnl, total_pnl]);
      expect(new Decimal(realized_pnl).plus(unrealized_pnl).eq(gained)).toBe(true);
    };
    for (const side of ["buy", "buy", "sell", "buy", "sell", "sell", "buy", "sell"] as const) {
      await deal(owner, side, lot);
      await check();
      for (const { avg_entry_price, quantity } of (await owner.get("/account/positions")).json
        .positions as unknown as Record<string, string>[])
        expect(Number(avg_entry_price) * Number(quantity)).toBeCloseTo(
          1000 * Math.round(Number(quantity) / Number(lot)),
          -2,
        );
    }
    await exchange.advance(2 * HOUR);
    const [point] = (await owner.get("/analytics/portfolio/history?interval=1h&limit=1")).json.snapshots;
    expect(new Decimal(point?.realized_pnl ?? 0).toFixed(8)).toBe(
      new Decimal(point?.total_equity ?? 0).minus(10_000).toFixed(8),
    );
  });

  it("is computed from the cost, or from a rounded average", async () => {
    const results: string[] = [];
    for (const fidelity of BOTH) {
      const exchange = opened(fidelity, "0.00000061");
      const owner = await boundless(exchange, "10000");
      await deal(owner, "buy", "1000000000");
      await deal(owner, "sell", "1000000000");
      results.push((await owner.get("/account/portfolio")).json.total_pnl);
    }
    // Bought and sold at 6.1e-7: two fees of 0.61. The average with its fee is 6.1061e-7, stored as 6.1e-7.
    expect(results.map(Number)).toEqual([-0.61, -1.22]);
  });
});

describe("results of backtests", () => {
  /** Five round trips of 0.05 % before fees. */
  const morning: Morning = Object.fromEntries(
    Array.from({ length: 12 }, (_, at) => [at * 2, { BTCUSDT: at % 2 === 0 ? "60000" : "60042" }]),
  );

  it("include fees, or leave them out", async () => {
    const results: Record<string, unknown>[] = [];
    for (const fidelity of BOTH) {
      const { owner } = await afterMorning(morning, fidelity);
      const session = await backtest(owner, 30);
      // Observed prices are one minute ahead.
      await session.send("POST", "/step/batch", { steps: fidelity === "observed" ? 4 : 1 });
      for (let trip = 0; trip < 5; trip++) {
        await session.send("POST", "/trade/order", buy("0.02"));
        await session.send("POST", "/step/batch", { steps: 2 });
        const { json } = await session.send("GET", "/account/portfolio");
        const { total_equity, realized_pnl, unrealized_pnl } = json;
        const isWhole = new Decimal(realized_pnl).plus(unrealized_pnl).plus(10_000).eq(total_equity);
        expect([fidelity, isWhole]).toEqual([fidelity, fidelity === "declared"]);
        await session.send("POST", "/trade/order", sell("0.02"));
        await session.send("POST", "/step/batch", { steps: 2 });
      }
      await session.send("POST", "/step/batch", { steps: 100 });
      const report = (await session.send("GET", "/results")).json as unknown as {
        readonly summary: Record<string, string>;
        readonly metrics: Record<string, string>;
        readonly by_pair: readonly [Record<string, string>];
      };
      const { trades } = (await session.send("GET", "/results/trades")).json;
      const sum = trades.reduce((all, each) => all.plus((each as unknown as Answered).realized_pnl), new Decimal(0));
      const total = report.summary["total_pnl"] ?? "";
      expect(new Decimal(total).lt(0)).toBe(true);
      expect([fidelity, sum.eq(total)]).toEqual([fidelity, fidelity === "declared"]);
      expect(report.by_pair[0]["net_pnl"]).toBe(sum.toFixed(8));
      results.push({ winRate: report.metrics["win_rate"], pairWinRate: report.by_pair[0]["win_rate"] });
    }
    expect(results).toEqual([
      { winRate: "100.00", pairWinRate: "100.00" },
      { winRate: "0.00", pairWinRate: "0.00" },
    ]);
  });
});

interface Answered {
  readonly realized_pnl: string;
}

describe("the order book of low prices", () => {
  const PRICES = ["0.00001755", "0.00000812", "6.1E-7", "0.0000004", "1.4E-8", "0.009999", "0.001", "1.23456789E-10"];

  it.each(PRICES)("has distinct levels around the price: %s", async (price) => {
    const exchange = opened("declared", price);
    const { json } = await send(exchange, "GET", "/api/v1/market/orderbook/BTCUSDT?depth=20");
    const [bids, asks] = [json.bids, json.asks].map((side) => side.map(([level]) => level));
    const levels = [...(asks ?? []).toReversed(), price, ...(bids ?? [])].map((each) => new Decimal(each));
    expect(levels).toHaveLength(41);
    for (let at = 1; at < levels.length; at++) expect(levels[at - 1]?.gt(levels[at] as Decimal)).toBe(true);
    expect(levels[0]?.div(price).lte("1.01")).toBe(true);
    expect(levels.at(-1)?.div(price).gte("0.99")).toBe(true);
    for (const each of [...(asks ?? []), ...(bids ?? [])]) expect(each).toMatch(/^0\.\d+$/);
  });

  it("keeps levels apart, or does not", async () => {
    const levels = async (fidelity: Fidelity): Promise<number> => {
      const exchange = opened(fidelity, "0.00000812");
      const { json } = await send(exchange, "GET", "/api/v1/market/orderbook/BTCUSDT?depth=20");
      return new Set([...json.bids, ...json.asks].map(([price]) => price)).size;
    };
    expect([await levels("observed"), await levels("declared")]).toEqual([1, 40]);
  });
});

describe("very low prices", () => {
  it("are exact in candles and trades, or rounded", async () => {
    for (const [fidelity, expected] of [
      ["observed", "1E-8"],
      ["declared", "1.2345E-8"],
    ] as const) {
      const exchange = opened(fidelity, "0.000000012345");
      const read = async <Path extends string>(path: Path) =>
        (await send(exchange, "GET", `/api/v1/market/${path}/BTCUSDT` as `/market/${Path}/BTCUSDT`)).json;
      const [candle] = (await read("candles")).candles;
      expect([candle?.open, candle?.close]).toEqual([expected, expected]);
      expect((await read("trades")).trades[0]).toMatchObject({ price: expected });
      expect((await read("price")).price).toBe("1.2345E-8");
    }
  });
});

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
      const exchange = opened(fidelity);
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
    const exchange = opened("observed");
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
