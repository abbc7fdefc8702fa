import { describe, expect, it } from "vitest";
import {
  createExchange,
  manualMarket,
  randomWalkMarket,
  systemClock,
  virtualClock,
} from "../../../src/exchange/index.ts";
import { open, send, START, trader, type Trader } from "./trader.ts";

describe("virtual clock", () => {
  it("fires timers in order, and runs pending promise callbacks in between", async () => {
    const clock = virtualClock(1000);
    const seen: string[] = [];
    const log = (text: string): void => void seen.push(`${text} at ${clock.now()}`);
    clock.setTimeout(() => log("second"), 20);
    clock.setTimeout(() => {
      log("first");
      void new Response("body").text().then(() => clock.setTimeout(() => log("between"), 5));
    }, 10);
    const cancelled = clock.setTimeout(() => log("never"), 15);
    clock.setTimeout(() => log("late"), 31);
    clock.clearTimeout(cancelled);
    await clock.advance(30);
    expect(seen).toEqual(["first at 1010", "between at 1015", "second at 1020"]);
    expect([clock.now(), clock.elapsed(), clock.pending]).toEqual([1030, 30, 1]);
    await clock.advance(1);
    expect(seen.at(-1)).toBe("late at 1031");
    expect(clock.pending).toBe(0);
    await expect(clock.advance(-1)).rejects.toThrow("ms must be 0 or more, received -1");
    expect(() => virtualClock("yesterday")).toThrow("not a valid time: yesterday");
  });

  it("stands still while a machine, however slow, reads the body of a request", async () => {
    const clock = virtualClock(START);
    const exchange = open({ clock, seed: 1 });
    const owner = await trader(exchange);
    const request = new Request("http://exchange.test/api/v1/trade/order", {
      method: "POST",
      headers: { "content-type": "application/json", "x-api-key": owner.apiKey },
      body: JSON.stringify({ symbol: "BTCUSDT", side: "buy", type: "market", quantity: "0.001" }),
    });
    const text = async (): Promise<string> => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      return Request.prototype.text.call(request);
    };
    Object.defineProperties(request, { body: { value: null }, text: { value: text } });
    const reply = exchange.fetch(request);
    await clock.advance(60_000);
    expect((await reply).status).toBe(201);
    const { orders } = (await owner.get("/trade/orders")).json;
    expect(orders.map(({ created_at: createdAt }) => Date.parse(createdAt))).toEqual([Date.parse(START)]);
    exchange.close();
  });
});

// Pairs of all magnitudes; more pairs would not affect them.
const SYMBOLS = [
  "1INCHUSDT",
  "ADAUSDT",
  "BNBUSDT",
  "BTCUSDT",
  "BTTCUSDT",
  "DOGEUSDT",
  "ETHUSDT",
  "PEPEUSDT",
  "SHIBUSDT",
  "SOLUSDT",
  "TRXUSDT",
  "XRPUSDT",
];

async function limitOrders(owner: Trader, share: number): Promise<void> {
  const prices = (await owner.get("/market/prices")).json.prices;
  for (const symbol of SYMBOLS) {
    const price = prices[symbol];
    const quantity = String(Math.ceil(Math.max(20 / Number(price), 0.001) * 100_000) / 100_000);
    await owner.order({ symbol, side: "buy", type: "limit", quantity, price: (Number(price) * share).toFixed(8) });
  }
}

describe("the monitor of pending orders", () => {
  it("fills in the same second, regardless of how time is advanced", async () => {
    const run = async (steps: readonly number[]): Promise<unknown> => {
      const exchange = open({ market: randomWalkMarket({ seed: 7 }), seed: 7 });
      const owner = await trader(exchange, "100000");
      await limitOrders(owner, 0.99);
      for (const step of steps) await exchange.advance(step);
      const { orders } = (await owner.get("/trade/orders?limit=500")).json;
      return orders.filter((order: { status: string }) => order.status === "filled");
    };
    const whole = (await run([7_200_000])) as readonly { filled_at: string }[];
    expect(whole.length).toBeGreaterThan(3);
    expect(new Set(whole.map((order) => order.filled_at)).size).toBeGreaterThan(2);
    expect(await run(Array.from({ length: 48 }, () => 150_000))).toEqual(whole);
    expect(await run([1, 999, 3_333, 7_195_667])).toEqual(whole);
  });

  it("catches up before a request is answered, without advance()", async () => {
    const clock = virtualClock(START);
    const exchange = createExchange({ market: randomWalkMarket({ seed: 7 }), clock });
    const owner = await trader(exchange, "100000");
    await limitOrders(owner, 0.99);
    expect(clock.pending).toBe(0);
    await clock.advance(7_200_000);
    const filled = (await owner.get("/trade/orders?limit=500&status=filled")).json.orders as readonly {
      filled_at: string;
    }[];
    expect(filled.length).toBeGreaterThan(3);
    for (const { filled_at } of filled) expect(Date.parse(filled_at)).toBeLessThan(clock.now());
  });

  it("sweeps a manual market on request, and every second while time advances", async () => {
    const exchange = open({ market: manualMarket({ BTCUSDT: { price: "50000" } }) });
    const owner = await trader(exchange);
    const place = async (): Promise<string> =>
      (await owner.order({ symbol: "BTCUSDT", side: "buy", type: "limit", quantity: "0.001", price: "49000" })).json
        .order_id;
    const first = await place();
    exchange.market.set("BTCUSDT", { price: "48000" });
    expect((await owner.get(`/trade/order/${first}`)).json.status).toBe("pending");
    expect(exchange.sweep()).toBe(1);
    const second = await place();
    await exchange.advance(999);
    expect((await owner.get(`/trade/order/${second}`)).json.status).toBe("pending");
    await exchange.advance(1);
    expect((await owner.get(`/trade/order/${second}`)).json).toMatchObject({
      status: "filled",
      filled_at: "2026-01-05T00:00:31Z",
    });
  });

  it("uses each price for the seconds in which it was the latest", async () => {
    const clock = virtualClock(START);
    const exchange = open({ market: manualMarket({ BTCUSDT: { price: "50000" } }), clock });
    const owner = await trader(exchange);
    const { json } = await owner.order({
      symbol: "BTCUSDT",
      side: "buy",
      type: "limit",
      quantity: "0.001",
      price: "49000",
    });
    clock.setTimeout(() => exchange.market.set("BTCUSDT", { price: "48000" }), 1_500);
    clock.setTimeout(() => exchange.market.set("BTCUSDT", { price: "47000" }), 2_500);
    await exchange.advance(10_000);
    expect((await owner.get(`/trade/order/${json.order_id}`)).json).toMatchObject({
      executed_price: "48004.80000000",
      filled_at: "2026-01-05T00:00:32Z",
    });
  });

  it("triggers orders on the correct side, oldest first", async () => {
    const exchange = open({ market: manualMarket({ BTCUSDT: { price: "50000", volume: "100000" } }) });
    const owner = await trader(exchange);
    await owner.order({ symbol: "BTCUSDT", side: "buy", type: "market", quantity: "0.04" });
    const place = async (side: string, type: string, price: string): Promise<string> =>
      (await owner.order({ symbol: "BTCUSDT", side, type, quantity: "0.001", price })).json.order_id;
    const names = new Map<string, string>();
    for (const [side, type, price] of [
      ["sell", "limit", "52000"],
      ["sell", "take_profit", "51000"],
      ["buy", "take_profit", "51500"],
      ["sell", "stop_loss", "49000"],
      ["buy", "stop_loss", "48000"],
      ["buy", "limit", "48500"],
      ["sell", "limit", "52000"],
    ] as const)
      names.set(await place(side, type, price), `${side} ${type} ${price}`);
    const fillsAt = async (price: string): Promise<unknown> => {
      const before = (await owner.get("/trade/history")).json.total;
      exchange.market.set("BTCUSDT", { price });
      exchange.sweep();
      const { trades, total } = (await owner.get("/trade/history")).json;
      return trades
        .slice(0, total - before)
        .toReversed()
        .map((trade) => names.get(trade.order_id));
    };
    expect(await fillsAt("50999.99999999")).toEqual([]);
    expect(await fillsAt("51000")).toEqual(["sell take_profit 51000"]);
    expect(await fillsAt("52000.000000001")).toEqual(["sell limit 52000", "buy take_profit 51500", "sell limit 52000"]);
    expect(await fillsAt("49000.000000001")).toEqual([]);
    expect(await fillsAt("48500")).toEqual(["sell stop_loss 49000", "buy limit 48500"]);
    expect(await fillsAt("47000")).toEqual(["buy stop_loss 48000"]);
  });
});

describe("one seed", () => {
  /** The responses to a fixed sequence of requests, keys included. */
  async function transcript(seed: number): Promise<string> {
    const exchange = open({ market: randomWalkMarket({ seed }), seed, insecureKeys: true });
    const owner = await trader(exchange, "100000");
    await owner.order({ symbol: "BTCUSDT", side: "buy", type: "market", quantity: "0.05" });
    await limitOrders(owner, 0.995);
    await exchange.advance(3_600_000);
    const paths = [
      "/account/portfolio",
      "/trade/orders?limit=500",
      "/trade/history",
      "/agents",
      `/market/tickers?symbols=${SYMBOLS.join(",")}`,
      "/market/trades/PEPEUSDT?limit=20",
    ];
    const answers = await Promise.all(
      [
        ...paths,
        ...["1m", "5m", "1h", "1d"].map((interval) => `/market/candles/ETHUSDT?interval=${interval}&limit=200`),
      ].map((path) => owner.get(path)),
    );
    return JSON.stringify([owner.apiKey, owner.accountId, ...answers.map((answer) => answer.json)]);
  }

  it("gives the same bytes in every runtime", async () => {
    const text = await transcript(42);
    expect(await transcript(42)).toBe(text);
    expect(await transcript(43)).not.toBe(text);
    expect(digestOf(text)).toBe("d983067b");
  });
});

/** FNV-1a, 32 bits. */
function digestOf(text: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, "0");
}

describe("the system clock", () => {
  it("is the default, and leaves no timers", async () => {
    const exchange = createExchange();
    expect(Math.abs(exchange.connection.clock.now() - systemClock.now())).toBeLessThan(1000);
    const { json } = await send(exchange, "GET", "/api/v1/market/prices");
    expect(Math.abs(Date.parse(json.timestamp) - systemClock.now())).toBeLessThan(60_000);
    expect(json.count).toBeGreaterThanOrEqual(24);
    expect(json.stale).toBe(false);
    await expect(exchange.advance(1)).rejects.toThrow("virtual clock");
  });
});
