import { describe, expect, it } from "vitest";
import { AgentExchangeClient } from "../../../src/index.ts";
import {
  manualMarket,
  randomWalkMarket,
  virtualClock,
  type Exchange,
  type ManualMarket,
} from "../../../src/exchange/index.ts";
import { ratiosOf } from "../../../src/exchange/engine/reports/ratios.ts";
import { formatRatio } from "../../../src/exchange/http/routes/format.ts";
import { recorded } from "./recorded.ts";
import { open, send, trader, type Trader, type AnswerTo } from "./trader.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const market = () => manualMarket({ BTCUSDT: { price: "50000", volume: "100000" } });

/** Buys or sells 0.01 BTC. */
async function deal(owner: Trader, side: "buy" | "sell", quantity = "0.01"): Promise<void> {
  expect((await owner.order({ symbol: "BTCUSDT", side, type: "market", quantity })).status).toBe(201);
}

async function history(owner: Trader, query: string): Promise<readonly string[]> {
  const { json } = await owner.get(`/analytics/portfolio/history?${query}`);
  return json.snapshots.map((each) => `${each.time} ${each.total_equity} ${each.unrealized_pnl} ${each.realized_pnl}`);
}

describe("ratios", () => {
  const text = (equity: readonly number[]): readonly unknown[] => {
    const { sharpe, sortino, maxDrawdown, drawdownLength } = ratiosOf(equity);
    return [formatRatio(sharpe), formatRatio(sortino), formatRatio(maxDrawdown), drawdownLength];
  };

  it("equal the platform's to the digit", () => {
    expect(text([10000, 10050, 9900, 9950, 9870, 10080])).toEqual(["12.52443591", "45.34144566", "1.79104478", 3]);
    expect(text([10000, 10000, 10010])).toEqual(["92.74012397", "0.0", "0.0", 0]);
  });

  it("are zero without data", () => {
    expect(text([])).toEqual(["0.0", "0.0", "0.0", 0]);
    expect(text([10000])).toEqual(["0.0", "0.0", "0.0", 0]);
    expect(text([0, 0, 10])).toEqual(["0.0", "0.0", "0.0", 0]);
  });
});

describe("snapshots", () => {
  it("are taken every minute and hour since the opening, and at midnight", async () => {
    const exchange = open({ market: market() }); // opens at 00:00:30
    const owner = await trader(exchange);
    await exchange.advance(2 * MINUTE + 10_000);
    expect(await history(owner, "interval=1m")).toEqual([
      "2026-01-05T00:01:30Z 10000.00000000 0E-8 0E-8",
      "2026-01-05T00:02:30Z 10000.00000000 0E-8 0E-8",
    ]);
    await deal(owner, "buy"); // at 50005, fee 0.50005
    await exchange.advance(MINUTE);
    exchange.market.set("BTCUSDT", { price: "60000" });
    await exchange.advance(MINUTE);
    expect(await history(owner, "interval=1m&limit=2")).toEqual([
      "2026-01-05T00:03:30Z 9999.44995000 -0.55005000 0E-8",
      "2026-01-05T00:04:30Z 10099.44995000 99.44995000 0E-8",
    ]);
    await deal(owner, "sell"); // at 59994, fee 0.59994
    await exchange.advance(2 * DAY);
    expect((await history(owner, "interval=1h&limit=1000")).length).toBe(48);
    expect((await history(owner, "interval=1h")).at(0)).toBe("2026-01-05T01:00:30Z 10098.79001000 0E-8 98.79001000");
    expect(await history(owner, "interval=1d")).toEqual([
      "2026-01-06T00:00:00Z 10098.79001000 0E-8 98.79001000",
      "2026-01-07T00:00:00Z 10098.79001000 0E-8 98.79001000",
    ]);
  });

  it("include everything up to their time, and nothing after it", async () => {
    const exchange = open({ market: market() });
    const owner = await trader(exchange);
    await exchange.advance(MINUTE);
    await deal(owner, "buy");
    await exchange.advance(1);
    await deal(owner, "sell");
    await exchange.advance(MINUTE);
    const [first, second] = await history(owner, "interval=1m");
    expect(first).toBe("2026-01-05T00:01:30Z 9999.44995000 -0.55005000 0E-8");
    expect(second).toBe("2026-01-05T00:02:30Z 9998.90000000 0E-8 -1.10000000");
  });

  it("of minutes are deleted at 01:00 after a week; hourly and daily ones stay", async () => {
    const exchange = open({ market: market() });
    const owner = await trader(exchange);
    await exchange.advance(7 * DAY + HOUR - 31_000); // 00:59:59 of the eighth day
    const first = async (query: string): Promise<string | undefined> => (await history(owner, query))[0]?.slice(0, 20);
    expect((await owner.get("/analytics/portfolio/history?interval=1m&limit=1000")).json.snapshots).toHaveLength(1000);
    expect(await first("interval=1h&limit=1000")).toBe("2026-01-05T01:00:30Z");
    await exchange.advance(10 * DAY);
    expect(await first("interval=1h&limit=1000")).toBe("2026-01-05T01:00:30Z");
    expect(await first("interval=1d&limit=1000")).toBe("2026-01-06T00:00:00Z");
  });

  it("do not depend on how time was advanced, nor on when they are requested", async () => {
    const run = async (step: number, requestsHistory: boolean): Promise<unknown> => {
      const exchange = open({ market: randomWalkMarket({ seed: 5 }) });
      const owner = await trader(exchange, "100000");
      await deal(owner, "buy", "0.1");
      for (const [at, symbol] of ["ETHUSDT", "SOLUSDT", "XRPUSDT"].entries()) {
        const { price } = (await send(exchange, "GET", `/api/v1/market/price/${symbol}`)).json;
        const limit = (Number(price) * (0.995 - at / 1000)).toFixed(2);
        await owner.order({ symbol, side: "buy", type: "limit", quantity: "1", price: limit });
      }
      for (let passed = 0; passed < 6 * HOUR; passed += step) {
        await exchange.advance(step);
        if (requestsHistory) await history(owner, "interval=1m&limit=5");
      }
      return [
        await history(owner, "interval=1m&limit=1000"),
        await history(owner, "interval=1h"),
        (await owner.get("/analytics/performance")).json,
        (await owner.get("/trade/history")).json.total,
      ];
    };
    const leap = await run(6 * HOUR, false);
    expect(await run(20 * MINUTE, true)).toEqual(leap);
    expect((leap as unknown[])[3]).toBeGreaterThan(1);
  });

  it("of an account are the sum of its agents; the first one is taken on request", async () => {
    const exchange = open({ market: market() });
    const owner = await trader(exchange);
    const asAccount = { "x-api-key": owner.accountKey };
    const equity = async (interval: string): Promise<unknown> =>
      (await owner.get(`/analytics/portfolio/history?interval=${interval}`, asAccount)).json.snapshots.map(
        (each) => each.total_equity,
      );
    expect(await equity("1h")).toEqual(["10000.00000000"]);
    await exchange.advance(90 * MINUTE);
    await owner.send("POST", "/agents", { display_name: "Second", starting_balance: "500" });
    await exchange.advance(HOUR);
    expect(await equity("1h")).toEqual(["10000.00000000", "10500.00000000"]);
    // A second agent's starting balance is not a profit.
    expect((await owner.get("/analytics/performance", asAccount)).json).toMatchObject({
      sharpe_ratio: "0.0",
      max_drawdown_pct: "0.0",
    });
  });

  it("keep the data from before a reset", async () => {
    const exchange = open({ market: market() });
    const owner = await trader(exchange);
    await deal(owner, "buy");
    await exchange.advance(90 * MINUTE);
    await owner.send("POST", "/account/reset", { confirm: true, new_starting_balance: "5000" });
    await exchange.advance(HOUR);
    expect(await history(owner, "interval=1h")).toEqual([
      "2026-01-05T01:00:30Z 9999.44995000 -0.55005000 0E-8",
      "2026-01-05T02:00:30Z 5000.00000000 0E-8 0E-8",
    ]);
  });

  it("of hours stay correct when data needed only by deleted minutes is discarded", async () => {
    const exchange = open({ market: market() });
    const owner = await trader(exchange);
    const expected: string[] = [];
    let [equity, hour] = ["10000.00000000", HOUR];
    for (let passed = 0; passed < 1100 * 700_000; passed += 700_000) {
      for (; hour < passed; hour += HOUR) expected.push(equity);
      await deal(owner, passed % 1_400_000 === 0 ? "buy" : "sell");
      equity = Number((await owner.get("/account/portfolio")).json.total_equity).toFixed(8);
      await exchange.advance(700_000);
    }
    for (; hour <= 1100 * 700_000; hour += HOUR) expected.push(equity);
    const { json } = await owner.get("/analytics/portfolio/history?interval=1h&limit=1000");
    expect(json.snapshots.map((each) => each.total_equity)).toEqual(expected);
    expect(expected.length).toBe(213);
  });

  it.each(["declared", "observed"] as const)("are the same in a fork of the exchange: %s", async (fidelity) => {
    const exchange = open({ market: randomWalkMarket({ seed: 5 }), fidelity });
    const owner = await trader(exchange);
    await deal(owner, "buy");
    await exchange.advance(90 * MINUTE);
    const first = await history(owner, "interval=1m");
    await deal(owner, "sell");
    await exchange.advance(90 * MINUTE);
    const copy = exchange.fork();
    const read = async (from: Exchange, query: string): Promise<unknown> =>
      (
        await send(from, "GET", `/api/v1/analytics/portfolio/history?${query}`, undefined, {
          "x-api-key": owner.apiKey,
        })
      ).json;
    for (const query of ["interval=1m&limit=1000", "interval=1h"])
      expect(await read(copy, query)).toEqual(await read(exchange, query));
    expect(first.length).toBe(fidelity === "declared" ? 90 : 1);
    await copy.advance(HOUR);
    await exchange.advance(HOUR);
    expect(await read(copy, "interval=1h")).toEqual(await read(exchange, "interval=1h"));
  });

  it("are never taken when observed: a history has the one point that the first request took", async () => {
    const exchange = open({ market: market(), fidelity: "observed" });
    const owner = await trader(exchange);
    await deal(owner, "buy");
    await exchange.advance(2 * HOUR);
    const first = await history(owner, "interval=1h&limit=24");
    expect(first).toEqual(["2026-01-05T02:00:30Z 9999.44995000 -0.55005000 0E-8"]);
    exchange.market.set("BTCUSDT", { price: "60000" });
    await exchange.advance(2 * HOUR);
    expect(await history(owner, "interval=1h&limit=24")).toEqual(first);
    expect(
      (await owner.get("/analytics/portfolio/history", { "x-api-key": owner.accountKey })).json.snapshots,
    ).toHaveLength(1);
    expect(
      (await owner.get("/analytics/portfolio/history?interval=1m", { "x-api-key": owner.accountKey })).json.snapshots,
    ).toEqual([]);
    expect((await owner.get("/analytics/performance")).json).toMatchObject({
      sharpe_ratio: "0.0",
      sortino_ratio: "0.0",
      max_drawdown_pct: "0.0",
    });
  });
});

describe("performance", () => {
  it("computes ratios from the hours of its period", async () => {
    const exchange = open({ market: randomWalkMarket({ seed: 3 }) });
    const owner = await trader(exchange);
    await deal(owner, "buy", "0.03");
    await exchange.advance(3 * DAY);
    const series = async (limit: number): Promise<number[]> =>
      (await owner.get(`/analytics/portfolio/history?interval=1h&limit=${limit}`)).json.snapshots.map((each) =>
        Number(each.total_equity),
      );
    for (const [period, limit] of [
      ["all", 1000],
      ["1d", 24],
    ] as const) {
      const hours = await series(limit + (period === "1d" ? 1 : 0));
      // For the period `all`, the first point is the starting balance.
      const { sharpe, sortino, maxDrawdown, drawdownLength } = ratiosOf(period === "all" ? [10_000, ...hours] : hours);
      expect((await owner.get(`/analytics/performance?period=${period}`)).json).toMatchObject({
        sharpe_ratio: formatRatio(sharpe),
        sortino_ratio: formatRatio(sortino),
        max_drawdown_pct: formatRatio(maxDrawdown),
        max_drawdown_duration_days: drawdownLength,
      });
      expect(sharpe).not.toBe(0);
    }
  });
});

describe("the leaderboard", () => {
  async function board(exchange: Exchange, owner: Trader, query = ""): Promise<readonly unknown[]> {
    const { json } = (await owner.get(`/analytics/leaderboard${query}`)) as AnswerTo<"GET", "/analytics/leaderboard">;
    expect(json.period).toBe(query === "" ? "30d" : query.split("=")[1]);
    return json.rankings.map(
      (each) => `${each.rank} ${each.account_id} ${each.roi_pct} ${each.total_trades} ${each.win_rate}`,
    );
  }

  async function three(
    fidelity: "declared" | "observed",
  ): Promise<{ exchange: Exchange<ManualMarket>; owners: readonly [Trader, Trader, Trader] }> {
    const exchange = open({ market: market(), fidelity });
    const owners = [await trader(exchange), await trader(exchange), await trader(exchange)] as const;
    await deal(owners[0], "buy");
    exchange.market.set("BTCUSDT", { price: "40000" });
    await deal(owners[0], "sell");
    await deal(owners[1], "buy");
    exchange.market.set("BTCUSDT", { price: "50000" });
    await deal(owners[1], "sell");
    await deal(owners[2], "buy"); // no closed trade
    return { exchange, owners };
  }

  it("ranks by return up to the last midnight, ties by age, and omits accounts without closed trades", async () => {
    const { exchange, owners } = await three("declared");
    const [a, b] = owners.map((owner) => owner.accountId);
    expect(await board(exchange, owners[0])).toEqual([`1 ${a} 0E-8 1 0.0`, `2 ${b} 0E-8 1 100.0`]);
    await exchange.advance(DAY);
    expect(await board(exchange, owners[2])).toEqual([`1 ${b} 0.99010010 1 100.0`, `2 ${a} -1.00990010 1 0.0`]);
    expect(await board(exchange, owners[2], "?period=1d")).toEqual([
      `1 ${b} 0.99010010 1 100.0`,
      `2 ${a} -1.00990010 1 0.0`,
    ]);
    await exchange.advance(1);
    expect(await board(exchange, owners[2], "?period=all")).toHaveLength(2);
    await exchange.advance(MINUTE);
    expect(await board(exchange, owners[2], "?period=1d")).toEqual([]);
  });

  it("is cached for a minute", async () => {
    const { exchange, owners } = await three("declared");
    expect(await board(exchange, owners[0])).toHaveLength(2);
    await deal(owners[2], "sell");
    await exchange.advance(MINUTE - 1);
    expect(await board(exchange, owners[1])).toHaveLength(2);
    await exchange.advance(1);
    expect(await board(exchange, owners[1])).toHaveLength(3);
  });

  it("has no returns when observed, since no snapshots are taken at midnight", async () => {
    const { exchange, owners } = await three("observed");
    await exchange.advance(DAY);
    const [a, b] = owners.map((owner) => owner.accountId);
    expect(await board(exchange, owners[0])).toEqual([`1 ${a} 0E-8 1 0.0`, `2 ${b} 0E-8 1 100.0`]);
    // Unless a daily history was requested.
    await history(owners[1], "interval=1d");
    await exchange.advance(MINUTE);
    expect((await board(exchange, owners[0]))[0]).toBe(`1 ${b} 0.99010010 1 100.0`);
  });

  it.each(["get_portfolio_history", "get_leaderboard"])("has the platform's fields: %s", async (name) => {
    const { exchange, owners } = await three("observed");
    const { request, status, json } = recorded(name);
    const answer = await send(exchange, "GET", request.path, undefined, { "x-api-key": owners[0].apiKey });
    expect([answer.status, shapeOf(answer.json)]).toEqual([status, shapeOf(json)]);
  });

  it("and histories reject other intervals as the platform does", async () => {
    const { exchange, owners } = await three("observed");
    const { request, status, json } = recorded("get_portfolio_history_bad_interval");
    const answer = await send(exchange, "GET", request.path, undefined, { "x-api-key": owners[0].apiKey });
    expect([answer.status, answer.json]).toEqual([status, json]);
  });
});

function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return [shapeOf(value[0])];
  if (typeof value !== "object" || value === null) return typeof value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, shapeOf(each)]));
}

describe("the account's mode", () => {
  it("is a label", async () => {
    const exchange = open({ market: market() });
    const owner = await trader(exchange);
    const fresh = { mode: "live", active_strategy_label: null, active_backtests: 0, total_backtests_completed: 0 };
    expect((await owner.get("/account/mode")).json).toEqual(fresh);
    expect((await owner.send("POST", "/account/mode", { mode: "backtest", strategy_label: " dip " })).json).toEqual({
      ...fresh,
      mode: "backtest",
      active_strategy_label: "dip",
    });
    expect((await owner.send("POST", "/account/mode", { mode: "live" })).json).toEqual(fresh);
    expect((await owner.send("POST", "/account/mode", { mode: "paper" })).json.detail[0]?.type).toBe("literal_error");
  });
});

describe("the client", () => {
  it("sees history, performance and leaderboard live", async () => {
    const exchange = open({ market: randomWalkMarket({ seed: 9 }), clock: virtualClock("2026-03-01T12:00:00Z") });
    const { apiKey, accountId } = await trader(exchange);
    const client = new AgentExchangeClient({ ...exchange.connection, apiKey });
    await client.placeMarketOrder({ symbol: "BTCUSDT", side: "buy", quantity: "0.02" });
    await exchange.advance(DAY);
    await client.placeMarketOrder({ symbol: "BTCUSDT", side: "sell", quantity: "0.02" });
    await exchange.advance(DAY);
    const hours = await client.getPortfolioHistory({ interval: "1h", limit: 48 });
    expect(hours).toHaveLength(48);
    expect(hours[47]?.totalEquity.toFixed(8)).toBe((await client.getPortfolio()).totalEquity.toFixed(8));
    const performance = await client.getPerformance();
    expect(performance.sharpeRatio.isZero()).toBe(false);
    expect(performance.maxDrawdownPct.greaterThan(0)).toBe(true);
    const [leader] = await client.getLeaderboard({ period: "7d" });
    expect(leader).toMatchObject({ rank: 1, accountId, displayName: "Kestrel", totalTrades: 1 });
    expect(leader?.roiPct.toFixed(8)).toBe((await client.getPortfolio()).roiPct.toDecimalPlaces(8).toFixed(8));
  });
});
