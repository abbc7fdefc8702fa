import { describe, expect, it } from "vitest";
import { manualMarket, type Exchange, type ManualMarket, type MarketSource } from "../../../src/exchange/index.ts";
import { PAIRS } from "./scenes.ts";
import { open, send, trader } from "./trader.ts";

const BROKEN = new Error("the candles are on another disk");

/** A custom market with a bug. */
function brokenMarket(): MarketSource<ManualMarket> {
  const source = manualMarket(PAIRS);
  return {
    open: (clock, listener) => ({
      ...source.open(clock, listener),
      candles: () => {
        throw BROKEN;
      },
    }),
  };
}

const candles = (exchange: Exchange): ReturnType<typeof send> =>
  send(exchange, "GET", "/api/v1/market/candles/BTCUSDT?limit=5");

describe("an internal error of the exchange", () => {
  it.each(["declared", "observed"] as const)("is answered with 500 and reported to onError (%s)", async (fidelity) => {
    const reported: unknown[] = [];
    const onError = (error: unknown, request: string): void => void reported.push([error, request]);
    const { status, json } = await candles(open({ market: brokenMarket(), fidelity, onError }));
    expect([status, json.error.code]).toEqual([500, "INTERNAL_ERROR"]);
    expect(reported).toEqual([[BROKEN, "GET /api/v1/market/candles/BTCUSDT"]]);
  });

  it("is answered with 500 without onError, too", async () => {
    expect((await candles(open({ market: brokenMarket() }))).status).toBe(500);
  });

  it("does not include rejections or copied crashes of the platform", async () => {
    const reported: unknown[] = [];
    const onError = (error: unknown): void => void reported.push(error);
    const exchange = open({ market: manualMarket(PAIRS), fidelity: "observed", onError });
    const owner = await trader(exchange);
    const order = { symbol: "BTCUSDT", side: "buy", type: "market" };
    const asAccount = { "x-api-key": owner.accountKey };
    expect((await owner.order({ ...order, quantity: "-1" })).status).toBe(422);
    expect((await owner.send("POST", "/trade/order", { ...order, quantity: "0.01" }, asAccount)).status).toBe(500);
    expect((await owner.order({ ...order, quantity: "1e27" })).status).toBe(500);
    expect((await owner.get("/nowhere")).status).toBe(404);
    expect(reported).toEqual([]);
  });
});
