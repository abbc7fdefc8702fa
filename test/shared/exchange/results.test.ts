// Performance, resets, reopened positions and results of backtests.
import { describe, expect, it } from "vitest";
import { AgentExchangeClient, Decimal } from "../../../src/index.ts";
import type { Exchange, Fidelity } from "../../../src/exchange/index.ts";
import { ratiosOf } from "../../../src/exchange/engine/reports/ratios.ts";
import { afterMorning, backtest, BOTH, buy, sell, type Morning } from "./backtests.ts";
import { boundless, trader, type Trader } from "./trader.ts";
import { openAtPrice, deal } from "./resultsSetup.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Metrics by their wire names. */
async function figures(owner: Trader, path: string): Promise<Record<string, string | number | null>> {
  return (await owner.get(path)).json as unknown as Record<string, string | number | null>;
}

describe("ratios of equal returns", () => {
  it.each([30, 31, 47, 100, 719, 720])("are 0 for an account that never trades, after %s hours", async (hours) => {
    const exchange = openAtPrice("declared");
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
        const owner = await trader(openAtPrice(fidelity));
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
    const exchange = openAtPrice("declared");
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
    const exchange = openAtPrice("declared");
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
      const exchange = openAtPrice(fidelity);
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
    const exchange = openAtPrice(fidelity);
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
    const exchange = openAtPrice("declared");
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
    const exchange = openAtPrice("declared");
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
      const exchange = openAtPrice(fidelity);
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
