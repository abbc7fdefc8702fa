import { describe, expect, it } from "vitest";
import { replayMarket, type MarketSource } from "../../../src/exchange/index.ts";
import { BOTH } from "./backtests.ts";
import { open, trader } from "./trader.ts";

const SINCE = Date.parse("2025-06-01T00:00:00Z");

/** A market that counts the candles that are read from it. */
function countedMarket(minutes: number): { readonly source: MarketSource; read: number } {
  const records = Array.from({ length: minutes }, (_, minute) => ({
    time: SINCE + minute * 60_000,
    open: 100,
    high: 110,
    low: 90,
    close: 95 + (minute % 11),
    volume: 1,
  }));
  const original = replayMarket({ BTCUSDT: records }, { interval: 60_000 });
  const counted = {
    read: 0,
    source: {
      open: (...args: Parameters<MarketSource["open"]>) => {
        const market = original.open(...args);
        return {
          ...market,
          candles(...query: Parameters<typeof market.candles>) {
            const candles = market.candles(...query);
            counted.read += candles.length;
            return candles;
          },
        };
      },
    },
  };
  return counted;
}

describe("a backtest", () => {
  it.each(BOTH)("reads candles where its clock is, not all of its range (%s)", async (fidelity) => {
    const reads: number[] = [];
    for (const minutes of [1000, 20_000]) {
      const market = countedMarket(minutes);
      const owner = await trader(open({ market: market.source, fidelity }));
      const times = { start_time: new Date(SINCE), end_time: new Date(SINCE + (minutes - 1) * 60_000) };
      const { json: created } = await owner.send("POST", "/backtest/create", { ...times, starting_balance: "1000" });
      const path = `/backtest/${created.session_id}` as const;
      expect((await owner.send("POST", `${path}/start`)).status).toBe(200);
      expect((await owner.send("POST", `${path}/step/batch`, { steps: 10 })).status).toBe(200);
      reads.push(market.read);
    }
    const [few = 0, many = 0] = reads;
    expect(many).toBeLessThan(1.2 * few);
  });
});
