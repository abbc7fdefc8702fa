import { describe, expect, it } from "vitest";
import { manualMarket, type Exchange, type ManualMarket, type MarketSource } from "../../../src/exchange/index.ts";
import { PAIRS } from "./scenes.ts";
import { open, send, trader } from "./trader.ts";

const BROKEN = new Error("the candles are on another disk");

/** A market of one's own that has a mistake. */
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

describe("a failure of the exchange itself", () => {
  it.each(["declared", "observed"] as const)("is a 500, and whoever runs it is told (%s)", async (fidelity) => {
    const told: unknown[] = [];
    const onError = (error: unknown, request: string): void => void told.push([error, request]);
    const { status, json } = await candles(open({ market: brokenMarket(), fidelity, onError }));
    expect([status, json.error.code]).toEqual([500, "INTERNAL_ERROR"]);
    expect(told).toEqual([[BROKEN, "GET /api/v1/market/candles/BTCUSDT"]]);
  });

  it("is a 500 to the client when nobody asks to be told", async () => {
    expect((await candles(open({ market: brokenMarket() }))).status).toBe(500);
  });

  it("is none where a request is refused, or where the platform's own crashes are copied", async () => {
    const told: unknown[] = [];
    const onError = (error: unknown): void => void told.push(error);
    const exchange = open({ market: manualMarket(PAIRS), fidelity: "observed", onError });
    const owner = await trader(exchange);
    const order = { symbol: "BTCUSDT", side: "buy", type: "market" };
    const asAccount = { "x-api-key": owner.accountKey };
    expect((await owner.order({ ...order, quantity: "-1" })).status).toBe(422);
    expect((await owner.send("POST", "/trade/order", { ...order, quantity: "0.01" }, asAccount)).status).toBe(500);
    expect((await owner.order({ ...order, quantity: "1e27" })).status).toBe(500);
    expect((await owner.get("/nowhere")).status).toBe(404);
    expect(told).toEqual([]);
  });
});
