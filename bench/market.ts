// CPU of requests that read market data, and of a simulated day with listeners.
import { createExchange, randomWalkMarket, virtualClock, type Exchange, type StreamPeer } from "agentexchange/exchange";
import { quantile } from "./harness.ts";

const START = "2026-01-05T00:00:30Z";
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

export interface ReadFigures {
  readonly name: string;
  /** Milliseconds of the first request for a pair, and of a later one; medians over pairs. */
  readonly first: number;
  readonly later: number;
}

function newExchange(): Exchange {
  return createExchange({ market: randomWalkMarket({ seed: 1 }), clock: virtualClock(START), rateLimits: false });
}

/** CPU milliseconds of all threads. */
async function cpuOf(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

const SYMBOLS = ["BTC", "ETH", "SOL", "BNB", "ADA", "XRP", "DOGE", "LTC", "PEPE", "SHIB"].map((base) => `${base}USDT`);

/** Paths of market data at their largest, for one pair. */
const READS: Readonly<Record<string, (symbol: string) => string>> = {
  "1000 candles of 1m": (symbol) => `/market/candles/${symbol}?interval=1m&limit=1000`,
  "1000 candles of 1h": (symbol) => `/market/candles/${symbol}?interval=1h&limit=1000`,
  "1000 candles of 1d": (symbol) => `/market/candles/${symbol}?interval=1d&limit=1000`,
  "100 candles of 1d": (symbol) => `/market/candles/${symbol}?interval=1d&limit=100`,
  "tickers of all pairs": () => "/market/tickers",
  "prices of all pairs": () => "/market/prices",
  "500 trades": (symbol) => `/market/trades/${symbol}?limit=500`,
  "order book of depth 20": (symbol) => `/market/orderbook/${symbol}?depth=20`,
  "indicators over 500 candles": (symbol) => `/market/indicators/${symbol}?lookback=500`,
};

/** Each request for ten pairs: once, then eleven times, a second apart. Another pair first warms up the compiler. */
export async function readBench(): Promise<readonly ReadFigures[]> {
  const figures: ReadFigures[] = [];
  for (const [name, pathOf] of Object.entries(READS)) {
    const exchange = newExchange();
    const { apiKey } = await exchange.register({ displayName: "bench" });
    const read = async (symbol: string): Promise<void> => {
      const response = await exchange.fetch(`http://localhost/api/v1${pathOf(symbol)}`, {
        headers: { "x-api-key": apiKey },
      });
      if (!response.ok) throw new Error(await response.text());
      await response.text();
    };
    for (let round = 0; round < 20; round++) await read("ZECUSDT");
    const first: number[] = [];
    const later: number[] = [];
    for (const symbol of SYMBOLS) {
      // Requests for all pairs are cached within a second.
      await exchange.advance(1000);
      first.push(await cpuOf(() => read(symbol)));
      for (let round = 0; round < 11; round++) {
        await exchange.advance(1000);
        later.push(await cpuOf(() => read(symbol)));
      }
    }
    figures.push({ name, first: quantile(first, 0.5), later: quantile(later, 0.5) });
    exchange.close();
  }
  return figures;
}

/** CPU seconds that listeners add to a simulated span. Each has a connection of its own. */
async function listenersTime(subscription: object | undefined, listeners: number, span: number): Promise<number> {
  const exchange = newExchange();
  const { apiKey } = await exchange.register({ displayName: "bench" });
  for (let listener = 0; listener < listeners; listener++) {
    const peer: StreamPeer = {
      send(text) {
        if (text === '{"type":"ping"}') session?.receive('{"action":"pong"}');
      },
      close() {},
      drop() {},
      stall() {},
    };
    const session = exchange.connect(`ws://localhost/ws/v1?api_key=${apiKey}`, peer);
    if (subscription !== undefined) session?.receive(JSON.stringify({ action: "subscribe", ...subscription }));
  }
  await exchange.advance(60_000);
  const time = await cpuOf(() => exchange.advance(span));
  exchange.close();
  return time / 1000;
}

export interface DayFigures {
  readonly name: string;
  /** CPU seconds of a simulated day. */
  readonly day: number;
  /** What a second of the day costs, relative to one of an hour. */
  readonly growth: number;
}

/** Simulated days with listeners. */
export async function listenersBench(): Promise<readonly DayFigures[]> {
  const all = { channel: "ticker_all" };
  const cases: readonly (readonly [name: string, subscription: object | undefined, listeners: number])[] = [
    ["a connection without subscription", undefined, 1],
    ["one listener of one pair's ticker", { channel: "ticker", symbol: "BTCUSDT" }, 1],
    ["one listener of a pair's 1m candles", { channel: "candles", symbol: "BTCUSDT", interval: "1m" }, 1],
    ["one listener of all tickers", all, 1],
    ["ten listeners of all tickers", all, 10],
  ];
  const figures: DayFigures[] = [];
  for (const [name, subscription, listeners] of cases) {
    // The first hour warms up the compiler.
    await listenersTime(subscription, listeners, HOUR);
    const hour = await listenersTime(subscription, listeners, HOUR);
    const day = await listenersTime(subscription, listeners, DAY);
    figures.push({ name, day, growth: day / 24 / hour });
  }
  return figures;
}
