// Candles, orders and the portfolio: over the stream if the exchange sends them, by REST if it does not.
import { describe, expect, test } from "vitest";
import type { CandleUpdate, OrderUpdate, PortfolioUpdate } from "../../../src/endpoints/index.ts";
import { createHarness, type Harness } from "./harness.ts";

const label = ({ type, status }: OrderUpdate): string => `${type} ${status}`;
const format = ({ time, open, high, low, close, isClosed }: CandleUpdate): string =>
  `${time.toISOString().slice(11, 16)} ${[open, high, low, close].join(" ")}${isClosed ? " closed" : ""}`;

const limit = { symbol: "BTCUSDT", side: "buy", quantity: "0.1", price: "90" } as const;
const market = { symbol: "BTCUSDT", side: "buy", quantity: "0.1" } as const;

async function followOrders(harness: Harness): Promise<OrderUpdate[]> {
  const updates: OrderUpdate[] = [];
  harness.stream.onOrders((update) => void updates.push(update));
  await harness.seconds(1);
  return updates;
}

/** Lets virtual time pass so that the request is answered. */
async function settle(harness: Harness, work: Promise<unknown>): Promise<void> {
  await harness.seconds(0);
  await work;
}

describe.each(["observed", "declared"] as const)("orders of an %s exchange", (fidelity) => {
  const source = fidelity === "observed" ? "poll" : "stream";

  test("are delivered once in every status", async () => {
    const harness = await createHarness({ fidelity });
    const { client, price, seconds, stream, errors } = harness;
    const updates = await followOrders(harness);
    await settle(harness, client.placeMarketOrder(market));
    await settle(harness, client.placeLimitOrder(limit));
    await seconds(10);
    expect(updates.map(label)).toEqual(["market filled", "limit pending"]);
    price("BTCUSDT", "89");
    await seconds(40);
    await settle(harness, client.placeLimitOrder({ ...limit, price: "80" }));
    await settle(harness, client.cancelAllOrders());
    await seconds(40);
    expect(updates.map(label)).toEqual([
      "market filled",
      "limit pending",
      "limit filled",
      "limit pending",
      "limit cancelled",
    ]);
    expect(new Set(updates.map((update) => update.source))).toEqual(new Set([source]));
    expect(updates[2]).toMatchObject({ orderId: updates[1]?.orderId, symbol: "BTCUSDT", side: "buy" });
    expect(updates[2]?.executedQuantity?.toString()).toBe("0.1");
    expect(errors).toEqual([]);
    await stream.close();
  });

  test("start with the pending ones, for every subscriber", async () => {
    const harness = await createHarness({ fidelity });
    const { client, price, seconds, stream } = harness;
    await settle(harness, client.placeMarketOrder(market));
    await settle(harness, client.placeLimitOrder(limit));
    await seconds(1);
    const first = await followOrders(harness);
    expect(first.map(label)).toEqual(["limit pending"]);
    const second = await followOrders(harness);
    expect(second.map(label)).toEqual(["limit pending"]);
    price("BTCUSDT", "89");
    await seconds(40);
    expect([first, second].map((updates) => updates.map(label))).toEqual([
      ["limit pending", "limit filled"],
      ["limit pending", "limit filled"],
    ]);
    await stream.close();
  });

  test("are found beyond the first page", async () => {
    const harness = await createHarness({ fidelity, rateLimits: false }, { rateLimit: false });
    const { client, price, seconds, stream } = harness;
    await settle(harness, client.placeLimitOrder(limit));
    const updates = await followOrders(harness);
    harness.mute("orders");
    price("BTCUSDT", "91");
    // Spread over two minutes, since the limit is a hundred per minute.
    await seconds(58);
    for (let index = 0; index < 130; index++) {
      if (index === 65) await seconds(1);
      await settle(harness, client.placeMarketOrder(market));
    }
    price("BTCUSDT", "89");
    await seconds(100);
    expect(updates.map(label).filter((text) => text === "market filled")).toHaveLength(130);
    expect(updates.map(label).filter((text) => text.startsWith("limit"))).toEqual(["limit pending", "limit filled"]);
    await stream.close();
  });
});

describe.each(["observed", "declared"] as const)("candles of an %s exchange", (fidelity) => {
  test("are updated, and closed once each", async () => {
    const { stream, price, seconds, errors } = await createHarness({ fidelity });
    const updates: CandleUpdate[] = [];
    stream.onCandles("btcusdt", "1m", (update) => void updates.push(update));
    await seconds(10);
    for (const [value, wait] of [
      ["101", 20],
      ["99", 40],
      ["105", 65],
      ["106", 65],
    ] as const) {
      price("BTCUSDT", value);
      await seconds(wait);
    }
    await seconds(20);
    const closed = updates.filter(({ isClosed }) => isClosed);
    expect(closed.map(format)).toEqual([
      "14:00 100 101 99 99 closed",
      "14:01 105 105 105 105 closed",
      "14:02 106 106 106 106 closed",
    ]);
    expect(updates.some(({ isClosed }) => !isClosed)).toBe(true);
    expect(updates.at(0)).toMatchObject({ symbol: "BTCUSDT", interval: "1m" });
    const times = updates.map(({ time }) => time.getTime());
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(errors).toEqual([]);
    await stream.close();
  });
});

describe.each(["observed", "declared"] as const)("the portfolio of an %s exchange", (fidelity) => {
  test("is delivered when it changes", async () => {
    const harness = await createHarness({ fidelity });
    const { client, stream, price, seconds, errors } = harness;
    const updates: PortfolioUpdate[] = [];
    stream.onPortfolio((update) => void updates.push(update));
    await settle(harness, client.placeMarketOrder({ ...market, quantity: "1" }));
    await seconds(10);
    price("BTCUSDT", "150");
    await seconds(40);
    expect(updates.at(0)?.totalEquity.toString()).toMatch(/^9999|^10000/);
    expect(updates.at(-1)?.totalEquity.toString()).toMatch(/^1004/);
    expect(updates.some((update) => update.source === "stream")).toBe(fidelity === "declared");
    expect(errors).toEqual([]);
    await stream.close();
  });
});

describe("polling over REST", () => {
  const polls = ({ requests }: Harness): number => requests.filter((path) => path.includes("/trade/orders")).length;

  test("slows down while nothing changes, and speeds up after a change", async () => {
    const harness = await createHarness({ fidelity: "observed" });
    const { client, seconds, stream } = harness;
    await followOrders(harness);
    await seconds(60);
    const early = polls(harness);
    await seconds(600);
    const late = polls(harness) - early;
    expect(early).toBeLessThan(10);
    expect(late).toBeLessThanOrEqual(20);
    await settle(harness, client.placeMarketOrder(market));
    await seconds(60);
    expect(polls(harness) - early - late).toBeGreaterThanOrEqual(6);
    await stream.close();
  });

  test("is rare while messages arrive", async () => {
    const harness = await createHarness({ fidelity: "declared" });
    const { stream, requests, seconds } = harness;
    stream.onPortfolio(() => {});
    await seconds(600);
    expect(requests.length).toBeLessThanOrEqual(18);
    await stream.close();
  });

  test("continues after failures, which are reported", async () => {
    const harness = await createHarness({
      fidelity: "observed",
      faults: ({ index, path }) => (path.includes("/trade/orders?") && index < 8 ? "5xx-before" : undefined),
    });
    const { client, stream, errors, seconds } = harness;
    const updates: OrderUpdate[] = [];
    stream.onOrders((update) => void updates.push(update));
    await settle(harness, client.placeMarketOrder(market));
    await seconds(60);
    expect(updates.map(label)).toEqual(["market filled"]);
    expect(errors.length).toBeGreaterThan(0);
    await stream.close();
  });
});

describe("after an outage", () => {
  async function duringOutage(harness: Harness, work: () => Promise<void>): Promise<void> {
    harness.sockets.down = true;
    harness.sockets.all.at(-1)?.end(1006);
    await work();
    harness.sockets.down = false;
    await harness.seconds(61);
    expect(harness.stream.state).toBe("live");
  }

  test("the last trade of each pair is delivered", async () => {
    const harness = await createHarness();
    const { stream, price, seconds, gaps } = harness;
    const last = new Map<string, string>();
    stream.onTicker(
      "all",
      ({ symbol, price: value, source }) => void last.set(symbol, `${value.toString()} ${source}`),
    );
    await seconds(1);
    price("BTCUSDT", "101");
    price("ETHUSDT", "102");
    await seconds(1);
    await duringOutage(harness, async () => {
      price("BTCUSDT", "103");
      price("BTCUSDT", "104");
      price("SOLUSDT", "105");
      await seconds(5);
    });
    expect([...last]).toEqual([
      ["BTCUSDT", "104 poll"],
      ["ETHUSDT", "102 stream"],
      ["SOLUSDT", "105 poll"],
    ]);
    expect(gaps).toHaveLength(1);
    expect(gaps[0]).toMatchObject({ channel: "ticker:all", from: new Date("2026-03-05T14:00:02Z") });
    expect((gaps[0]?.to.getTime() ?? 0) - (gaps[0]?.from.getTime() ?? 0)).toBeGreaterThanOrEqual(5000);
    await stream.close();
  });

  test("every missed candle is delivered in order, before newer ones", async () => {
    const harness = await createHarness({ fidelity: "declared" });
    const { stream, price, seconds } = harness;
    const updates: CandleUpdate[] = [];
    stream.onCandles("BTCUSDT", "1m", (update) => void updates.push(update));
    await seconds(30);
    price("BTCUSDT", "101");
    await seconds(2);
    await duringOutage(harness, async () => {
      for (let minute = 1; minute <= 5; minute++) {
        await seconds(60);
        price("BTCUSDT", String(101 + minute));
      }
      price("BTCUSDT", "200");
    });
    price("BTCUSDT", "300");
    await seconds(60);
    const closed = updates.filter(({ isClosed }) => isClosed).map(format);
    expect(closed.slice(0, 6)).toEqual([
      "14:00 100 101 100 101 closed",
      "14:01 102 102 102 102 closed",
      "14:02 103 103 103 103 closed",
      "14:03 104 104 104 104 closed",
      "14:04 105 105 105 105 closed",
      "14:05 106 200 106 200 closed",
    ]);
    const times = updates.map(({ time }) => time.getTime());
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    await stream.close();
  });

  test("every missed order status is delivered", async () => {
    const harness = await createHarness({ fidelity: "declared" });
    const { stream, client, price, seconds } = harness;
    const updates = await followOrders(harness);
    await settle(harness, client.placeLimitOrder(limit));
    await seconds(1);
    await duringOutage(harness, async () => {
      price("BTCUSDT", "89");
      await seconds(2);
      await settle(harness, client.placeLimitOrder({ ...limit, price: "80" }));
      await settle(harness, client.cancelAllOrders());
      await settle(harness, client.placeMarketOrder(market));
    });
    expect(updates.map(label)).toEqual([
      "limit pending",
      "limit filled",
      "limit pending",
      "market filled",
      "limit cancelled",
    ]);
    await stream.close();
  });
});

test("a candle whose last message is lost is closed before the next one", async () => {
  const { stream, price, seconds, mute } = await createHarness({ fidelity: "declared" });
  const updates: CandleUpdate[] = [];
  stream.onCandles("BTCUSDT", "1m", (update) => void updates.push(update));
  await seconds(20);
  price("BTCUSDT", "101");
  await seconds(20);
  mute('"is_closed":true');
  await seconds(25);
  mute("");
  price("BTCUSDT", "102");
  await seconds(5);
  expect(updates.slice(-2).map(format)).toEqual(["14:00 100 101 100 101 closed", "14:01 102 102 102 102"]);
  await stream.close();
});
