// Messages that cannot be read, or whose timestamps are impossible.
import { describe, expect, test } from "vitest";
import type { CandleUpdate, OrderUpdate, PortfolioUpdate, Tick } from "../../../src/endpoints/index.ts";
import { createHarness, type Harness } from "./harness.ts";

const START = Date.parse("2026-03-05T14:00:00Z");
const HOUR = 3_600_000;

/** The message of a trade this many milliseconds after the start. */
const tickAt = (ms: number, price: string, symbol = "BTCUSDT"): string =>
  `{"channel":"ticker","symbol":"${symbol}","data":{"price":"${price}","quantity":"1","timestamp":"${new Date(
    START + ms,
  ).toISOString()}","is_buyer_maker":true}}`;

async function createLive(
  options: Parameters<typeof createHarness>[0] = {},
): Promise<Harness & { readonly ticks: Tick[] }> {
  const harness = await createHarness(options);
  const ticks: Tick[] = [];
  harness.stream.onTicker(["BTCUSDT", "ETHUSDT"], (tick) => void ticks.push(tick));
  await harness.seconds(1);
  expect(harness.stream.state).toBe("live");
  return { ...harness, ticks };
}

const pricesOf = (ticks: readonly Tick[]): readonly string[] => ticks.map(({ price }) => price.toString());

describe("a tick's timestamp", () => {
  test.each([10_000, 60_000, HOUR, 365 * 24 * HOUR])(
    "that is %i ms ahead does not suppress the next 20 ticks",
    async (ahead) => {
      const { stream, sockets, ticks, seconds } = await createLive();
      const expected: string[] = [];
      const deliver = (ms: number, price: string): void => {
        sockets.open[0]?.deliver(tickAt(ms, price));
        expected.push(price);
      };
      deliver(1000, "101");
      deliver(1000 + ahead, "102");
      for (let index = 0; index < 20; index++) {
        await seconds(1);
        deliver(2000 + index * 1000, String(200 + index));
      }
      expect(pricesOf(ticks)).toEqual(expected);
      await stream.close();
    },
  );

  test.each([1, 5])("that is ahead of %i others a year behind the clock suppresses none", async (before) => {
    const { stream, sockets, ticks, seconds } = await createLive();
    const year = 365 * 24 * HOUR;
    const expected: string[] = [];
    const deliver = (ms: number): void => {
      expected.push(String(100 + expected.length));
      sockets.open[0]?.deliver(tickAt(ms - year, expected.at(-1) ?? ""));
    };
    for (let index = 0; index < before; index++) deliver(index);
    deliver(HOUR);
    for (let index = 0; index < 20; index++) {
      await seconds(1);
      deliver(2000 + index * 1000);
    }
    for (let index = 0; index < 5; index++) deliver(HOUR + index);
    for (let index = 20; index < 40; index++) {
      await seconds(1);
      deliver(2000 + index * 1000);
    }
    expect(pricesOf(ticks.filter(({ source }) => source === "stream"))).toEqual(expected);
    await stream.close();
  });

  test("that is ahead, of a trade that REST does not have, is corrected by REST without a reconnect", async () => {
    const { stream, sockets, ticks, seconds, price, states } = await createLive();
    price("BTCUSDT", "101");
    await seconds(1);
    sockets.open[0]?.deliver(tickAt(HOUR, "500"));
    await seconds(120);
    expect(pricesOf(ticks)).toEqual(["101", "500", "101"]);
    await seconds(1800);
    expect(states).toEqual(["connecting", "live"]);
    await stream.close();
  });

  test("that is ahead in a whole batch does not suppress later ticks", async () => {
    const { stream, sockets, ticks, seconds } = await createLive();
    for (let index = 0; index < 50; index++) sockets.open[0]?.deliver(tickAt(1000 + HOUR + index, String(100 + index)));
    for (let index = 0; index < 20; index++) {
      await seconds(1);
      sockets.open[0]?.deliver(tickAt(2000 + index * 1000, String(200 + index)));
    }
    expect(pricesOf(ticks)).toEqual(
      Array.from({ length: 70 }, (_, index) => String(index < 50 ? 100 + index : 150 + index)),
    );
    await stream.close();
  });

  test("identifies late and repeated ticks, even if it is ahead or the clock here is behind", async () => {
    for (const offset of [0, HOUR]) {
      const { stream, sockets, ticks, seconds } = await createLive();
      const deliver = (ms: number, price: string): void => sockets.open[0]?.deliver(tickAt(ms + offset, price));
      for (let index = 0; index < 5; index++) deliver(1000 + index, String(101 + index));
      deliver(1002, "103");
      deliver(1001, "99");
      deliver(1004, "105");
      expect(pricesOf(ticks)).toEqual(["101", "102", "103", "104", "105"]);
      // A tick that is ahead of the others is delivered once as well.
      deliver(1000 + 24 * HOUR, "106");
      deliver(1000 + 24 * HOUR, "106");
      await seconds(1);
      deliver(2000, "107");
      deliver(1001, "99");
      expect(pricesOf(ticks).slice(5)).toEqual(["106", "107"]);
      await stream.close();
    }
  });

  test("that steps back with the platform's clock is accepted after ten seconds", async () => {
    const { stream, sockets, ticks, seconds } = await createLive();
    sockets.open[0]?.deliver(tickAt(1000, "101"));
    for (let second = 0; second < 20; second++) {
      await seconds(1);
      sockets.open[0]?.deliver(tickAt(2000 + second * 1000 - HOUR, String(200 + second)));
    }
    expect(pricesOf(ticks).at(-1)).toBe("219");
    expect(ticks.length).toBeGreaterThanOrEqual(9);
    await stream.close();
  });
});

describe("unreadable messages", () => {
  const broken = ["{bad", "[]", "null", "7", tickAt(1000, "none"), '{"channel":"ticker","symbol":"BTCUSDT"}'];

  test.each(broken)("like %s: one is reported, three in a row end the connection", async (text) => {
    const { stream, sockets, states, errors, ticks, seconds } = await createLive();
    sockets.open[0]?.deliver(text);
    sockets.open[0]?.deliver(tickAt(1000, "101"));
    await seconds(0);
    expect([errors.length, ticks.length, sockets.all.length, stream.state]).toEqual([1, 1, 1, "live"]);
    for (let count = 0; count < 3; count++) sockets.open[0]?.deliver(text);
    await seconds(0);
    expect(states).toEqual(["connecting", "live", "stale"]);
    expect(errors.at(-1)).toMatchObject({ code: "UNREADABLE_STREAM" });
    expect(stream.problem).toMatchObject({ code: "UNREADABLE_STREAM" });
    await seconds(2);
    expect([stream.state, stream.problem, sockets.all.length]).toEqual(["live", null, 2]);
    await stream.close();
  });

  test("that alternate with readable ones are tolerated; pings do not count as readable", async () => {
    const { stream, sockets, states, seconds } = await createLive();
    for (let count = 0; count < 10; count++) {
      sockets.open[0]?.deliver("{bad");
      sockets.open[0]?.deliver(tickAt(1000 + count, String(101 + count)));
    }
    await seconds(0);
    expect(states).toEqual(["connecting", "live"]);
    for (let count = 0; count < 3; count++) {
      sockets.open[0]?.deliver("{bad");
      sockets.open[0]?.deliver('{"type":"ping"}');
      sockets.open[0]?.deliver('{"type":"notice","text":"of a later release"}');
      sockets.open[0]?.deliver('{"channel":"news","data":{}}');
    }
    await seconds(0);
    expect(states).toEqual(["connecting", "live", "stale"]);
    await stream.close();
  });

  test("of other channels count as well", async () => {
    const { stream, sockets, states, seconds } = await createHarness({ fidelity: "declared" });
    stream.onOrders(() => {});
    await seconds(1);
    for (let count = 0; count < 3; count++) sockets.open[0]?.deliver('{"channel":"orders","data":{}}');
    await seconds(0);
    expect(states).toEqual(["connecting", "live", "stale"]);
    await stream.close();
  });
});

const candleAt = (start: number, close: string, volume: string, isClosed = false): string =>
  JSON.stringify({
    channel: "candles",
    symbol: "BTCUSDT",
    interval: "1m",
    data: {
      time: new Date(START + start).toISOString(),
      open: close,
      high: close,
      low: close,
      close,
      volume,
      is_closed: isClosed,
    },
  });

describe("a timestamp in the future", () => {
  test("of a candle is not delivered and hides no later candle", async () => {
    const { stream, sockets, price, seconds, errors } = await createHarness({ fidelity: "declared" });
    const updates: CandleUpdate[] = [];
    stream.onCandles("BTCUSDT", "1m", (update) => void updates.push(update));
    await seconds(1);
    price("BTCUSDT", "101");
    await seconds(1);
    sockets.open[0]?.deliver(candleAt(HOUR, "500", "1"));
    for (let minute = 0; minute < 4; minute++) {
      await seconds(30);
      price("BTCUSDT", String(110 + minute));
      await seconds(30);
    }
    await seconds(30);
    expect(errors).toEqual([]);
    const closed = updates.filter(({ isClosed }) => isClosed).map(({ close }) => close.toString());
    expect(closed.slice(0, 4)).toEqual(["110", "111", "112", "113"]);
    expect(updates.every(({ time }) => time.getTime() < START + HOUR)).toBe(true);
    await stream.close();
  });

  test("of the portfolio hides no later update", async () => {
    const { stream, sockets, seconds } = await createHarness({ fidelity: "observed" });
    const updates: PortfolioUpdate[] = [];
    stream.onPortfolio((update) => void updates.push(update));
    await seconds(1);
    const deliver = (ms: number, equity: string): void =>
      sockets.open[0]?.deliver(
        JSON.stringify({
          channel: "portfolio",
          data: {
            total_equity: equity,
            unrealized_pnl: "0",
            realized_pnl: "0",
            timestamp: new Date(START + ms).toISOString(),
            available_cash: equity,
          },
        }),
      );
    deliver(HOUR, "1");
    await seconds(1);
    deliver(2000, "2");
    deliver(1500, "3"); // late
    await seconds(60);
    expect(updates.map(({ totalEquity }) => totalEquity.toString())).toEqual(["10000", "1", "2", "10000"]);
    await stream.close();
  });
});

/** A client with a wrong clock whose responses have no time headers, as in a page. */
async function createAdriftHarness(offset: number, fidelity: "observed" | "declared"): Promise<Harness> {
  const harness = await createHarness({ fidelity });
  const { exchange, clock, apiKey } = harness;
  await harness.client.close();
  const { AgentExchangeClient } = await import("../../../src/client/index.ts");
  const client = new AgentExchangeClient({
    ...exchange.connection,
    WebSocket: harness.sockets.WebSocket,
    apiKey,
    clock: {
      ...clock,
      now: () => clock.now() + offset,
      elapsed: () => clock.elapsed(),
      setTimeout: clock.setTimeout.bind(clock),
      clearTimeout: clock.clearTimeout.bind(clock),
    },
    async fetch(url, init) {
      const answer = await exchange.fetch(url, init);
      return new Response(answer.body, { status: answer.status, headers: { "content-type": "application/json" } });
    },
  });
  return { ...harness, client, stream: client.openStream() };
}

test("a candle in the future that only REST can disprove hides no later candle", async () => {
  const { stream, client, sockets, price, seconds } = await createAdriftHarness(HOUR, "declared");
  const updates: CandleUpdate[] = [];
  stream.onCandles("BTCUSDT", "1m", (update) => void updates.push(update));
  await seconds(1);
  for (let minute = 0; minute < 5; minute++) {
    price("BTCUSDT", String(110 + minute));
    await seconds(20);
    sockets.open[0]?.deliver(candleAt(HOUR / 2, "500", String(minute)));
    await seconds(40);
  }
  await seconds(90);
  expect(updates.every(({ time }) => time.getTime() < START + HOUR / 2)).toBe(true);
  expect(updates.at(-1)?.close.toString()).toBe("114");
  await client.close();
});

describe.each([-HOUR, HOUR])("with a clock that is %i ms off and responses without time headers", (offset) => {
  test.each(["observed", "declared"] as const)("orders of an %s exchange are delivered", async (fidelity) => {
    const harness = await createAdriftHarness(offset, fidelity);
    const { stream, client, seconds } = harness;
    const updates: OrderUpdate[] = [];
    stream.onOrders((update) => void updates.push(update));
    await seconds(1);
    for (let count = 0; count < 3; count++) {
      const placed = client.placeMarketOrder({ symbol: "BTCUSDT", side: "buy", quantity: "0.1" });
      await seconds(10);
      await placed;
    }
    await seconds(60);
    expect(updates.map(({ status }) => status)).toEqual(["filled", "filled", "filled"]);
    await client.close();
  });

  test.each(["observed", "declared"] as const)("candles of an %s exchange are updated and closed", async (fidelity) => {
    const { stream, client, price, seconds } = await createAdriftHarness(offset, fidelity);
    const updates: CandleUpdate[] = [];
    stream.onCandles("BTCUSDT", "1m", (update) => void updates.push(update));
    await seconds(1);
    for (let step = 0; step < 40; step++) {
      price("BTCUSDT", String(101 + step));
      await seconds(15);
    }
    await seconds(60);
    const final = await (async () => {
      const work = client.getCandles("BTCUSDT", { interval: "1m" });
      await seconds(1);
      return work;
    })();
    // The last update of each candle is correct, except for those before the clock was corrected.
    const last = new Map(
      updates.filter(({ isClosed }) => isClosed).map(({ time, close }) => [time.getTime(), close.toString()]),
    );
    const wrong = final.filter(({ time, close }) => last.get(time.getTime()) !== close.toString());
    expect(wrong.length).toBeLessThanOrEqual(3);
    expect(last.size).toBeGreaterThanOrEqual(8);
    await client.close();
  });
});
