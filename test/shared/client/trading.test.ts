// What the client adds to single requests: repeated cancels, waiting for an order, lists of any length.
import { describe, expect, test } from "vitest";
import { AgentExchangeClient } from "../../../src/client/index.ts";
import {
  ConnectionError,
  OrderError,
  OrderNotFoundError,
  TimeoutError,
  ValidationError,
} from "../../../src/errors/index.ts";
import { createExchange, manualMarket, virtualClock } from "../../../src/exchange/index.ts";
import type { ClientOptions } from "../../../src/transport/index.ts";
import { drive, failure } from "../../support/drive.ts";
import { brokenConnection, scripted } from "../../support/scripted.ts";

async function stage(options: ClientOptions = {}) {
  const clock = virtualClock("2026-03-05T14:00:00Z");
  const exchange = createExchange({ clock, market: manualMarket({ BTCUSDT: { price: "50000", volume: "100000" } }) });
  const { apiKey } = await exchange.register({ startingBalance: "1000000" });
  /** Number of upcoming DELETE responses to lose. */
  const lost = { answers: 0, requests: 0 };
  const asked: string[] = [];
  const fetch = async (url: string, init: RequestInit): Promise<Response> => {
    asked.push(`${init.method} ${new URL(url).pathname}`);
    if (init.method === "DELETE" && lost.requests > 0 && lost.requests-- > 0) throw brokenConnection();
    const response = await exchange.fetch(url, init);
    if (init.method === "DELETE" && lost.answers > 0 && lost.answers-- > 0) throw brokenConnection();
    return response;
  };
  const client = new AgentExchangeClient({ ...exchange.connection, apiKey, fetch, ...options });
  return { clock, exchange, client, lost, asked };
}

const buy = { symbol: "BTCUSDT", side: "buy", quantity: "0.01", price: "40000" } as const;

describe("cancelOrder", () => {
  test("returns the same result if the first response is lost", async () => {
    const { clock, client, lost, asked } = await stage();
    const plain = await drive(clock, client.placeLimitOrder(buy));
    const expected = await drive(clock, client.cancelOrder(plain.orderId));
    const { orderId } = await drive(clock, client.placeLimitOrder(buy));
    lost.answers = 1;
    asked.length = 0;
    const cancelled = await drive(clock, client.cancelOrder(orderId));
    expect(cancelled.orderId).toBe(orderId);
    expect(cancelled.status).toBe("cancelled");
    expect(cancelled.unlockedAmount.toString()).toBe(expected.unlockedAmount.toString());
    expect(cancelled.unlockedAmount.toString()).toBe("400.4");
    expect(Math.abs(cancelled.cancelledAt.getTime() - clock.now())).toBeLessThan(5000);
    const path = `/api/v1/trade/order/${orderId}`;
    expect(asked).toEqual([`DELETE ${path}`, `DELETE ${path}`, `GET ${path}`]);
  });

  test("of a sell releases the base asset", async () => {
    const { clock, client, lost } = await stage();
    await drive(clock, client.placeMarketOrder({ symbol: "BTCUSDT", side: "buy", quantity: "0.01" }));
    const { orderId } = await drive(clock, client.placeLimitOrder({ ...buy, side: "sell", price: "99999" }));
    lost.answers = 1;
    expect((await drive(clock, client.cancelOrder(orderId))).unlockedAmount.toString()).toBe("0.01");
  });

  test("repeats a request that was lost before it arrived", async () => {
    const { clock, client, lost } = await stage();
    const { orderId } = await drive(clock, client.placeLimitOrder(buy));
    lost.requests = 2;
    expect((await drive(clock, client.cancelOrder(orderId))).status).toBe("cancelled");
    lost.requests = 3;
    const second = await drive(clock, client.placeLimitOrder(buy));
    expect(await failure(clock, client.cancelOrder(second.orderId))).toBeInstanceOf(ConnectionError);
  });

  test("of an order that is already cancelled or filled says so", async () => {
    const { clock, client } = await stage();
    const { orderId } = await drive(clock, client.placeLimitOrder(buy));
    await drive(clock, client.cancelOrder(orderId));
    const again = await failure(clock, client.cancelOrder(orderId));
    expect(again).toBeInstanceOf(OrderError);
    expect(again).toMatchObject({
      code: "ORDER_NOT_CANCELLABLE",
      details: { current_status: "cancelled" },
      attempts: 1,
    });
    const filled = await drive(clock, client.placeMarketOrder({ symbol: "BTCUSDT", side: "buy", quantity: "0.01" }));
    expect(await failure(clock, client.cancelOrder(filled.orderId))).toMatchObject({
      details: { current_status: "filled" },
    });
    const nobody = "00000000-0000-4000-8000-000000000000";
    expect(await failure(clock, client.cancelOrder(nobody))).toBeInstanceOf(OrderNotFoundError);
  });

  test("cancels all orders, even if the response is lost", async () => {
    const { clock, client, lost } = await stage();
    await drive(clock, Promise.all([client.placeLimitOrder(buy), client.placeLimitOrder(buy)]));
    expect((await drive(clock, client.cancelAllOrders())).cancelledCount).toBe(2);
    await drive(clock, client.placeLimitOrder(buy));
    lost.answers = 1;
    expect((await drive(clock, client.cancelAllOrders())).cancelledCount).toBe(0);
    expect(await drive(clock, client.getOpenOrders())).toEqual([]);
  });
});

describe("waitForOrder", () => {
  /** An order that changes its status at these times. */
  function changing(changes: readonly (readonly [at: number, status: string])[]) {
    const clock = virtualClock("2026-03-05T14:00:00Z");
    const server = scripted(() => {
      const [, status] = changes.findLast(([at]) => at <= clock.elapsed()) ?? [0, "pending"];
      return Response.json({
        order_id: "9f0c6d5a-2b67-4b0b-9d55-5f6f0a1f7c33",
        status,
        symbol: "BTCUSDT",
        side: "buy",
        type: "limit",
        quantity: "0.01000000",
        price: "40000.00000000",
        executed_price: null,
        executed_qty: null,
        slippage_pct: null,
        fee: null,
        created_at: "2026-03-05T14:00:00Z",
        filled_at: null,
      });
    }, clock);
    const client = new AgentExchangeClient({ apiKey: "ak_live_x", clock, fetch: server.fetch });
    const id = "9f0c6d5a-2b67-4b0b-9d55-5f6f0a1f7c33";
    return {
      clock,
      server,
      wait: (
        ...rest: [
          Parameters<AgentExchangeClient["waitForOrder"]>[1]?,
          Parameters<AgentExchangeClient["waitForOrder"]>[2]?,
        ]
      ) => client.waitForOrder(id, ...rest),
      client,
    };
  }

  test("polls with growing delays, and without much lag", async () => {
    const { clock, server, wait } = changing([[20_000, "filled"]]);
    expect((await drive(clock, wait())).status).toBe("filled");
    const gaps = server.sent.slice(1).map(({ at }, index) => at - (server.sent[index]?.at ?? 0));
    expect(gaps).toEqual(gaps.toSorted((a, b) => a - b));
    expect(gaps[0]).toBe(250);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(5000);
    expect(clock.elapsed()).toBeLessThan(25_500);
    expect(clock.pending).toBe(0);
  });

  test("waits for the given status", async () => {
    const { clock, wait } = changing([
      [3000, "partially_filled"],
      [9000, "filled"],
    ]);
    expect((await drive(clock, wait({ until: "partially_filled" }))).status).toBe("partially_filled");
    expect((await drive(clock, wait({ until: ["cancelled", "filled"] }))).status).toBe("filled");
  });

  test("ends when the order reaches another final status", async () => {
    const { clock, wait } = changing([[1000, "cancelled"]]);
    const error = await failure(clock, wait({ until: "filled" }));
    expect(error).toBeInstanceOf(OrderError);
    expect(error).toMatchObject({ code: "ORDER_ENDED", details: { current_status: "cancelled" } });
    expect((error as Error).message).toContain("will never be filled");
  });

  test("ends at its timeout, an abort or close(), and leaves no timer", async () => {
    const { clock, wait, client } = changing([]);
    const late = await failure(clock, wait({ timeout: 10_000 }));
    expect(late).toBeInstanceOf(TimeoutError);
    expect((late as Error).message).toContain("waitForOrder timed out after 10000 ms while waiting for the order.");
    const caller = new AbortController();
    const work = wait({}, { signal: caller.signal });
    work.catch(() => {});
    await clock.advance(3000);
    caller.abort("enough");
    await expect(work).rejects.toBe("enough");
    const closed = wait();
    closed.catch(() => {});
    await clock.advance(3000);
    await client.close();
    await expect(closed).rejects.toMatchObject({ code: "CLIENT_CLOSED" });
    await clock.advance(0);
    expect(clock.pending).toBe(0);
  });

  test("a timer that fires late causes a timeout, not an argument error", async () => {
    const { clock, wait } = changing([]);
    // A busy program: the time is over before its timer fires.
    const error = await failure(clock, wait({ timeout: 250 }));
    expect(error).toBeInstanceOf(TimeoutError);
  });

  test.each([{ timeout: 0 }, { timeout: Number.NaN }, { untl: "filled" }])("%j is rejected", async (options) => {
    const { clock, server, wait } = changing([]);
    expect(await failure(clock, wait(options as object))).toBeInstanceOf(ValidationError);
    expect(server.sent).toHaveLength(0);
  });
});

describe("iterators", () => {
  /** Items 1 to `count`, newest first, in pages; `push` adds newer ones, `ignoresOffset` ignores the offset. */
  function list(count: number, { push = 0, ignoresOffset = false }: { push?: number; ignoresOffset?: boolean } = {}) {
    const clock = virtualClock();
    const items = Array.from({ length: count }, (_, index) => count - index);
    let newest = count;
    const server = scripted(({ path }) => {
      const query = new URLSearchParams(path.split("?")[1]);
      const limit = Number(query.get("limit"));
      const offset = ignoresOffset ? 0 : Number(query.get("offset"));
      const page = items.slice(offset, offset + limit).map((item) => ({
        trade_id: `00000000-0000-4000-8000-${String(item).padStart(12, "0")}`,
        order_id: "9f0c6d5a-2b67-4b0b-9d55-5f6f0a1f7c33",
        symbol: "BTCUSDT",
        side: "buy",
        quantity: "1",
        price: "1",
        fee: "1",
        total: "1",
        executed_at: "2026-03-05T14:00:00Z",
      }));
      for (let added = 0; added < push; added++) items.unshift(++newest);
      return Response.json({ trades: page, total: items.length, limit, offset });
    });
    const client = new AgentExchangeClient({ apiKey: "ak_live_x", clock, fetch: server.fetch, rateLimit: false });
    return { client, server };
  }

  async function numbers(client: AgentExchangeClient, pageSize: number, most = 10_000): Promise<number[]> {
    const found: number[] = [];
    for await (const { tradeId } of client.iterateTradeHistory({ pageSize })) {
      found.push(Number(tradeId.slice(-12)));
      if (found.length >= most) break;
    }
    return found;
  }

  const down = (from: number): number[] => Array.from({ length: from }, (_, index) => from - index);

  test.each([0, 1, 9, 10, 11, 20, 25])("return each of %i items once, in order", async (count) => {
    const { client, server } = list(count);
    expect(await numbers(client, 10)).toEqual(down(count));
    expect(server.sent).toHaveLength(Math.floor(count / 10) + 1);
  });

  test("end if the server ignores the offset", async () => {
    const { client, server } = list(30, { ignoresOffset: true });
    expect(await numbers(client, 10)).toEqual([30, 29, 28, 27, 26, 25, 24, 23, 22, 21]);
    expect(server.sent.length).toBeLessThanOrEqual(3);
  });

  test.each([1, 3, 9, 10, 15])("return every item once while %i new ones arrive with each page", async (push) => {
    const { client } = list(50, { push });
    const found = await numbers(client, 20, 400);
    expect(new Set(found).size).toBe(found.length);
    expect(found.filter((item) => item <= 50)).toEqual(down(50));
  });

  test("request no more than is consumed", async () => {
    const { client, server } = list(100);
    expect(await numbers(client, 10, 5)).toEqual([100, 99, 98, 97, 96]);
    expect(server.sent).toHaveLength(1);
  });

  test("reject with the caller's reason", async () => {
    const { client } = list(100);
    const caller = new AbortController();
    const reason = new Error("enough");
    const seen: unknown[] = [];
    const walk = async (): Promise<void> => {
      for await (const trade of client.iterateTradeHistory({ pageSize: 10 }, { signal: caller.signal })) {
        seen.push(trade);
        if (seen.length === 15) caller.abort(reason);
      }
    };
    await expect(walk()).rejects.toBe(reason);
    expect(seen).toHaveLength(20);
  });

  test("over the orders of the embedded exchange", async () => {
    const { clock, client } = await stage();
    const placed: string[] = [];
    for (let index = 0; index < 7; index++) placed.unshift((await drive(clock, client.placeLimitOrder(buy))).orderId);
    const found: string[] = [];
    for await (const { orderId } of client.iterateOrders({ pageSize: 3 })) found.push(orderId);
    expect(found).toEqual(placed);
  });
});
