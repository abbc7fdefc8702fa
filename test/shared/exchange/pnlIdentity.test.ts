import { expect, it } from "vitest";
import { Decimal } from "../../../src/index.ts";
import { manualMarket } from "../../../src/exchange/index.ts";
import { seeded } from "../../support/seeded.ts";
import { afterMorning, backtest } from "./backtests.ts";
import { boundless, open, type Trader } from "./trader.ts";

const PAIRS = { BTCUSDT: 50_000, ETHUSDT: 0.5, SHIBUSDT: 0.000_017_55, BTTCUSDT: 0.000_000_61 };
const TYPES = ["market", "market", "limit", "stop_loss", "take_profit"] as const;

/** A random order worth up to a third of 10000 at a price. */
function orderFrom(random: () => number, symbol: string, price: number): Record<string, unknown> {
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item;
  const type = pick(TYPES);
  const quantity = new Decimal((random() * 3300) / price).toDecimalPlaces(2, Decimal.ROUND_UP).toFixed();
  const near = new Decimal(price * (0.95 + random() / 10)).toDecimalPlaces(8, Decimal.ROUND_UP).toFixed();
  return { symbol, side: pick(["buy", "sell"]), type, quantity, ...(type === "market" ? {} : { price: near }) };
}

async function gainOf(owner: Trader, start: number, headers?: Record<string, string>): Promise<Decimal> {
  const { json } = await owner.get("/account/portfolio", headers);
  const gain = new Decimal(json.total_equity).minus(start);
  expect(json.total_pnl).toSatisfy((told: string) => gain.eq(told));
  expect(json.roi_pct).toSatisfy((told: string) => gain.div(start).mul(100).minus(told).abs().lt("1e-20"));
  const pnl = (await owner.get("/account/pnl", headers)).json;
  expect([pnl.total_pnl, pnl.net_pnl]).toEqual([json.total_pnl, json.total_pnl]);
  return gain;
}

it("equity minus starting balance equals PnL in live trading, for any orders at any price", async () => {
  for (let seed = 1; seed <= 4; seed++) {
    const random = seeded(seed);
    const prices: Record<string, number> = { ...PAIRS };
    const quotes = Object.fromEntries(
      Object.entries(prices).map(([symbol, price]) => [
        symbol,
        { price: new Decimal(price).toFixed(), volume: "1e15", stepSize: "0.01", minQuantity: "0.01" },
      ]),
    );
    const exchange = open({ market: manualMarket(quotes) });
    const owner = await boundless(exchange, "10000");
    for (let round = 0; round < 60; round++) {
      const [symbol = "", price = 1] = Object.entries(prices)[Math.floor(random() * 4)] ?? [];
      await owner.order(orderFrom(random, symbol, price));
      const moved = new Decimal(price * (0.97 + random() * 0.06)).toDecimalPlaces(9, Decimal.ROUND_UP);
      prices[symbol] = moved.toNumber();
      exchange.market.set(symbol, { price: moved.toFixed() });
      if (random() < 0.1) await owner.send("DELETE", "/trade/orders/open");
      if (random() < 0.03)
        await owner.send("POST", `/agents/${owner.agentId}/reset`, undefined, { "x-api-key": owner.accountKey });
      await exchange.advance(Math.floor(random() * 1_200_000));
      const gain = await gainOf(owner, 10_000);
      expect([seed, round, gain.isFinite()]).toEqual([seed, round, true]);
      // The account also has a first agent, which never trades.
      await gainOf(owner, 20_000, { "x-api-key": owner.accountKey });
    }
    expect((await owner.get("/trade/history")).json.total).toBeGreaterThan(10);
    const { json } = await owner.get("/analytics/portfolio/history?interval=1m&limit=1");
    const [point] = json.snapshots;
    const told = new Decimal(point?.realized_pnl ?? 0).plus(point?.unrealized_pnl ?? 0).plus(10_000);
    expect(
      told
        .minus(point?.total_equity ?? 0)
        .abs()
        .lt("3e-8"),
    ).toBe(true);
  }
});

it("equity minus starting balance equals PnL in a backtest, for any orders at any price", async () => {
  for (let seed = 1; seed <= 4; seed++) {
    const random = seeded(seed);
    const prices: Record<string, number> = { BTCUSDT: 50_000, SHIBUSDT: 0.000_017_55, BTTCUSDT: 0.000_000_61 };
    const morning: Record<number, Record<string, string>> = {};
    for (let minute = 0; minute < 58; minute += 2) {
      const quotes: Record<string, string> = {};
      for (const [symbol, price] of Object.entries(prices)) {
        prices[symbol] = price * (0.97 + random() * 0.06);
        quotes[symbol] = new Decimal(prices[symbol]).toDecimalPlaces(9, Decimal.ROUND_UP).toFixed();
      }
      morning[minute] = quotes;
    }
    const { owner } = await afterMorning(morning);
    const session = await backtest(owner, 55);
    for (let step = 0; step < 50; step++) {
      const [symbol = "", price = 1] = Object.entries(prices)[Math.floor(random() * 3)] ?? [];
      await session.send("POST", "/trade/order", orderFrom(random, symbol, price));
      const { json } = await session.send("POST", "/step");
      const { total_equity: equity, realized_pnl: realised, unrealized_pnl: unrealised } = json.portfolio;
      expect([seed, step, new Decimal(realised).plus(unrealised).plus(10_000).toFixed()]).toEqual([
        seed,
        step,
        new Decimal(equity).toFixed(),
      ]);
    }
    await session.send("POST", "/step/batch", { steps: 100 });
    const { trades } = (await session.send("GET", "/results/trades")).json;
    expect(trades.length).toBeGreaterThan(10);
    const results = (await session.send("GET", "/results")).json as unknown as {
      readonly summary: { readonly total_pnl: string };
      readonly by_pair: readonly { readonly net_pnl: string }[];
    };
    const sum = trades.reduce(
      (all, each) => all.plus((each as unknown as { realized_pnl: string }).realized_pnl),
      new Decimal(0),
    );
    const pairs = results.by_pair.reduce((all, { net_pnl }) => all.plus(net_pnl), new Decimal(0));
    expect([seed, sum.toFixed(8), pairs.toFixed(8)]).toEqual([
      seed,
      ...Array<string>(2).fill(new Decimal(results.summary.total_pnl).toFixed(8)),
    ]);
  }
});
