import { describe, expect, test } from "vitest";
import { iteratePages } from "../../../src/client/paging.ts";
import { AgentExchangeClient } from "../../../src/index.ts";
import { createExchange, manualMarket, virtualClock } from "../../../src/exchange/index.ts";
import { seeded } from "../../support/seeded.ts";

interface Item {
  readonly id: number;
  readonly time: number;
}

/** A list, newest first, that `change` may alter before each page. */
function listOf(items: Item[], change: () => void = () => {}) {
  const asked: (readonly [limit: number, offset: number])[] = [];
  const list = {
    idOf: (item: Item) => String(item.id),
    timeOf: (item: Item) => new Date(item.time),
    fetchPage(limit: number, offset: number): Promise<readonly Item[]> {
      if (asked.length > 0) change();
      asked.push([limit, offset]);
      return Promise.resolve(items.slice(offset, offset + limit));
    },
  };
  return { list, asked };
}

async function all<Each>(items: AsyncIterable<Each>): Promise<Each[]> {
  const found: Each[] = [];
  for await (const item of items) found.push(item);
  return found;
}

const down = (count: number): Item[] =>
  Array.from({ length: count }, (_, at) => ({ id: count - at, time: count - at }));

describe("pages of a list that changes", () => {
  test.each([1, 2, 3, 10, 100, 499, 500])("contain each of %i items once if nothing changes", async (size) => {
    for (const count of [0, 1, 2, 3, 9, 10, 11, 99, 100, 101, 500, 1001]) {
      const { list, asked } = listOf(down(count));
      const found = await all(iteratePages(size, list));
      expect(found.map(({ id }) => id)).toEqual(down(count).map(({ id }) => id));
      expect(asked.length).toBeLessThanOrEqual(Math.floor(count / Math.min(size, 499)) + 1);
    }
  });

  test.each([1, 2, 5, 7, 99])("miss nothing while %i new items arrive with each page", async (pushed) => {
    for (const size of [1, 2, 5, 20]) {
      const items = down(50);
      const { list } = listOf(items, () => {
        for (let added = 0; added < pushed; added++) items.unshift({ id: 50 + items.length, time: 50 + items.length });
      });
      const found = await all(iteratePages(size, list));
      expect(found.map(({ id }) => id)).toEqual(down(50).map(({ id }) => id));
    }
  });

  test("each item is returned at most once, and none that stays is missed, for any changes", async () => {
    for (let seed = 1; seed <= 3000; seed++) {
      const chance = seeded(seed);
      const upTo = (most: number): number => Math.floor(chance() * (most + 1));
      const ties = chance() < 0.5 ? 1 : 1 + upTo(20);
      let last = upTo(40);
      const items = Array.from({ length: last }, (_, at) => ({ id: last - at, time: Math.floor((last - at) / ties) }));
      const before = new Set(items.map(({ id }) => id));
      const gone = new Set<number>();
      const [growth, shrinkage] = [upTo(6), upTo(8)];
      const size = 1 + upTo(7);
      const change = (): void => {
        for (let added = upTo(growth); added > 0; added--) items.unshift({ id: ++last, time: Math.floor(last / ties) });
        for (let removed = upTo(shrinkage); removed > 0 && items.length > 0; removed--)
          for (const item of items.splice(upTo(items.length - 1), 1)) gone.add(item.id);
      };
      const { list, asked } = listOf(items, change);
      const found: number[] = [];
      for await (const { id } of iteratePages(size, list)) {
        found.push(id);
        if (chance() < 0.2) change();
      }
      const missed = [...before].filter((id) => !gone.has(id) && !found.includes(id));
      // New items with the first one's timestamp may arrive.
      const strangers = ties > 1 ? [] : found.filter((id) => !before.has(id));
      expect([seed, missed, strangers, new Set(found).size]).toEqual([seed, [], [], found.length]);
      expect([seed, asked.length < 300]).toEqual([seed, true]);
    }
  });

  test("contain all items if each leaves the list once it is returned", async () => {
    for (const size of [1, 2, 3, 10]) {
      for (const count of [1, 8, 9, 40]) {
        const items = down(count);
        const { list } = listOf(items);
        const found: number[] = [];
        for await (const { id } of iteratePages(size, list)) {
          found.push(id);
          items.splice(
            items.findIndex((item) => item.id === id),
            1,
          );
        }
        expect(found).toHaveLength(count);
        expect(items).toEqual([]);
      }
    }
  });

  test("use bounded memory, and end if the list grows endlessly", async () => {
    const long = listOf(down(25_000));
    expect(await all(iteratePages(500, long.list))).toHaveLength(25_000);
    const items = down(1000);
    let last = 1000;
    const endless = listOf(items, () => {
      for (let added = 0; added < 600; added++) items.unshift({ id: ++last, time: last });
    });
    await expect(all(iteratePages(10, endless.list))).rejects.toThrow("changes faster than it can be read");
    expect(endless.asked.length).toBeLessThan(60);
  });
});

describe("iterateOrders on the embedded exchange", () => {
  async function stage(count: number) {
    const market = manualMarket({ BTCUSDT: { price: "50000" } });
    const exchange = createExchange({ market, clock: virtualClock("2026-01-05T00:00:00Z"), rateLimits: false });
    const { apiKey } = await exchange.register({ startingBalance: "1000000" });
    const client = new AgentExchangeClient({ ...exchange.connection, apiKey, rateLimit: false });
    const place = async (): Promise<string> =>
      (await client.placeLimitOrder({ symbol: "BTCUSDT", side: "buy", quantity: "0.001", price: "40000" })).orderId;
    const placed: string[] = [];
    for (let index = 0; index < count; index++) placed.unshift(await place());
    return { client, place, placed };
  }

  test.each([2, 3, 5])("returns each order once while a full page of orders, or %i more, are placed", async (more) => {
    for (const pageSize of [2, 4]) {
      const { client, place, placed } = await stage(9);
      const found: string[] = [];
      for await (const { orderId } of client.iterateOrders({ pageSize })) {
        found.push(orderId);
        if (found.length === pageSize) for (let added = 0; added < pageSize - 2 + more; added++) await place();
      }
      expect(found).toEqual(placed);
    }
  });

  test("returns all pending orders while each is cancelled", async () => {
    const { client, placed } = await stage(8);
    const found: string[] = [];
    for await (const { orderId } of client.iterateOrders({ status: "pending", pageSize: 2 })) {
      found.push(orderId);
      await client.cancelOrder(orderId);
    }
    expect(found.toSorted()).toEqual(placed.toSorted());
    expect(await client.getOpenOrders()).toEqual([]);
  });
});

describe("arguments that an iterator would ignore are rejected by name", () => {
  const client = new AgentExchangeClient(createExchange().connection);

  test.each([
    [
      { pagesize: 2 },
      'iterateOrders: pagesize is not a known argument; expected status, symbol, pageSize. Did you mean "pageSize"?',
    ],
    [{ limit: 2 }, "iterateOrders: limit is not a known argument; expected status, symbol, pageSize."],
    [{ pageSize: 0 }, "iterateOrders: pageSize must be a whole number from 1 to 500."],
    [{ pageSize: 501 }, "iterateOrders: pageSize must be a whole number from 1 to 500."],
  ])("%j", async (query, message) => {
    await expect(client.iterateOrders(query as object).next()).rejects.toThrow(message);
  });

  test("trades", async () => {
    const query = { pageSise: 2 } as object;
    await expect(client.iterateTradeHistory(query).next()).rejects.toThrow(
      'expected symbol, side, pageSize. Did you mean "pageSize"?',
    );
  });
});
