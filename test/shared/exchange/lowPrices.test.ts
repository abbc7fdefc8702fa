// Coins that cost a tiny fraction of a dollar: PnL, order book, candles and trades.
import { describe, expect, it } from "vitest";
import { Decimal } from "../../../src/index.ts";
import type { Fidelity } from "../../../src/exchange/index.ts";
import { BOTH } from "./backtests.ts";
import { boundless, send } from "./trader.ts";
import { openAtPrice, deal } from "./resultsSetup.ts";

const HOUR = 3_600_000;

describe("PnL at low prices", () => {
  const PRICES = ["0.00001755", "0.00000812", "0.00000061", "0.0000004", "50000"];

  it.each(PRICES)("equals equity minus the starting balance: %s", async (price) => {
    const exchange = openAtPrice("declared", price);
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
      const exchange = openAtPrice(fidelity, "0.00000061");
      const owner = await boundless(exchange, "10000");
      await deal(owner, "buy", "1000000000");
      await deal(owner, "sell", "1000000000");
      results.push((await owner.get("/account/portfolio")).json.total_pnl);
    }
    // Bought and sold at 6.1e-7: two fees of 0.61. The average with its fee is 6.1061e-7, stored as 6.1e-7.
    expect(results.map(Number)).toEqual([-0.61, -1.22]);
  });
});

describe("the order book of low prices", () => {
  const PRICES = ["0.00001755", "0.00000812", "6.1E-7", "0.0000004", "1.4E-8", "0.009999", "0.001", "1.23456789E-10"];

  it.each(PRICES)("has distinct levels around the price: %s", async (price) => {
    const exchange = openAtPrice("declared", price);
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
      const exchange = openAtPrice(fidelity, "0.00000812");
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
      const exchange = openAtPrice(fidelity, "0.000000012345");
      const read = async <Path extends string>(path: Path) =>
        (await send(exchange, "GET", `/api/v1/market/${path}/BTCUSDT` as `/market/${Path}/BTCUSDT`)).json;
      const [candle] = (await read("candles")).candles;
      expect([candle?.open, candle?.close]).toEqual([expected, expected]);
      expect((await read("trades")).trades[0]).toMatchObject({ price: expected });
      expect((await read("price")).price).toBe("1.2345E-8");
    }
  });
});
