// Messages that cannot be read, or whose times cannot be right.
import { describe, expect, test } from "vitest";
import type { CandleUpdate, OrderUpdate, PortfolioUpdate, Tick } from "../../../src/endpoints/index.ts";
import { stage, type Stage } from "./stage.ts";

const START = Date.parse("2026-03-05T14:00:00Z");
const HOUR = 3_600_000;

/** A message of a trade, so many milliseconds after the start. */
const tickAt = (ms: number, price: string, symbol = "BTCUSDT"): string =>
  `{"channel":"ticker","symbol":"${symbol}","data":{"price":"${price}","quantity":"1","timestamp":"${new Date(
    START + ms,
  ).toISOString()}","is_buyer_maker":true}}`;

async function live(options: Parameters<typeof stage>[0] = {}): Promise<Stage & { readonly ticks: Tick[] }> {
  const scene = await stage(options);
  const ticks: Tick[] = [];
  scene.stream.onTicker(["BTCUSDT", "ETHUSDT"], (tick) => void ticks.push(tick));
  await scene.seconds(1);
  expect(scene.stream.state).toBe("live");
  return { ...scene, ticks };
}

const pricesOf = (ticks: readonly Tick[]): readonly string[] => ticks.map(({ price }) => price.toString());

describe("a tick's time", () => {
  test.each([10_000, 60_000, HOUR, 365 * 24 * HOUR])(
    "that is %i ms ahead silences none of the next 20",
    async (ahead) => {
      const { stream, sockets, ticks, seconds } = await live();
      const expected: string[] = [];
      const say = (ms: number, price: string): void => {
        sockets.open[0]?.say(tickAt(ms, price));
        expected.push(price);
      };
      say(1000, "101");
      say(1000 + ahead, "102");
      for (let index = 0; index < 20; index++) {
        await seconds(1);
        say(2000 + index * 1000, String(200 + index));
      }
      expect(pricesOf(ticks)).toEqual(expected);
      await stream.close();
    },
  );

  test.each([1, 5])("that is ahead of %i others, which are a year behind the clock, silences none", async (before) => {
    const { stream, sockets, ticks, seconds } = await live();
    const year = 365 * 24 * HOUR;
    const expected: string[] = [];
    const say = (ms: number): void => {
      expected.push(String(100 + expected.length));
      sockets.open[0]?.say(tickAt(ms - year, expected.at(-1) ?? ""));
    };
    for (let index = 0; index < before; index++) say(index);
    say(HOUR);
    for (let index = 0; index < 20; index++) {
      await seconds(1);
      say(2000 + index * 1000);
    }
    for (let index = 0; index < 5; index++) say(HOUR + index);
    for (let index = 20; index < 40; index++) {
      await seconds(1);
      say(2000 + index * 1000);
    }
    expect(pricesOf(ticks.filter(({ source }) => source === "stream"))).toEqual(expected);
    await stream.close();
  });

  test("that is ahead, of a trade that REST does not know, is put right by REST, and costs no connection", async () => {
    const { stream, sockets, ticks, seconds, price, states } = await live();
    price("BTCUSDT", "101");
    await seconds(1);
    sockets.open[0]?.say(tickAt(HOUR, "500"));
    await seconds(120);
    expect(pricesOf(ticks)).toEqual(["101", "500", "101"]);
    await seconds(1800);
    expect(states).toEqual(["connecting", "live"]);
    await stream.close();
  });

  test("that is ahead in a whole batch silences none of what follows", async () => {
    const { stream, sockets, ticks, seconds } = await live();
    for (let index = 0; index < 50; index++) sockets.open[0]?.say(tickAt(1000 + HOUR + index, String(100 + index)));
    for (let index = 0; index < 20; index++) {
      await seconds(1);
      sockets.open[0]?.say(tickAt(2000 + index * 1000, String(200 + index)));
    }
    expect(pricesOf(ticks)).toEqual(
      Array.from({ length: 70 }, (_, index) => String(index < 50 ? 100 + index : 150 + index)),
    );
    await stream.close();
  });

  test("says what is late and what is repeated, ahead or not, and also where the clock here is behind", async () => {
    for (const offset of [0, HOUR]) {
      const { stream, sockets, ticks, seconds } = await live();
      const say = (ms: number, price: string): void => sockets.open[0]?.say(tickAt(ms + offset, price));
      for (let index = 0; index < 5; index++) say(1000 + index, String(101 + index));
      say(1002, "103");
      say(1001, "99");
      say(1004, "105");
      expect(pricesOf(ticks)).toEqual(["101", "102", "103", "104", "105"]);
      // One that is ahead of the others, too, comes once.
      say(1000 + 24 * HOUR, "106");
      say(1000 + 24 * HOUR, "106");
      await seconds(1);
      say(2000, "107");
      say(1001, "99");
      expect(pricesOf(ticks).slice(5)).toEqual(["106", "107"]);
      await stream.close();
    }
  });

  test("that steps back with the platform's clock is believed after ten seconds", async () => {
    const { stream, sockets, ticks, seconds } = await live();
    sockets.open[0]?.say(tickAt(1000, "101"));
    for (let second = 0; second < 20; second++) {
      await seconds(1);
      sockets.open[0]?.say(tickAt(2000 + second * 1000 - HOUR, String(200 + second)));
    }
    expect(pricesOf(ticks).at(-1)).toBe("219");
    expect(ticks.length).toBeGreaterThanOrEqual(9);
    await stream.close();
  });
});

describe("messages that cannot be read", () => {
  const broken = ["{bad", "[]", "null", "7", tickAt(1000, "none"), '{"channel":"ticker","symbol":"BTCUSDT"}'];

  test.each(broken)("like %s: one is told of, three in a row end the connection", async (text) => {
    const { stream, sockets, states, errors, ticks, seconds } = await live();
    sockets.open[0]?.say(text);
    sockets.open[0]?.say(tickAt(1000, "101"));
    await seconds(0);
    expect([errors.length, ticks.length, sockets.all.length, stream.state]).toEqual([1, 1, 1, "live"]);
    for (let count = 0; count < 3; count++) sockets.open[0]?.say(text);
    await seconds(0);
    expect(states).toEqual(["connecting", "live", "stale"]);
    expect(errors.at(-1)).toMatchObject({ code: "UNREADABLE_STREAM" });
    expect(stream.problem).toMatchObject({ code: "UNREADABLE_STREAM" });
    await seconds(2);
    expect([stream.state, stream.problem, sockets.all.length]).toEqual(["live", null, 2]);
    await stream.close();
  });

  test("that alternate with others end nothing, and pings prove nothing", async () => {
    const { stream, sockets, states, seconds } = await live();
    for (let count = 0; count < 10; count++) {
      sockets.open[0]?.say("{bad");
      sockets.open[0]?.say(tickAt(1000 + count, String(101 + count)));
    }
    await seconds(0);
    expect(states).toEqual(["connecting", "live"]);
    for (let count = 0; count < 3; count++) {
      sockets.open[0]?.say("{bad");
      sockets.open[0]?.say('{"type":"ping"}');
      sockets.open[0]?.say('{"type":"notice","text":"of a later release"}');
      sockets.open[0]?.say('{"channel":"news","data":{}}');
    }
    await seconds(0);
    expect(states).toEqual(["connecting", "live", "stale"]);
    await stream.close();
  });

  test("of candles, orders and portfolio count, too", async () => {
    const { stream, sockets, states, seconds } = await stage({ fidelity: "declared" });
    stream.onOrders(() => {});
    await seconds(1);
    for (let count = 0; count < 3; count++) sockets.open[0]?.say('{"channel":"orders","data":{}}');
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

describe("times that are ahead", () => {
  test("of a candle are not given, and hide no later one", async () => {
    const { stream, sockets, price, seconds, errors } = await stage({ fidelity: "declared" });
    const updates: CandleUpdate[] = [];
    stream.onCandles("BTCUSDT", "1m", (update) => void updates.push(update));
    await seconds(1);
    price("BTCUSDT", "101");
    await seconds(1);
    sockets.open[0]?.say(candleAt(HOUR, "500", "1"));
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

  test("of the portfolio hide nothing", async () => {
    const { stream, sockets, seconds } = await stage({ fidelity: "observed" });
    const updates: PortfolioUpdate[] = [];
    stream.onPortfolio((update) => void updates.push(update));
    await seconds(1);
    const say = (ms: number, equity: string): void =>
      sockets.open[0]?.say(
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
    say(HOUR, "1");
    await seconds(1);
    say(2000, "2");
    say(1500, "3"); // late
    await seconds(60);
    expect(updates.map(({ totalEquity }) => totalEquity.toString())).toEqual(["10000", "1", "2", "10000"]);
    await stream.close();
  });
});

/** Answers without the headers that tell the time, as a page sees them. */
async function adrift(offset: number, fidelity: "observed" | "declared"): Promise<Stage> {
  const scene = await stage({ fidelity });
  const { exchange, clock, apiKey } = scene;
  await scene.client.close();
  const { AgentExchangeClient } = await import("../../../src/client/index.ts");
  const client = new AgentExchangeClient({
    ...exchange.connection,
    WebSocket: scene.sockets.WebSocket,
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
  return { ...scene, client, stream: client.openStream() };
}

test("a candle of the future that only REST can tell to be wrong hides no later one", async () => {
  const { stream, client, sockets, price, seconds } = await adrift(HOUR, "declared");
  const updates: CandleUpdate[] = [];
  stream.onCandles("BTCUSDT", "1m", (update) => void updates.push(update));
  await seconds(1);
  for (let minute = 0; minute < 5; minute++) {
    price("BTCUSDT", String(110 + minute));
    await seconds(20);
    sockets.open[0]?.say(candleAt(HOUR / 2, "500", String(minute)));
    await seconds(40);
  }
  await seconds(90);
  expect(updates.every(({ time }) => time.getTime() < START + HOUR / 2)).toBe(true);
  expect(updates.at(-1)?.close.toString()).toBe("114");
  await client.close();
});

describe.each([-HOUR, HOUR])("where the clock here is %i ms off and no answer tells the time", (offset) => {
  test.each(["observed", "declared"] as const)(
    "orders of an exchange that is %s are told all the same",
    async (fidelity) => {
      const scene = await adrift(offset, fidelity);
      const { stream, client, seconds } = scene;
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
    },
  );

  test.each(["observed", "declared"] as const)("candles of an exchange that is %s grow and end", async (fidelity) => {
    const { stream, client, price, seconds } = await adrift(offset, fidelity);
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
    // The last word on each candle is the right one, but for what was seen before the clock was understood.
    const last = new Map(
      updates.filter(({ isClosed }) => isClosed).map(({ time, close }) => [time.getTime(), close.toString()]),
    );
    const wrong = final.filter(({ time, close }) => last.get(time.getTime()) !== close.toString());
    expect(wrong.length).toBeLessThanOrEqual(3);
    expect(last.size).toBeGreaterThanOrEqual(8);
    await client.close();
  });
});
