import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isVirtual } from "../../../src/exchange/time/clock.ts";
import { manualMarket, randomWalkMarket, type Exchange, type Fidelity } from "../../../src/exchange/index.ts";
import { cases } from "../../support/runtime.ts";
import { send } from "./trader.ts";
import { createStreamExchange, connectStream, type StreamLog } from "./streamTalk.ts";

const MARKET = { BTCUSDT: { price: "61250.40", volume: "18000" }, ETHUSDT: { price: "3120.55", volume: "90000" } };
const FIDELITIES = ["observed", "declared"] as const;

/** Number of timers of an exchange's clock. */
function timersOf({ connection: { clock } }: Exchange): number {
  if (!isVirtual(clock)) throw new TypeError("the clock is not virtual");
  return clock.pending;
}

async function begin(
  fidelity: Fidelity = "declared",
): Promise<{ readonly exchange: Exchange; readonly client: StreamLog }> {
  const exchange = createStreamExchange({ market: manualMarket(MARKET), fidelity });
  const { apiKey } = await exchange.register();
  const client = connectStream(exchange, apiKey);
  await exchange.advance(0);
  expect(client.takeEvents()).toEqual(["open"]);
  return { exchange, client };
}

/** Frames received immediately. */
async function answer(exchange: Exchange, client: StreamLog, message: object | string): Promise<readonly string[]> {
  client.send(message);
  await exchange.advance(0);
  return client.takeEvents();
}

const ticker = (symbol: string, action = "subscribe"): object => ({ action, channel: "ticker", symbol });
const done = (key: string, type = "subscribed"): readonly string[] => [`{"type":"${type}","channel":"${key}"}`];

describe("a stream", () => {
  it("sends each trade about a second later, until the subscription ends", async () => {
    const exchange = createStreamExchange({ market: manualMarket(MARKET) });
    const { apiKey } = await exchange.register();
    const client = connectStream(exchange, apiKey);
    await exchange.advance(0);
    client.send(ticker(" btcusdt "));
    await exchange.advance(1000);
    expect(client.takeEvents()).toEqual(["open", ...done("ticker:BTCUSDT")]);
    exchange.market.set("BTCUSDT", { price: "61251.1" });
    exchange.market.set("ETHUSDT", { price: "3121" });
    await exchange.advance(1000);
    expect(client.takeEvents()).toEqual([
      '{"channel":"ticker","symbol":"BTCUSDT","data":{"price":"61251.1","quantity":"1","timestamp":"2026-01-05T00:00:31.000Z","is_buyer_maker":true}}',
    ]);
    client.send(ticker("BTCUSDT", "unsubscribe"));
    exchange.market.set("BTCUSDT", { price: "61252" });
    await exchange.advance(5000);
    expect(client.takeEvents()).toEqual(done("ticker:BTCUSDT", "unsubscribed"));
    client.socket.close();
    await exchange.advance(0);
    expect(client.takeEvents()).toEqual(["close 1005 clean"]);
    expect(timersOf(exchange)).toBe(0);
  });

  it("sends every trade that REST lists, once and in order", async () => {
    const exchange = createStreamExchange({ market: randomWalkMarket({ seed: 5 }) });
    const { apiKey } = await exchange.register();
    const client = connectStream(exchange, apiKey);
    await exchange.advance(0);
    client.send({ action: "subscribe", channel: "ticker_all" });
    await exchange.advance(0);
    const begun = exchange.connection.clock.now();
    await exchange.advance(20_000);
    const ticks = client
      .takeEvents()
      .slice(2)
      .map((text) => JSON.parse(text) as { symbol: string; data: { timestamp: string } });
    expect(ticks.map(({ data }) => data.timestamp)).toEqual(ticks.map(({ data }) => data.timestamp).toSorted());
    for (const { symbol } of exchange.market.pairs()) {
      const { json } = await send(exchange, "GET", `/api/v1/market/trades/${symbol}?limit=500`);
      const { trades } = json as unknown as { readonly trades: readonly { readonly time: string }[] };
      const times = trades.map(({ time }) => new Date(time).toISOString()).filter((time) => Date.parse(time) > begun);
      expect(ticks.filter((tick) => tick.symbol === symbol).map(({ data }) => data.timestamp)).toEqual(
        times.toReversed(),
      );
    }
    expect(ticks.length).toBeGreaterThan(100);
  });

  it.each(FIDELITIES)("acknowledges channels by key, once per request (%s)", async (fidelity) => {
    const { exchange, client } = await begin(fidelity);
    const asked: readonly (readonly [object, string])[] = [
      [{ action: "subscribe", channel: "ticker_all", symbol: "X" }, "ticker:all"],
      [{ action: "subscribe", channel: "candles", symbol: "ethusdt", interval: " 1m " }, "candles:ETHUSDT:1m"],
      [{ action: "subscribe", channel: "candles", symbol: "ethusdt", interval: "1d", id: 5 }, "candles:ETHUSDT:1d"],
      [{ action: "subscribe", channel: "orders", symbol: 5 }, "orders"],
      [{ action: "subscribe", channel: "portfolio" }, "portfolio"],
    ];
    for (const [message, key] of [...asked, ...asked])
      expect(await answer(exchange, client, message)).toEqual(done(key));
    for (const [message, key] of [...asked, ...asked])
      expect(await answer(exchange, client, { ...message, action: "unsubscribe" })).toEqual(done(key, "unsubscribed"));
    expect(await answer(exchange, client, ticker("nope", "unsubscribe"))).toEqual(done("ticker:NOPE", "unsubscribed"));
  });

  it.each(FIDELITIES)("explains why a request is invalid (%s)", async (fidelity) => {
    const { exchange, client } = await begin(fidelity);
    const unknown = (name: string): string =>
      `Unknown channel '${name}'. Valid channels: ticker, ticker_all, candles, orders, portfolio.`;
    const missing = "Missing 'channel' field. Valid channels: ticker, ticker_all, candles, orders, portfolio.";
    const refused: readonly (readonly [object, string, string])[] = [
      [{ action: "subscribe" }, "INVALID_CHANNEL", missing],
      [{ action: "subscribe", channel: null }, "INVALID_CHANNEL", missing],
      [{ action: "subscribe", channel: ["x"] }, "INVALID_CHANNEL", missing],
      [{ action: "subscribe", channel: "Ticker", symbol: "BTCUSDT" }, "INVALID_CHANNEL", unknown("Ticker")],
      [{ action: "unsubscribe", channel: "ticker:BTCUSDT" }, "INVALID_CHANNEL", unknown("ticker:BTCUSDT")],
      [ticker("  "), "INVALID_CHANNEL", "Channel 'ticker' requires a non-empty 'symbol' field."],
      [
        { action: "subscribe", channel: "candles", interval: "1m" },
        "INVALID_CHANNEL",
        "Channel 'candles' requires 'symbol'.",
      ],
      [
        { action: "subscribe", channel: "candles", symbol: "BTCUSDT" },
        "INVALID_CHANNEL",
        "Channel 'candles' requires 'interval' (one of: 1m, 5m, 1h, 1d).",
      ],
      [
        { action: "subscribe", channel: "candles" },
        "INVALID_CHANNEL",
        "Channel 'candles' requires 'symbol' and 'interval' (one of: 1m, 5m, 1h, 1d).",
      ],
      ...[{}, { action: null }, { action: 1 }, { type: "ping" }].map(
        (message) =>
          [message, "UNKNOWN_ACTION", "Unknown action ''. Valid actions: subscribe, unsubscribe, pong."] as const,
      ),
      [
        { action: "Subscribe", channel: "orders" },
        "UNKNOWN_ACTION",
        "Unknown action 'Subscribe'. Valid actions: subscribe, unsubscribe, pong.",
      ],
    ];
    for (const [message, code, text] of refused)
      expect(await answer(exchange, client, message)).toEqual([JSON.stringify({ type: "error", code, message: text })]);
  });

  it.each(FIDELITIES)("accepts ten subscriptions, and another one whenever one ends (%s)", async (fidelity) => {
    const { exchange, client } = await begin(fidelity);
    for (let index = 0; index < 10; index++)
      expect(await answer(exchange, client, ticker(`S${index}USDT`))).toEqual(done(`ticker:S${index}USDT`));
    const full =
      '{"type":"error","code":"SUBSCRIPTION_LIMIT","message":"Maximum of 10 subscriptions per connection reached."}';
    expect(await answer(exchange, client, ticker("S10USDT"))).toEqual([full]);
    expect(await answer(exchange, client, ticker("S3USDT"))).toEqual(done("ticker:S3USDT"));
    expect(await answer(exchange, client, ticker("S3USDT", "unsubscribe"))).toEqual(
      done("ticker:S3USDT", "unsubscribed"),
    );
    expect(await answer(exchange, client, { action: "subscribe", channel: "orders" })).toEqual(done("orders"));
    expect(await answer(exchange, client, ticker("S10USDT"))).toEqual([full]);
  });

  it.each(FIDELITIES)("pings 30 s after the last pong and waits 10 s for the next one (%s)", async (fidelity) => {
    const { exchange, client } = await begin(fidelity);
    const seenIn = async (ms: number): Promise<readonly string[]> => {
      await exchange.advance(ms);
      return client.takeEvents();
    };
    // A pong without a ping does not count.
    client.send({ action: "pong" });
    expect(await seenIn(29_999)).toEqual([]);
    expect(await seenIn(1)).toEqual(['{"type":"ping"}']);
    expect(await seenIn(3000)).toEqual([]);
    client.send({ action: "pong", type: "pong" });
    expect(await seenIn(29_999)).toEqual([]);
    expect(await seenIn(1)).toEqual(['{"type":"ping"}']);
    // Nor do other messages.
    client.send({ action: "subscribe", channel: "orders" });
    expect(await seenIn(9999)).toEqual(done("orders"));
    expect(await seenIn(1)).toEqual(["close 1000 clean"]);
    expect(timersOf(exchange)).toBe(0);
  });

  it("closes with 1009 on a frame of more than 16 MiB", async () => {
    const { exchange, client } = await begin();
    expect(await answer(exchange, client, `"${"ä".repeat(8 * 1024 * 1024)}"`)).toEqual(["close 1009 clean"]);
  });

  it("does not store overlong names", async () => {
    const { exchange, client } = await begin();
    const problem = "Field 'symbol' must have at most 100 characters.";
    for (const channel of ["ticker", "candles"]) {
      const message = { action: "subscribe", channel, symbol: "x".repeat(500_000), interval: "1m" };
      expect(await answer(exchange, client, message)).toEqual([
        JSON.stringify({ type: "error", code: "INVALID_MESSAGE", message: problem }),
      ]);
    }
    expect(await answer(exchange, client, ticker("x".repeat(100)))).toEqual(done(`ticker:${"X".repeat(100)}`));
  });

  it("accepts keys of agents and accounts, at its own path only", async () => {
    const exchange = createStreamExchange();
    const { apiKey, accountKey, agentId, apiSecret } = await exchange.register();
    const seenOf = async (key: string, path?: string): Promise<readonly string[]> => {
      const client = connectStream(exchange, key, path);
      await exchange.advance(0);
      client.socket.close();
      return client.takeEvents();
    };
    for (const key of [apiKey, accountKey]) expect(await seenOf(key)).toEqual(["open"]);
    for (const key of ["", "ak_live_x", apiSecret]) expect(await seenOf(key)).toEqual(["error", "close 1006 broken"]);
    for (const path of ["/ws/v1/", "/ws", "/", "/ws/v2", "/WS/v1"])
      expect(await seenOf(apiKey, path)).toEqual(["error", "close 1006 broken"]);
    const connected = connectStream(exchange, apiKey);
    await exchange.advance(0);
    const archived = await send(exchange, "POST", `/api/v1/agents/${agentId}/archive`, undefined, {
      "x-api-key": accountKey,
    });
    expect(archived.status).toBe(200);
    expect(await seenOf(apiKey)).toEqual(["error", "close 1006 broken"]);
    // Open connections stay open.
    connected.send({ action: "subscribe", channel: "orders" });
    await exchange.advance(0);
    expect(connected.takeEvents()).toEqual(["open", ...done("orders")]);
  });

  it("ends with 1012 when the exchange closes, and does not reopen", async () => {
    const exchange = createStreamExchange({ latency: 50 });
    const { apiKey } = await exchange.register();
    const client = connectStream(exchange, apiKey);
    await exchange.advance(100);
    client.send({ action: "subscribe", channel: "ticker_all" });
    await exchange.advance(10);
    const late = connectStream(exchange, apiKey);
    exchange.close();
    await exchange.advance(0);
    expect(client.takeEvents()).toEqual(["open", "close 1012 clean"]);
    expect(late.takeEvents()).toEqual(["error", "close 1006 broken"]);
    const never = connectStream(exchange, apiKey);
    await exchange.advance(1000);
    expect(never.takeEvents()).toEqual(["error", "close 1006 broken"]);
    expect(timersOf(exchange)).toBe(0);
  });

  it("answers any frame, or closes", async () => {
    const words = [
      "subscribe",
      "unsubscribe",
      "pong",
      "ticker",
      "ticker_all",
      "candles",
      "orders",
      "portfolio",
      "battle",
    ];
    const value = fc.oneof(
      fc.constantFrom(...words, "1m", "BTCUSDT", "__proto__", "constructor", "ALL"),
      fc.jsonValue(),
    );
    const message = fc.dictionary(
      fc.constantFrom("action", "channel", "symbol", "interval", "battle_id", "type", "__proto__"),
      value,
      { noNullPrototype: true },
    );
    const frame = fc.oneof(
      message.map((each) => JSON.stringify(each)),
      fc.json(),
      fc.string(),
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...FIDELITIES), fc.array(frame, { maxLength: 20 }), async (fidelity, frames) => {
        const exchange = createStreamExchange({ fidelity, market: manualMarket(MARKET) });
        const { apiKey } = await exchange.register();
        const told: string[] = [];
        const session = exchange.connect(`/ws/v1?api_key=${apiKey}`, {
          send: (text) => void told.push((JSON.parse(text) as { readonly type: string }).type),
          close: () => void told.push("close"),
          drop() {},
          stall() {},
        });
        for (const text of frames) {
          const before = told.length;
          session?.receive(text);
          const answers = told.length - before;
          expect(answers === 1 || (answers === 0 && text.includes("pong"))).toBe(true);
          if (told.at(-1) === "close") break;
        }
        for (const each of told) expect(["subscribed", "unsubscribed", "error", "close"]).toContain(each);
        session?.closed();
        expect(timersOf(exchange)).toBe(0);
      }),
      { numRuns: cases(300, 40) },
    );
  });

  it("is identical in every run", async () => {
    const run = async (): Promise<readonly string[]> => {
      const exchange = createStreamExchange({ seed: 9 });
      const { apiKey } = await exchange.register();
      const client = connectStream(exchange, apiKey);
      await exchange.advance(0);
      client.send({ action: "subscribe", channel: "ticker_all" });
      client.send({ action: "subscribe", channel: "candles", symbol: "BTCUSDT", interval: "1m" });
      client.send({ action: "subscribe", channel: "portfolio" });
      await exchange.advance(65_000);
      return client.takeEvents();
    };
    const [once, again] = [await run(), await run()];
    expect(once.length).toBeGreaterThan(500);
    expect(again).toEqual(once);
  });
});
