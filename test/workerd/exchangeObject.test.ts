// The exchange in a Durable Object: REST, the stream, and what survives eviction.
import { env } from "cloudflare:workers";
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { AgentExchangeClient, AuthenticationError } from "agentexchange";
import { exchangeConnection, type ExchangeObject } from "agentexchange/workers";
import { expect, test } from "vitest";
import single from "../../examples/workers/exchange-object.ts";
import worker from "../../examples/workers/exchange-worker.ts";

const objectOf = (name: string): DurableObjectStub<ExchangeObject> => env.EXCHANGE.getByName(name);

test("a client trades, and everything is there after eviction", async () => {
  const exchange = objectOf("trade");
  const { apiKey } = await exchange.register({ displayName: "bot", startingBalance: "25000" });
  const client = new AgentExchangeClient({ ...exchangeConnection(() => objectOf("trade")), apiKey });
  const order = await client.placeMarketOrder({ symbol: "BTCUSDT", side: "buy", quantity: "0.01" });
  const before = await client.getPortfolio();
  await evictDurableObject(exchange);
  expect(await client.getOrder(order.orderId)).toMatchObject({ status: "filled" });
  expect((await client.getPortfolio()).availableCash).toEqual(before.availableCash);
  expect((await client.getTradeHistory()).length).toBe(1);
});

test("an object that nobody has registered with stores nothing", async () => {
  const exchange = objectOf("nobody");
  const client = new AgentExchangeClient({ ...exchangeConnection(exchange), apiKey: `ak_live_${"x".repeat(64)}` });
  expect((await client.getPrice("BTCUSDT")).price.gt(0)).toBe(true);
  await expect(client.getBalance()).rejects.toThrow(AuthenticationError);
  const [tables, alarm] = await runInDurableObject(exchange, async (_, { storage }) => [
    storage.sql.exec("SELECT name FROM sqlite_master").toArray(),
    await storage.getAlarm(),
  ]);
  expect(tables).toEqual([]);
  expect(alarm).toBeNull();
});

test("a stream survives eviction: its order updates arrive on the same socket, once", async () => {
  const exchange = objectOf("stream");
  const { apiKey } = await exchange.register();
  const client = new AgentExchangeClient({ ...exchangeConnection(exchange), apiKey });
  await using stream = client.openStream();
  const seen: string[] = [];
  stream.onOrders(({ orderId, status }) => void seen.push(`${orderId} ${status}`));
  await expect.poll(() => stream.state).toBe("live");
  const first = await client.placeLimitOrder({ symbol: "BTCUSDT", side: "buy", quantity: "0.01", price: "1000" });
  await evictDurableObject(exchange);
  await client.cancelOrder(first.orderId);
  await expect.poll(() => seen).toEqual([`${first.orderId} pending`, `${first.orderId} cancelled`]);
  expect(stream.state).toBe("live");
});

test("the example of a router serves an account from registration to leaderboard", async () => {
  const target = {
    fetch: async (input: RequestInfo | URL, init?: RequestInit) => worker.fetch(new Request(input, init), env),
  };
  const connection = exchangeConnection(target);
  const { agentApiKey } = await AgentExchangeClient.register({ displayName: "reader" }, connection);
  if (agentApiKey === null) throw new Error("The account has no agent.");
  const client = new AgentExchangeClient({ ...connection, apiKey: agentApiKey });
  await client.placeMarketOrder({ symbol: "BTCUSDT", side: "buy", quantity: "0.01" });
  expect((await client.getPortfolio()).positions).toHaveLength(1);
});

test("the example of one object registers by RPC and trades", async () => {
  const response = await single.fetch(new Request("https://bot.example/"), env);
  expect(Number((await response.json<{ executedPrice: string }>()).executedPrice)).toBeGreaterThan(0);
});
