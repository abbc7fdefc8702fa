// Orders, candles and portfolios, as declared.
import { describe, expect, it } from "vitest";
import { candleMessage, orderMessage, portfolioMessage } from "../../../src/endpoints/channels/index.ts";
import {
  manualMarket,
  randomWalkMarket,
  type Exchange,
  type ManualMarket,
  type Market,
  type OpenStore,
} from "../../../src/exchange/index.ts";
import { memoryStore } from "../../support/memoryStore.ts";
import { send, trader, type Trader } from "./trader.ts";
import { createStreamExchange, connectStream, type StreamLog } from "./streamTalk.ts";

const MARKET = { BTCUSDT: { price: "50000", volume: "18000" }, ETHUSDT: { price: "3000", volume: "90000" } };
const PING = '{"type":"ping"}';
const LIMIT = { symbol: "BTCUSDT", side: "buy", type: "limit", quantity: "0.01", price: "49000" };
const BUY = { symbol: "BTCUSDT", side: "buy", type: "market", quantity: "0.01" };

/** A connection whose subscriptions have been acknowledged. */
async function listening(exchange: Exchange, key: string, ...channels: readonly object[]): Promise<StreamLog> {
  const client = connectStream(exchange, key);
  await exchange.advance(0);
  for (const channel of channels) client.send({ action: "subscribe", ...channel });
  await exchange.advance(0);
  expect(client.takeEvents()).toHaveLength(1 + channels.length);
  return client;
}

async function begin<M extends Market = ManualMarket>(
  ...channels: readonly object[]
): Promise<{ readonly exchange: Exchange<M>; readonly bot: Trader; readonly client: StreamLog }> {
  const exchange = createStreamExchange({ market: manualMarket(MARKET) });
  const bot = await trader(exchange);
  return {
    exchange: exchange as unknown as Exchange<M>,
    bot,
    client: await listening(exchange, bot.apiKey, ...channels),
  };
}

/** The received updates: status and order. */
function updatesIn(client: StreamLog): readonly string[] {
  const texts = client.takeEvents().filter((text) => text !== PING);
  return texts.map((text) => {
    const { orderId, status } = orderMessage.decode(JSON.parse(text));
    return `${status} ${orderId}`;
  });
}

describe("the channel orders", () => {
  it("sends exact order updates", async () => {
    const { exchange, bot, client } = await begin({ channel: "orders" });
    const { json: filled } = await bot.order(BUY);
    expect(client.takeEvents()).toEqual([
      `{"channel":"orders","data":{"order_id":"${filled.order_id}","status":"filled","symbol":"BTCUSDT","side":"buy","type":"market","quantity":"0.01000000","executed_price":"${filled.executed_price}","executed_quantity":"0.01000000","fee":"${(filled as unknown as { fee: string }).fee}","filled_at":"2026-01-05T00:00:30.000Z"}}`,
    ]);
    const { json: placed } = await bot.order(LIMIT);
    await exchange.advance(500);
    await bot.send("DELETE", `/trade/order/${placed.order_id}`);
    const fields = '"symbol":"BTCUSDT","side":"buy","type":"limit","quantity":"0.01000000","price":"49000.00000000"';
    expect(client.takeEvents()).toEqual([
      `{"channel":"orders","data":{"order_id":"${placed.order_id}","status":"pending",${fields}}}`,
      `{"channel":"orders","data":{"order_id":"${placed.order_id}","status":"cancelled",${fields},"cancelled_at":"2026-01-05T00:00:30.500Z"}}`,
    ]);
  });

  it("sends fills within a second, without a request", async () => {
    const exchange = createStreamExchange({ market: randomWalkMarket({ seed: 3 }) });
    const bot = await trader(exchange);
    const client = await listening(exchange, bot.apiKey, { channel: "orders" });
    const { json } = await bot.get("/market/price/BTCUSDT");
    const price = (Number(json.price) * 0.9995).toFixed(2);
    const { json: placed } = await bot.order({ ...LIMIT, price });
    expect(updatesIn(client)).toEqual([`pending ${placed.order_id}`]);
    for (let second = 0; second < 3600; second++) {
      await exchange.advance(1000);
      const seen = client.takeEvents().filter((text) => text !== PING);
      client.send({ action: "pong" });
      if (seen.length === 0) continue;
      const update = orderMessage.decode(JSON.parse(seen[0] as string));
      expect([seen.length, update.status, update.orderId]).toEqual([1, "filled", placed.order_id]);
      const late = exchange.connection.clock.now() - Number(update.filledAt);
      expect(late).toBeGreaterThanOrEqual(0);
      expect(late).toBeLessThan(1000);
      return;
    }
    throw new Error("it was not filled within an hour");
  });

  it("sends expiry, cancellation of all orders and resets, in order", async () => {
    const exchange = createStreamExchange({ market: manualMarket(MARKET) });
    const bot = await trader(exchange);
    const place = async (): Promise<string> => (await bot.order(LIMIT)).json.order_id;
    const first = await place();
    // Orders of more than a week end at 01:00 UTC.
    await exchange.advance(7 * 86_400_000 + 59 * 60_000);
    const client = await listening(exchange, bot.apiKey, { channel: "orders" });
    await exchange.advance(29_999);
    expect(updatesIn(client)).toEqual([]);
    await exchange.advance(1000);
    client.send({ action: "pong" });
    expect(updatesIn(client)).toEqual([`expired ${first}`]);
    const [second, third] = [await place(), await place()];
    await bot.send("DELETE", "/trade/orders/open");
    expect(updatesIn(client)).toEqual([
      `pending ${second}`,
      `pending ${third}`,
      `cancelled ${third}`,
      `cancelled ${second}`,
    ]);
    const fourth = await place();
    await bot.send("POST", "/account/reset", { confirm: true });
    expect(updatesIn(client)).toEqual([`pending ${fourth}`, `cancelled ${fourth}`]);
  });

  it("contains an agent's orders, or the whole account's", async () => {
    const exchange = createStreamExchange({ market: manualMarket(MARKET) });
    const [one, stranger] = [await trader(exchange), await trader(exchange)];
    const { json: sibling } = await send(
      exchange,
      "POST",
      "/api/v1/agents",
      { display_name: "Second", starting_balance: "10000" },
      { "x-api-key": one.accountKey },
    );
    const clients = [one.apiKey, sibling.api_key, one.accountKey, stranger.apiKey];
    const [first, second, account, other] = await Promise.all(
      clients.map((key) => listening(exchange, key, { channel: "orders" })),
    );
    const { json: ofFirst } = await one.order(LIMIT);
    const { json: ofSecond } = await send(exchange, "POST", "/api/v1/trade/order", LIMIT, {
      "x-api-key": sibling.api_key,
    });
    expect(updatesIn(first as StreamLog)).toEqual([`pending ${ofFirst.order_id}`]);
    expect(updatesIn(second as StreamLog)).toEqual([`pending ${ofSecond.order_id}`]);
    expect(updatesIn(account as StreamLog)).toEqual([`pending ${ofFirst.order_id}`, `pending ${ofSecond.order_id}`]);
    expect(updatesIn(other as StreamLog)).toEqual([]);
  });

  it("sends nothing before it is persisted", async () => {
    const store = memoryStore();
    const disk: { writing?: Promise<void> } = {};
    const open = (): OpenStore => Object.assign(store.open(), { commit: () => disk.writing });
    const exchange = createStreamExchange({ market: manualMarket(MARKET), store: { open } });
    const bot = await trader(exchange);
    const client = await listening(exchange, bot.apiKey, { channel: "orders" });
    let commit = (): void => {};
    disk.writing = new Promise((resolve) => (commit = resolve));
    const entries = store.entries.length;
    const answer = bot.order(LIMIT);
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setTimeout(resolve, 0));
    expect([store.entries.length, client.takeEvents()]).toEqual([entries + 1, []]);
    commit();
    const { json } = await answer;
    expect(updatesIn(client)).toEqual([`pending ${json.order_id}`]);
    const commits: (() => void)[] = [];
    const answers: Promise<unknown>[] = [];
    for (let order = 0; order < 2; order++) {
      disk.writing = new Promise((resolve) => commits.push(resolve));
      answers.push(bot.order(LIMIT));
      for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setTimeout(resolve, 0));
    }
    commits[0]?.();
    await answers[0];
    expect(updatesIn(client)).toHaveLength(1);
    commits[1]?.();
    await answers[1];
    expect(updatesIn(client)).toHaveLength(1);
    disk.writing = Promise.reject(new Error("the disk is full"));
    disk.writing.catch(() => {});
    await expect(bot.order(LIMIT)).rejects.toThrow("the disk is full");
    await exchange.advance(0).catch(() => {});
    expect(updatesIn(client)).toEqual([]);
  });

  it("does not send rejected orders, or orders of a fork", async () => {
    const { exchange, bot, client } = await begin({ channel: "orders" });
    expect((await bot.order({ ...LIMIT, quantity: "100" })).status).toBe(400);
    await bot.order(LIMIT);
    expect(updatesIn(client)).toHaveLength(1);
    const fork = exchange.fork();
    await send(fork, "DELETE", "/api/v1/trade/orders/open", undefined, { "x-api-key": bot.apiKey });
    await fork.advance(5000);
    expect(client.takeEvents()).toEqual([]);
  });
});

describe("the channel candles", () => {
  it("sends each change, and the close of a candle", async () => {
    const { exchange, client } = await begin({ channel: "candles", symbol: "btcusdt", interval: "1m" });
    const figures = (): readonly unknown[] =>
      client.takeEvents().map((text) => {
        const { time, open, high, low, close, volume, isClosed } = candleMessage.decode(JSON.parse(text));
        return [time.toISOString().slice(14, 19), [open, high, low, close].join(" "), Number(volume), isClosed];
      });
    exchange.market.set("BTCUSDT", { price: "50100" });
    exchange.market.set("BTCUSDT", { price: "49900" });
    await exchange.advance(5000);
    expect(figures()).toEqual([["00:00", "50000 50100 49900 49900", 3, false]]);
    // The first one has half a minute left.
    await exchange.advance(24_000);
    expect(figures()).toEqual([]);
    await exchange.advance(1000);
    client.send({ action: "pong" });
    expect(client.takeEvents().map((text) => JSON.parse(text) as unknown)).toEqual([
      { type: "ping" },
      expect.objectContaining({ data: expect.objectContaining({ is_closed: true, volume: "3" }) as unknown }),
    ]);
    exchange.market.set("BTCUSDT", { price: "50050" });
    await exchange.advance(1000);
    expect(figures()).toEqual([["01:00", "50050 50050 50050 50050", 1, false]]);
  });

  it("ends with the same candles as REST, for every interval", async () => {
    const exchange = createStreamExchange({ market: randomWalkMarket({ seed: 8 }) });
    const bot = await trader(exchange);
    const client = await listening(
      exchange,
      bot.apiKey,
      ...["1m", "5m", "1h"].map((interval) => ({ channel: "candles", symbol: "ETHUSDT", interval })),
    );
    const pongs = withPongs(client, exchange);
    const seen = await pongs.pass(3_700_000);
    for (const [interval, count] of [
      ["1m", 62],
      ["5m", 12],
      ["1h", 1],
    ] as const) {
      const closed = seen
        .map((text) => candleMessage.decode(JSON.parse(text)))
        .filter((candle) => candle.interval === interval && candle.isClosed);
      const { json } = await bot.get(`/market/candles/ETHUSDT?interval=${interval}&limit=${count + 1}`);
      const figures = ({
        time,
        open,
        high,
        low,
        close,
        volume,
      }: Record<"open" | "high" | "low" | "close" | "volume", unknown> & { time: unknown }): unknown => [
        new Date(time as string).toISOString(),
        ...[open, high, low, close, volume].map(Number),
      ];
      expect(closed).toHaveLength(count);
      expect(closed.map((candle) => figures(candle))).toEqual(
        json.candles.slice(0, count).map((candle) => figures(candle as never)),
      );
    }
  });
});

describe("the channel portfolio", () => {
  it("sends REST's portfolio every five seconds", async () => {
    const { exchange, bot, client } = await begin({ channel: "portfolio" });
    await bot.order(BUY);
    exchange.market.set("BTCUSDT", { price: "52000" });
    await exchange.advance(4999);
    expect(client.takeEvents()).toEqual([]);
    await exchange.advance(1);
    const [text, ...more] = client.takeEvents();
    expect(more).toEqual([]);
    const { json } = await bot.get("/account/portfolio");
    const { total_equity, unrealized_pnl, realized_pnl, available_cash } = json as unknown as Record<string, string>;
    expect(JSON.parse(text as string)).toEqual({
      channel: "portfolio",
      data: { total_equity, unrealized_pnl, realized_pnl, timestamp: "2026-01-05T00:00:35.000Z", available_cash },
    });
    expect(Number(portfolioMessage.decode(JSON.parse(text as string)).unrealizedPnl)).toBeGreaterThan(10);
    await exchange.advance(10_000);
    expect(client.takeEvents()).toHaveLength(2);
  });
});

/** Advances time and answers every ping; returns the other frames. */
function withPongs(client: StreamLog, exchange: Exchange): { pass(ms: number): Promise<readonly string[]> } {
  const others: string[] = [];
  client.socket.addEventListener("message", ({ data }) => {
    if (data === PING) client.send({ action: "pong" });
    else others.push(String(data));
  });
  return {
    async pass(ms) {
      await exchange.advance(ms);
      return others.splice(0);
    },
  };
}
