import { describe, expect, it } from "vitest";
import { randomWalkMarket, type Market, type MarketSource } from "../../../src/exchange/index.ts";
import { connectStream, createStreamExchange } from "./streamTalk.ts";

/** A market that reports which trades are read. */
function watched(onTrades: (symbol: string, count: number) => void): MarketSource {
  return {
    open(clock) {
      const market = randomWalkMarket({ seed: 9 }).open(clock);
      const trades: Market["trades"] = (...query) => {
        const found = market.trades(...query);
        onTrades(query[0], found.length);
        return found;
      };
      return { ...market, trades };
    },
  };
}

describe("a feed", () => {
  const minute = async (
    subscriptions: readonly object[],
  ): Promise<Readonly<Record<"symbols" | "read" | "frames", number>>> => {
    const symbols = new Set<string>();
    let read = 0;
    const market = watched((symbol, count) => {
      symbols.add(symbol);
      read += count;
    });
    const exchange = createStreamExchange({ market });
    const { apiKey } = await exchange.register({ displayName: "Kestrel" });
    const client = connectStream(exchange, apiKey);
    await exchange.advance(0);
    for (const subscription of subscriptions) client.send({ action: "subscribe", ...subscription });
    await exchange.advance(0);
    read = 0;
    client.takeEvents();
    await exchange.advance(60_000);
    const frames = client.takeEvents().filter((event) => event.includes('"channel"')).length;
    exchange.close();
    return { symbols: symbols.size, read, frames };
  };

  it("reads each new trade once, and only those of the pairs that have listeners", async () => {
    const one = await minute([{ channel: "ticker", symbol: "BTCUSDT" }]);
    expect(one).toEqual({ symbols: 1, read: one.frames, frames: one.frames });
    expect(one.frames).toBeGreaterThan(20);
    const all = await minute([{ channel: "ticker_all" }]);
    expect(all).toEqual({ symbols: 57, read: all.frames, frames: all.frames });
    const candles = await minute([{ channel: "candles", symbol: "BTCUSDT", interval: "1m" }]);
    expect(candles).toMatchObject({ symbols: 0, read: 0 });
  });

  it("sends each trade once, even if a market returns older ones again", async () => {
    const market: MarketSource = {
      open(clock) {
        const inner = randomWalkMarket({ seed: 9 }).open(clock);
        return { ...inner, trades: (symbol, _limit, now) => inner.trades(symbol, 50, now) };
      },
    };
    const received: string[][] = [];
    for (const source of [market, randomWalkMarket({ seed: 9 })]) {
      const exchange = createStreamExchange({ market: source });
      const { apiKey } = await exchange.register({ displayName: "Kestrel" });
      const client = connectStream(exchange, apiKey);
      await exchange.advance(0);
      client.send({ action: "subscribe", channel: "ticker", symbol: "BTCUSDT" });
      await exchange.advance(10_000);
      received.push([...client.takeEvents()]);
      exchange.close();
    }
    expect(received[0]).toEqual(received[1]);
  });
});
