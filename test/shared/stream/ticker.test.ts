import { describe, expect, test } from "vitest";
import type { Tick } from "../../../src/endpoints/index.ts";
import { manualMarket } from "../../../src/exchange/index.ts";
import { createHarness, type Harness } from "./harness.ts";

const brief = ({ symbol, price }: Tick): string => `${symbol} ${price.toString()}`;

const subscriptions = ({ sockets }: Harness): readonly string[] =>
  sockets.all.flatMap(({ sent }) => sent.filter((text) => text.includes('"subscribe"')));

const names = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `S${String(index).padStart(2, "0")}USDT`);

const market = (count: number): ReturnType<typeof manualMarket> =>
  manualMarket(Object.fromEntries(names(count).map((name) => [name, { price: "1" }])));

test("ticks of one pair arrive in order over one connection, opened on demand", async () => {
  const { stream, sockets, states, errors, price, seconds, clock } = await createHarness();
  expect(sockets.all).toHaveLength(0);
  expect(stream.state).toBe("idle");
  const ticks: Tick[] = [];
  const off = stream.onTicker(" btcusdt ", (tick) => void ticks.push(tick));
  await seconds(1);
  for (const value of ["101", "102", "103"]) {
    price("BTCUSDT", value);
    price("ETHUSDT", value);
    await seconds(1);
  }
  expect(ticks.map(brief)).toEqual(["BTCUSDT 101", "BTCUSDT 102", "BTCUSDT 103"]);
  expect(ticks[0]).toMatchObject({ source: "stream", timestamp: new Date("2026-03-05T14:00:01Z"), isBuyerMaker: true });
  off();
  off();
  await seconds(1);
  expect(states).toEqual(["connecting", "live", "idle"]);
  expect(sockets.all[0]?.sent).toEqual([
    '{"action":"subscribe","channel":"ticker","symbol":"BTCUSDT"}',
    '{"action":"unsubscribe","channel":"ticker","symbol":"BTCUSDT"}',
  ]);
  expect([sockets.all.length, sockets.open.length, errors, clock.pending]).toEqual([1, 0, [], 0]);
});

test("the stream answers pings for ten minutes and stays live", async () => {
  const { stream, sockets, states, seconds } = await createHarness();
  stream.onTicker("BTCUSDT", () => {});
  await seconds(600);
  expect(states).toEqual(["connecting", "live"]);
  expect(sockets.all[0]?.sent.filter((text) => text === '{"action":"pong"}').length).toBe(20);
  await stream.close();
});

describe.each(["observed", "declared"] as const)("with an %s exchange", (fidelity) => {
  test("subscriptions to a pair and to all pairs each receive every tick once", async () => {
    const { stream, price, seconds } = await createHarness({ fidelity });
    const one: string[] = [];
    const all: string[] = [];
    stream.onTicker("BTCUSDT", (tick) => void one.push(brief(tick)));
    await seconds(1);
    const off = stream.onTicker("all", (tick) => void all.push(brief(tick)));
    price("BTCUSDT", "101"); // before "all" is acknowledged, the pair's own channel is still in use
    await seconds(2);
    price("ETHUSDT", "102");
    await seconds(1);
    price("BTCUSDT", "103");
    await seconds(2);
    expect(one).toEqual(["BTCUSDT 101", "BTCUSDT 103"]);
    expect(all).toEqual(["BTCUSDT 101", "ETHUSDT 102", "BTCUSDT 103"]);
    off();
    price("BTCUSDT", "104");
    price("ETHUSDT", "105");
    await seconds(2);
    expect(one).toEqual(["BTCUSDT 101", "BTCUSDT 103", "BTCUSDT 104"]);
    expect(all).toHaveLength(3);
    await stream.close();
  });

  test("two iterators of one pair share a subscription, which the last one ends", async () => {
    const harness = await createHarness({ fidelity });
    const { stream, sockets, price, seconds } = harness;
    const first = stream.ticker("BTCUSDT");
    const second = stream.ticker(["ETHUSDT", "BTCUSDT"]);
    await seconds(1);
    expect(subscriptions(harness)).toHaveLength(2);
    await first.return();
    price("BTCUSDT", "101");
    await seconds(1);
    expect((await second.next()).value?.price.toString()).toBe("101");
    expect(await first.next()).toEqual({ done: true, value: undefined });
    expect(sockets.open).toHaveLength(1);
    await second.return();
    await seconds(0);
    expect(sockets.open).toHaveLength(0);
    expect(stream.state).toBe("idle");
    const third = stream.ticker("BTCUSDT");
    await seconds(1);
    expect(stream.state).toBe("live");
    await third.return();
  });
});

describe("many pairs", () => {
  test("thirty pairs use three connections", async () => {
    const harness = await createHarness({ market: market(40) });
    const { stream, sockets, price, seconds } = harness;
    const ticks: string[] = [];
    stream.onTicker(names(30), (tick) => void ticks.push(brief(tick)));
    await seconds(1);
    expect(sockets.open.map(({ sent }) => sent.length)).toEqual([10, 10, 10]);
    for (const name of names(40)) price(name, "2");
    await seconds(1);
    expect(ticks.toSorted()).toEqual(names(30).map((name) => `${name} 2`));
    expect(stream.state).toBe("live");
    await stream.close();
  });

  test("more than thirty share the channel of all; other pairs are not delivered", async () => {
    const harness = await createHarness({ market: market(40) });
    const { stream, sockets, price, seconds } = harness;
    const ticks: string[] = [];
    const off = stream.onTicker(names(30), (tick) => void ticks.push(brief(tick)));
    await seconds(1);
    const offMore = stream.onTicker(names(31).slice(30), (tick) => void ticks.push(brief(tick)));
    await seconds(1);
    expect(sockets.open).toHaveLength(1);
    expect(subscriptions(harness).at(-1)).toBe('{"action":"subscribe","channel":"ticker_all"}');
    for (const name of names(40)) price(name, "2");
    await seconds(1);
    expect(ticks.toSorted()).toEqual(names(31).map((name) => `${name} 2`));
    offMore();
    await seconds(1);
    for (const name of names(40)) price(name, "3");
    await seconds(1);
    expect(ticks.slice(31).toSorted()).toEqual(names(30).map((name) => `${name} 3`));
    off();
    await seconds(0);
    expect(sockets.open).toHaveLength(0);
  });

  test("a connection carries ten channels of any kind", async () => {
    const { stream, sockets, seconds } = await createHarness({ market: market(40) });
    stream.onTicker(names(9), () => {});
    stream.onOrders(() => {});
    stream.onPortfolio(() => {});
    stream.onCandles("S00USDT", "1m", () => {});
    await seconds(1);
    expect(sockets.open.map(({ sent }) => sent.length)).toEqual([10, 2]);
    expect(stream.state).toBe("live");
    await stream.close();
  });
});

test("errors of handlers are reported and end nothing", async () => {
  const { stream, errors, price, seconds } = await createHarness();
  let calls = 0;
  stream.onTicker("BTCUSDT", () => {
    calls++;
    throw new Error("thrown");
  });
  stream.onTicker("BTCUSDT", async () => {
    calls++;
    throw new Error("rejected");
  });
  stream.on("error", () => {
    throw new Error("in the error listener");
  });
  await seconds(1);
  for (const value of ["101", "102"]) {
    price("BTCUSDT", value);
    await seconds(1);
  }
  expect(calls).toBe(4);
  expect(errors.map(String)).toEqual(["Error: thrown", "Error: rejected", "Error: thrown", "Error: rejected"]);
  await stream.close();
});

test("arguments that would never yield an update are rejected", async () => {
  const { stream, clock } = await createHarness();
  const never = (): void => {};
  for (const wrong of ["", "  ", "BTC/USDT", [], ["BTCUSDT", ""], 5, null]) {
    expect(() => stream.ticker(wrong as string)).toThrow("pair");
    expect(() => stream.onTicker(wrong as string, never)).toThrow("pair");
  }
  expect(() => stream.candles("BTCUSDT", "15m" as "1m")).toThrow("1m, 5m, 1h or 1d");
  expect(() => stream.onOrders(undefined as unknown as () => void)).toThrow("function");
  expect(() => stream.orders({ queue: "some" as "all" })).toThrow('"latest" or "all"');
  expect(() => stream.orders({ limit: 0 })).toThrow("limit");
  expect(() => stream.orders({ size: 5 } as object)).toThrow("size");
  expect(() => stream.on("states" as "state", never)).toThrow("state, gap or error");
  expect([stream.state, clock.pending]).toEqual(["idle", 0]);
});

test.each(["1e900000000", "-1e101", "0e900000000", "9".repeat(101)])(
  "a tick with a price of %s is reported as an error, and the next one is delivered",
  async (value) => {
    const { stream, sockets, errors, price, seconds } = await createHarness();
    const ticks: string[] = [];
    stream.onTicker("BTCUSDT", (tick) => void ticks.push(brief(tick)));
    await seconds(1);
    const data = { price: value, quantity: "1", timestamp: "2026-03-05T14:00:02Z", is_buyer_maker: true };
    sockets.all[0]?.deliver(JSON.stringify({ channel: "ticker", symbol: "BTCUSDT", data }));
    price("BTCUSDT", "101");
    await seconds(1);
    expect(errors).toMatchObject([{ name: "ResponseError", code: "UNEXPECTED_MESSAGE", path: ["data", "price"] }]);
    expect(ticks).toEqual(["BTCUSDT 101"]);
    await stream.close();
  },
);
