import { afterEach, describe, expect, it, vi } from "vitest";
import { manualMarket, randomWalkMarket, type Market, type MarketSource } from "../../../src/exchange/index.ts";
import { orderMessage, tickMessage } from "../../../src/endpoints/index.ts";
import { formatDecimal, type Decimal28 } from "../../../src/exchange/base/amount.ts";
import { encodeTick } from "../../../src/exchange/stream/messages.ts";
import { cases } from "../../support/runtime.ts";
import { seeded } from "../../support/seeded.ts";
import { connectStream, createStreamExchange } from "./streamTalk.ts";
import { trader } from "./trader.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

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

  it("writes an order once for all its listeners, and not without one", async () => {
    const encode = vi.spyOn(orderMessage, "encode");
    const exchange = createStreamExchange({ market: manualMarket({ BTCUSDT: { price: 50, volume: 1000 } }) });
    const [one, other] = [await trader(exchange), await trader(exchange)];
    const clients = [connectStream(exchange, one.apiKey), connectStream(exchange, one.apiKey)];
    await exchange.advance(0);
    for (const client of clients) client.send({ action: "subscribe", channel: "orders" });
    await exchange.advance(0);
    const order = { symbol: "BTCUSDT", side: "buy", type: "market", quantity: "1" };
    expect((await other.order(order)).status).toBe(201);
    expect(encode).toHaveBeenCalledTimes(0);
    expect((await one.order(order)).status).toBe(201);
    expect(encode).toHaveBeenCalledTimes(1);
    await exchange.advance(0);
    for (const client of clients)
      expect(client.takeEvents().filter((event) => event.includes('"filled"'))).toHaveLength(1);
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

  it("writes ticks as their message describes, whatever their symbol", () => {
    for (let seed = 1; seed <= cases(2000, 200); seed++) {
      const random = seeded(seed);
      const amount = (): Decimal28 => ({
        units: BigInt(Math.floor(random() * 1e12)),
        scale: Math.floor(random() * 12) - 2,
      });
      const symbol = seed % 3 === 0 ? String.fromCharCode(34, 92, 10, seed) : "BTCUSDT";
      const trade = {
        id: seed,
        price: amount(),
        quantity: amount(),
        time: Math.floor(random() * 4e12),
        isBuyerMaker: random() < 0.5,
      };
      const described = tickMessage.encode({
        symbol,
        price: formatDecimal(trade.price),
        quantity: formatDecimal(trade.quantity),
        timestamp: new Date(trade.time),
        isBuyerMaker: trade.isBuyerMaker,
        source: "stream",
      });
      expect(encodeTick({ symbol, trade }), `seed ${seed}`).toBe(JSON.stringify(described));
    }
  });
});
