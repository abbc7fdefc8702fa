// The gateway on Workers: its objects, evicted and crashed between the steps of an order, and a stream through it.
import { env } from "cloudflare:workers";
import { evictDurableObject } from "cloudflare:test";
import { afterEach, expect, test } from "vitest";
import { AgentExchangeClient } from "../../src/client/index.ts";
import { createExchange, virtualClock, type Exchange, type ExchangeOptions } from "../../src/exchange/index.ts";
import { createGateway, type Gateway, type KeyedOrder } from "../../src/gateway/index.ts";
import { gatewayObjects } from "../../src/workers/index.ts";
import { drive } from "../support/drive.ts";
import { upstream } from "./gatewayObjects.ts";

const HOST = "gateway.example.com";
const SECRET = "secret-of-the-trader-0123456789abcdef";
const ORDER = { symbol: "BTCUSDT", side: "buy", quantity: "0.001" } as const;

afterEach(() => {
  upstream.current = undefined;
});

interface Desk {
  readonly exchange: Exchange;
  readonly apiKey: string;
  readonly orders: () => Promise<number>;
}

async function openDesk(options: ExchangeOptions = {}): Promise<Desk> {
  const exchange = createExchange({ rateLimits: false, ...options });
  const { apiKey } = await exchange.register({ startingBalance: "100000000" });
  const client = new AgentExchangeClient({ ...exchange.connection, apiKey, rateLimit: false });
  return { exchange, apiKey, orders: async () => (await client.listOrders({ limit: 200 })).length };
}

function keyed(key: string): KeyedOrder {
  return { caller: "trader", key, operation: "placeMarketOrder", input: ORDER, agentId: null };
}

test("a signature comes once, also after its object was evicted", async () => {
  const store = gatewayObjects(env.GATEWAY);
  const validUntil = Date.now() + 30_000;
  const all = await Promise.all(
    Array.from({ length: 50 }, async () => store.remember("signatures", "one", validUntil)),
  );
  expect(all.filter(Boolean)).toHaveLength(1);
  await evictDurableObject(env.GATEWAY.getByName("caller signatures"));
  expect(await store.remember("signatures", "one", validUntil)).toBe(false);
  expect(await store.remember("signatures", "two", validUntil)).toBe(true);
});

test("an order survives evictions: a repeat gets the first answer", async () => {
  const { exchange, apiKey, orders } = await openDesk();
  upstream.current = { ...exchange.connection, apiKey };
  const object = env.GATEWAY.getByName("evicted");
  const first = await object.placeOrder(keyed("a"));
  expect(first).toMatchObject({ status: 201, isFinal: true, isReplayed: false });
  await evictDurableObject(object);
  expect(await object.placeOrder(keyed("a"))).toEqual({ ...first, isReplayed: true });
  expect(await object.placeOrder({ ...keyed("a"), input: { ...ORDER, quantity: "0.002" } })).toMatchObject({
    status: 422,
  });
  expect(await orders()).toBe(1);
});

test("an order whose object is gone after the platform has executed it is found again", async () => {
  const clock = virtualClock("2026-03-05T14:00:00Z");
  const { exchange, apiKey, orders } = await openDesk({ clock });
  let sent = 0;
  const fetch = async (url: string, init: RequestInit): Promise<Response> => {
    const response = await exchange.fetch(url, init);
    if (init.method !== "POST") return response;
    sent++;
    return new Promise(() => {});
  };
  upstream.current = { ...exchange.connection, apiKey, fetch };
  const object = env.GATEWAY.getByName("gone");
  await object.begin(keyed("a"));
  await expect.poll(() => sent).toBe(1);
  await evictDurableObject(object);
  const answer = await drive(clock, object.placeOrder(keyed("a")));
  expect(answer).toMatchObject({ status: 201, isFinal: true });
  await evictDurableObject(object);
  expect(await object.placeOrder(keyed("a"))).toEqual({ ...answer, isReplayed: true });
  expect([sent, await drive(clock, orders())]).toEqual([1, 1]);
});

function openGateway({ exchange, apiKey }: Desk): Gateway {
  return createGateway({
    upstream: { ...exchange.connection, apiKey },
    hosts: [HOST],
    callers: () => ({ secret: SECRET, allow: ["getBalance", "placeMarketOrder"], channels: ["orders", "ticker"] }),
    login: () => "trader",
    tokenSecret: "signs-tokens-0123456789-0123456789-0123456789",
    store: gatewayObjects(env.GATEWAY),
  });
}

test("two isolates share what their objects remember", async () => {
  const desk = await openDesk();
  upstream.current = { ...desk.exchange.connection, apiKey: desk.apiKey };
  const [one, two] = [openGateway(desk), openGateway(desk)];
  const sent: Request[] = [];
  const client = new AgentExchangeClient({
    baseUrl: `https://${HOST}`,
    apiKey: `caller-${crypto.randomUUID()}`,
    apiSecret: SECRET,
    signRequests: true,
    idempotencyKeys: true,
    fetch: async (url, init) => {
      const request = new Request(url, init);
      sent.push(request.clone());
      return one.fetch(request);
    },
  });
  await client.placeMarketOrder(ORDER);
  for (const request of sent) {
    const replay = await two.fetch(request);
    expect([replay.status, await replay.text()]).toEqual([401, expect.stringContaining("has been used")]);
  }
  expect(await desk.orders()).toBe(1);
});

test("a stream passes through, with the key added inside", async () => {
  const desk = await openDesk();
  upstream.current = { ...desk.exchange.connection, apiKey: desk.apiKey };
  const gateway = openGateway(desk);
  const origin = `https://${HOST}`;
  const post = async (path: string, headers: Record<string, string> = {}): Promise<Record<string, string>> =>
    (await gateway.fetch(new Request(origin + path, { method: "POST", headers }))).json();
  const { token = "" } = await post("/gateway/token");
  const { ticket = "" } = await post("/gateway/ticket", { authorization: `Bearer ${token}` });
  const open = (): Promise<Response> =>
    gateway.fetch(new Request(`${origin}/ws/v1?ticket=${ticket}`, { headers: { upgrade: "websocket" } }));
  const { webSocket } = await open();
  expect((await open()).status).toBe(401);
  const frames: string[] = [];
  webSocket?.accept();
  webSocket?.addEventListener("message", ({ data }) => void frames.push(String(data)));
  const until = async (text: string): Promise<void> => {
    await expect.poll(() => frames.join("\n"), { timeout: 10_000 }).toContain(text);
  };
  webSocket?.send('{"action":"subscribe","channel":"orders"}');
  webSocket?.send('{"action":"subscribe","channel":"portfolio"}');
  await until('"subscribed"');
  await until("PERMISSION_DENIED");
  await new AgentExchangeClient({ ...desk.exchange.connection, apiKey: desk.apiKey }).placeMarketOrder(ORDER);
  await until('"filled"');
  expect(frames.join()).not.toContain(desk.apiKey);
  webSocket?.close(1000);
  await gateway.close();
});
