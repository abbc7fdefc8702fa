import { describe, expect, it } from "vitest";
import { isVirtual } from "../../../src/exchange/clock.ts";
import { manualMarket, type Exchange } from "../../../src/exchange/index.ts";
import { streaming, talk } from "./streamTalk.ts";

const MARKET = { BTCUSDT: { price: "61250.40", volume: "18000" }, ETHUSDT: { price: "3120.55", volume: "90000" } };

/** How many timers an exchange's clock has. */
function timersOf({ connection: { clock } }: Exchange): number {
  if (!isVirtual(clock)) throw new TypeError("the clock is not virtual");
  return clock.pending;
}

describe("a stream", () => {
  it("tells of each trade about a second later, until it is asked not to", async () => {
    const exchange = streaming({ market: manualMarket(MARKET) });
    const { apiKey } = await exchange.register();
    const client = talk(exchange, apiKey);
    await exchange.advance(0);
    client.send({ action: "subscribe", channel: "ticker", symbol: " btcusdt " });
    await exchange.advance(1000);
    expect(client.seen()).toEqual(["open", '{"type":"subscribed","channel":"ticker:BTCUSDT"}']);
    exchange.market.set("BTCUSDT", { price: "61251.1" });
    exchange.market.set("ETHUSDT", { price: "3121" });
    await exchange.advance(1000);
    expect(client.seen()).toEqual([
      '{"channel":"ticker","symbol":"BTCUSDT","data":{"price":"61251.1","quantity":"1","timestamp":"2026-01-05T00:00:31.000Z","is_buyer_maker":true}}',
    ]);
    client.send({ action: "unsubscribe", channel: "ticker", symbol: "BTCUSDT" });
    exchange.market.set("BTCUSDT", { price: "61252" });
    await exchange.advance(5000);
    expect(client.seen()).toEqual(['{"type":"unsubscribed","channel":"ticker:BTCUSDT"}']);
    client.socket.close();
    await exchange.advance(0);
    expect(client.seen()).toEqual(["close 1005 clean"]);
    expect(timersOf(exchange)).toBe(0);
  });
});
