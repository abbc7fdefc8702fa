// Candles, orders and the portfolio: told by an exchange that does, asked for at one that does not.
import { describe, expect, test } from "vitest";
import type { CandleUpdate, OrderUpdate, PortfolioUpdate } from "../../../src/endpoints/index.ts";
import { stage, type Stage } from "./stage.ts";

const state = ({ type, status }: OrderUpdate): string => `${type} ${status}`;
const figures = ({ time, open, high, low, close, isClosed }: CandleUpdate): string =>
  `${time.toISOString().slice(11, 16)} ${[open, high, low, close].join(" ")}${isClosed ? " closed" : ""}`;

const limit = { symbol: "BTCUSDT", side: "buy", quantity: "0.1", price: "90" } as const;
const market = { symbol: "BTCUSDT", side: "buy", quantity: "0.1" } as const;

async function followOrders(scene: Stage): Promise<OrderUpdate[]> {
  const updates: OrderUpdate[] = [];
  scene.stream.onOrders((update) => void updates.push(update));
  await scene.seconds(1);
  return updates;
}

/** Lets requests be answered while time goes on. */
async function order(scene: Stage, work: Promise<unknown>): Promise<void> {
  await scene.seconds(0);
  await work;
}

describe.each(["observed", "declared"] as const)("orders of an exchange that is %s", (fidelity) => {
  const source = fidelity === "observed" ? "poll" : "stream";

  test("come in every state once", async () => {
    const scene = await stage({ fidelity });
    const { client, price, seconds, stream, errors } = scene;
    const updates = await followOrders(scene);
    await order(scene, client.placeMarketOrder(market));
    await order(scene, client.placeLimitOrder(limit));
    await seconds(10);
    expect(updates.map(state)).toEqual(["market filled", "limit pending"]);
    price("BTCUSDT", "89");
    await seconds(40);
    await order(scene, client.placeLimitOrder({ ...limit, price: "80" }));
    await order(scene, client.cancelAllOrders());
    await seconds(40);
    expect(updates.map(state)).toEqual([
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

  test("begin with those that are pending, for whoever comes", async () => {
    const scene = await stage({ fidelity });
    const { client, price, seconds, stream } = scene;
    await order(scene, client.placeMarketOrder(market));
    await order(scene, client.placeLimitOrder(limit));
    await seconds(1);
    const first = await followOrders(scene);
    expect(first.map(state)).toEqual(["limit pending"]);
    const second = await followOrders(scene);
    expect(second.map(state)).toEqual(["limit pending"]);
    price("BTCUSDT", "89");
    await seconds(40);
    expect([first, second].map((updates) => updates.map(state))).toEqual([
      ["limit pending", "limit filled"],
      ["limit pending", "limit filled"],
    ]);
    await stream.close();
  });

  test("are found beyond a page, too", async () => {
    const scene = await stage({ fidelity, rateLimits: false }, { rateLimit: false });
    const { client, price, seconds, stream } = scene;
    await order(scene, client.placeLimitOrder(limit));
    const updates = await followOrders(scene);
    scene.mute("orders");
    price("BTCUSDT", "91");
    // Of two minutes, since a minute allows a hundred.
    await seconds(58);
    for (let index = 0; index < 130; index++) {
      if (index === 65) await seconds(1);
      await order(scene, client.placeMarketOrder(market));
    }
    price("BTCUSDT", "89");
    await seconds(100);
    expect(updates.map(state).filter((text) => text === "market filled")).toHaveLength(130);
    expect(updates.map(state).filter((text) => text.startsWith("limit"))).toEqual(["limit pending", "limit filled"]);
    await stream.close();
  });
});

describe.each(["observed", "declared"] as const)("candles of an exchange that is %s", (fidelity) => {
  test("grow, and end once each", async () => {
    const { stream, price, seconds, errors } = await stage({ fidelity });
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
    expect(closed.map(figures)).toEqual([
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

describe.each(["observed", "declared"] as const)("the portfolio of an exchange that is %s", (fidelity) => {
  test("comes when it changes", async () => {
    const scene = await stage({ fidelity });
    const { client, stream, price, seconds, errors } = scene;
    const updates: PortfolioUpdate[] = [];
    stream.onPortfolio((update) => void updates.push(update));
    await order(scene, client.placeMarketOrder({ ...market, quantity: "1" }));
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

describe("asking by REST", () => {
  const polls = ({ requests }: Stage): number => requests.filter((path) => path.includes("/trade/orders")).length;

  test("is slower when nothing happens, and quick when something does", async () => {
    const scene = await stage({ fidelity: "observed" });
    const { client, seconds, stream } = scene;
    await followOrders(scene);
    await seconds(60);
    const early = polls(scene);
    await seconds(600);
    const late = polls(scene) - early;
    expect(early).toBeLessThan(10);
    expect(late).toBeLessThanOrEqual(20);
    await order(scene, client.placeMarketOrder(market));
    await seconds(60);
    expect(polls(scene) - early - late).toBeGreaterThanOrEqual(6);
    await stream.close();
  });

  test("is rare while messages come", async () => {
    const scene = await stage({ fidelity: "declared" });
    const { stream, requests, seconds } = scene;
    stream.onPortfolio(() => {});
    await seconds(600);
    expect(requests.length).toBeLessThanOrEqual(18);
    await stream.close();
  });

  test("goes on after failures, which are told", async () => {
    const scene = await stage({
      fidelity: "observed",
      faults: ({ index, path }) => (path.includes("/trade/orders?") && index < 8 ? "5xx-before" : undefined),
    });
    const { client, stream, errors, seconds } = scene;
    const updates: OrderUpdate[] = [];
    stream.onOrders((update) => void updates.push(update));
    await order(scene, client.placeMarketOrder(market));
    await seconds(60);
    expect(updates.map(state)).toEqual(["market filled"]);
    expect(errors.length).toBeGreaterThan(0);
    await stream.close();
  });
});

describe("what was missed while the connection was gone", () => {
  async function broken(scene: Stage, work: () => Promise<void>): Promise<void> {
    scene.sockets.down = true;
    scene.sockets.all.at(-1)?.end(1006);
    await work();
    scene.sockets.down = false;
    await scene.seconds(61);
    expect(scene.stream.state).toBe("live");
  }

  test("is made up for: the last trade of each pair", async () => {
    const scene = await stage();
    const { stream, price, seconds, gaps } = scene;
    const last = new Map<string, string>();
    stream.onTicker(
      "all",
      ({ symbol, price: value, source }) => void last.set(symbol, `${value.toString()} ${source}`),
    );
    await seconds(1);
    price("BTCUSDT", "101");
    price("ETHUSDT", "102");
    await seconds(1);
    await broken(scene, async () => {
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

  test("is made up for in its order: every candle, then what is new", async () => {
    const scene = await stage({ fidelity: "declared" });
    const { stream, price, seconds } = scene;
    const updates: CandleUpdate[] = [];
    stream.onCandles("BTCUSDT", "1m", (update) => void updates.push(update));
    await seconds(30);
    price("BTCUSDT", "101");
    await seconds(2);
    await broken(scene, async () => {
      for (let minute = 1; minute <= 5; minute++) {
        await seconds(60);
        price("BTCUSDT", String(101 + minute));
      }
      price("BTCUSDT", "200");
    });
    price("BTCUSDT", "300");
    await seconds(60);
    const closed = updates.filter(({ isClosed }) => isClosed).map(figures);
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

  test("is made up for: every state of the orders", async () => {
    const scene = await stage({ fidelity: "declared" });
    const { stream, client, price, seconds } = scene;
    const updates = await followOrders(scene);
    await order(scene, client.placeLimitOrder(limit));
    await seconds(1);
    await broken(scene, async () => {
      price("BTCUSDT", "89");
      await seconds(2);
      await order(scene, client.placeLimitOrder({ ...limit, price: "80" }));
      await order(scene, client.cancelAllOrders());
      await order(scene, client.placeMarketOrder(market));
    });
    expect(updates.map(state)).toEqual([
      "limit pending",
      "limit filled",
      "limit pending",
      "market filled",
      "limit cancelled",
    ]);
    await stream.close();
  });
});

test("a candle whose last message is lost ends all the same, before the next one", async () => {
  const { stream, price, seconds, mute } = await stage({ fidelity: "declared" });
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
  expect(updates.slice(-2).map(figures)).toEqual(["14:00 100 101 100 101 closed", "14:01 102 102 102 102"]);
  await stream.close();
});
