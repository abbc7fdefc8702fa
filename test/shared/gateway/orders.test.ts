import { expect, test } from "vitest";
import { ConflictError, OrderRejectedError, RateLimitError, ValidationError } from "../../../src/errors/index.ts";
import { placedOrderRecord } from "../../../src/endpoints/index.ts";
import { memoryRecords } from "../../../src/gateway/memoryStore.ts";
import { OrderDesk } from "../../../src/gateway/orderDesk.ts";
import type { KeyedOrder, OrderAnswer } from "../../../src/gateway/index.ts";
import { drive, failure } from "../../support/drive.ts";
import { BASE, gatewayDesk, SECRETS, type GatewayDesk } from "../../support/gateway.ts";

const order = { symbol: "BTCUSDT", side: "buy", quantity: "0.01" } as const;
const wire = JSON.stringify({ ...order, type: "market" });

interface Reply {
  readonly status: number;
  readonly body: unknown;
  readonly replayed: string | null;
}

async function place(desk: GatewayDesk, key: string | null, body = wire): Promise<Reply> {
  await desk.clock.advance(1);
  const request = await desk.signed("trader", "POST", "/api/v1/trade/order", body);
  const keyed = new Request(
    request,
    key === null ? {} : { headers: { ...Object.fromEntries(request.headers), "idempotency-key": key } },
  );
  const response = await drive(desk.clock, desk.gateway.fetch(keyed));
  return {
    status: response.status,
    body: await response.json(),
    replayed: response.headers.get("idempotency-replayed"),
  };
}

test("a repeat gets the first answer, and nothing is sent", async () => {
  const desk = await gatewayDesk();
  const first = await place(desk, "a");
  expect(first).toMatchObject({ status: 201, replayed: "false" });
  expect(
    await place(desk, "a", JSON.stringify({ type: "market", quantity: "0.01", side: "buy", symbol: "BTCUSDT" })),
  ).toEqual({
    ...first,
    replayed: "true",
  });
  expect(await place(desk, "a", wire.replace("0.01", "0.02"))).toMatchObject({
    status: 422,
    body: { error: { code: "IDEMPOTENCY_KEY_REUSED" } },
    replayed: null,
  });
  expect(desk.sent).toHaveLength(1);
  expect(desk.sent[0]?.headers.get("idempotency-key")).toBeNull();
});

test("keys belong to their caller, and orders without one are sent each time", async () => {
  const desk = await gatewayDesk({
    callers: (id) => ({ secret: SECRETS[id as "trader"], allow: ["placeMarketOrder"] }),
  });
  await place(desk, "a");
  const request = await desk.signed("viewer", "POST", "/api/v1/trade/order", wire);
  request.headers.set("idempotency-key", "a");
  expect((await drive(desk.clock, desk.gateway.fetch(request))).headers.get("idempotency-replayed")).toBe("false");
  expect(await place(desk, null)).toMatchObject({ status: 201, replayed: null });
  expect(await place(desk, null)).toMatchObject({ status: 201, replayed: null });
  expect(await desk.orderIds()).toHaveLength(4);
});

test("50 at once with one key are one order", async () => {
  const desk = await gatewayDesk();
  const token = await desk.token();
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json", "idempotency-key": "k" };
  const send = (): Promise<Response> =>
    desk.gateway.fetch(new Request(`${BASE}/api/v1/trade/order`, { method: "POST", headers, body: wire }));
  const answers = await drive(desk.clock, Promise.all(Array.from({ length: 50 }, send)));
  const texts = await Promise.all(answers.map((answer) => answer.text()));
  expect(new Set(texts).size).toBe(1);
  expect(answers.filter(({ headers: sent }) => sent.get("idempotency-replayed") === "false")).toHaveLength(1);
  expect(desk.sent).toHaveLength(1);
});

test.for([
  ["market", wire],
  ["limit", JSON.stringify({ ...order, type: "limit", price: "1000" })],
  ["stop_loss", JSON.stringify({ ...order, type: "stop_loss", price: "1000" })],
] as const)("the lost answer to a %s order is what it would have been", async ([, body]) => {
  const [lossy, whole] = await Promise.all([gatewayDesk(), gatewayDesk()]);
  lossy.fates.push("lost after");
  const [found, direct] = [await place(lossy, "a", body), await place(whole, "a", body)];
  // The two exchanges have different ids, and answer at different times.
  const decoded = (reply: Reply): object => ({
    ...placedOrderRecord.decode(reply.body),
    orderId: null,
    createdAt: null,
    filledAt: null,
  });
  expect([found.status, decoded(found)]).toEqual([direct.status, decoded(direct)]);
  expect(await place(lossy, "a", body)).toEqual({ ...found, replayed: "true" });
  expect(lossy.sent).toHaveLength(1);
});

test("an order that was lost on its way is not sent again", async () => {
  const desk = await gatewayDesk();
  desk.fates.push("lost before");
  const first = await place(desk, "a");
  expect(first).toMatchObject({ status: 409, body: { error: { code: "ORDER_NOT_EXECUTED" } }, replayed: "false" });
  expect(await place(desk, "a")).toEqual({ ...first, replayed: "true" });
  expect(desk.sent).toHaveLength(1);
  expect(await desk.orderIds()).toEqual([]);
});

test("a rejection of the platform is final, a rate limit is not", async () => {
  const desk = await gatewayDesk({}, ["declared", { rateLimits: true }]);
  const client = desk.createCaller({ apiKey: "trader", apiSecret: SECRETS.trader, signRequests: true, retry: false });
  const large = await failure(desk.clock, client.placeMarketOrder({ ...order, quantity: "9000000" }));
  expect(large).toBeInstanceOf(OrderRejectedError);
  const big = JSON.stringify({ ...order, type: "market", quantity: "9000000" });
  expect([await place(desk, "a", big), await place(desk, "a", big)]).toMatchObject([
    { status: 400, replayed: "false" },
    { status: 400, replayed: "true" },
  ]);
  const sent = desk.sent.length;
  for (let count = 0; count < 100; count++)
    await drive(desk.clock, desk.createClient().listOrders({ limit: 1 })).catch(() => {});
  const limited = await failure(desk.clock, client.placeMarketOrder(order));
  expect(limited).toBeInstanceOf(RateLimitError);
  expect((limited as RateLimitError).retryAfter).toBeGreaterThan(0);
  expect(await place(desk, "b")).toMatchObject({ status: 429, replayed: null });
  await desk.clock.advance(60_000);
  expect(await place(desk, "b")).toMatchObject({ status: 201, replayed: "false" });
  expect(desk.sent.length).toBeGreaterThan(sent);
});

test.for([
  ['{"symbol":"BTCUSDT","side":"buy","type":"market"}', 422],
  ['{"symbol":"BTCUSDT","side":"buy","type":"market","quantity":"-1"}', 422],
  ['{"symbol":"BTCUSDT","side":"buy","type":"market","quantity":"1","price":"1"}', 422],
  ['{"symbol":"BTCUSDT","side":"buy","type":"__proto__","quantity":"1"}', 422],
  ['{"symbol":"BTCUSDT","side":"buy","type":"market","quantity":"1","agent_id":"x"}', 422],
  ["[]", 400],
  ["{", 400],
] as const)("the order %s is refused before it is sent", async ([body, status]) => {
  const desk = await gatewayDesk();
  expect(await place(desk, "a", body)).toMatchObject({ status, replayed: null });
  expect(desk.sent).toEqual([]);
  // The key is still unused.
  expect(await place(desk, "a")).toMatchObject({ status: 201 });
});

test("a key is remembered for 24 hours", async () => {
  const desk = await gatewayDesk();
  await place(desk, "a");
  await desk.clock.advance(24 * 3_600_000 - 10);
  expect(await place(desk, "a")).toMatchObject({ replayed: "true" });
  await desk.clock.advance(10);
  expect(await place(desk, "a")).toMatchObject({ replayed: "false" });
});

test("the client repeats an order through a gateway, once it has seen its header about orders", async () => {
  const desk = await gatewayDesk({ public: ["getPrice"] });
  let lost = 0;
  const options = {
    apiKey: "trader",
    apiSecret: SECRETS.trader,
    signRequests: true,
    idempotencyKeys: true,
    fetch: async (url: string, init: RequestInit) => {
      const response = await desk.gateway.fetch(new Request(url, init));
      if (init.method !== "POST" || lost-- <= 0) return response;
      throw new TypeError("fetch failed");
    },
  };
  const client = desk.createCaller(options);
  await drive(desk.clock, client.getPrice("BTCUSDT"));
  lost = 1;
  expect(await failure(desk.clock, client.placeMarketOrder(order))).toMatchObject({ code: "ORDER_OUTCOME_UNKNOWN" });
  await drive(desk.clock, client.listOrders());
  lost = 2;
  const placed = await drive(desk.clock, client.placeMarketOrder(order));
  expect(await desk.orderIds()).toContain(placed.orderId);
  expect(desk.sent).toHaveLength(2);
  // Without the option, the header means nothing.
  const careful = desk.createCaller({ ...options, idempotencyKeys: false });
  await drive(desk.clock, careful.listOrders());
  lost = 1;
  expect(await failure(desk.clock, careful.placeMarketOrder(order))).toMatchObject({ code: "ORDER_OUTCOME_UNKNOWN" });
  expect(desk.sent).toHaveLength(3);
});

test("typed errors work through a gateway", async () => {
  const desk = await gatewayDesk();
  const client = desk.createCaller({
    apiKey: "trader",
    apiSecret: SECRETS.trader,
    signRequests: true,
    idempotencyKeys: true,
  });
  desk.fates.push("lost before");
  expect(await failure(desk.clock, client.placeMarketOrder(order))).toBeInstanceOf(ConflictError);
  const keys: string[] = [];
  const reused = desk.createCaller({
    apiKey: "trader",
    apiSecret: SECRETS.trader,
    signRequests: true,
    idempotencyKeys: true,
    fetch: (url, init) => {
      const headers = new Headers(init.headers);
      if (headers.has("idempotency-key")) headers.set("idempotency-key", "always the same".replaceAll(" ", "-"));
      keys.push(headers.get("idempotency-key") ?? "");
      return desk.gateway.fetch(new Request(url, { ...init, headers }));
    },
  });
  await drive(desk.clock, reused.placeMarketOrder(order));
  expect(await failure(desk.clock, reused.placeMarketOrder({ ...order, quantity: "0.02" }))).toBeInstanceOf(
    ValidationError,
  );
});

const keyed: KeyedOrder = { caller: "trader", key: "k", operation: "placeMarketOrder", input: order, agentId: null };

test("a desk that starts again knows an earlier order, and does not take it for an equal new one", async () => {
  const desk = await gatewayDesk();
  const records = memoryRecords();
  const crashed = new OrderDesk(
    {
      ...desk.clientOptions,
      fetch: async (url, init) => {
        await desk.exchange.fetch(url, init);
        return new Promise<Response>(() => {});
      },
    },
    records,
  );
  void crashed.place(keyed);
  await desk.clock.advance(100);
  expect(records.unanswered()).toHaveLength(1);
  const restarted = new OrderDesk(desk.clientOptions, records);
  const [later, first] = await drive(
    desk.clock,
    Promise.all([restarted.place({ ...keyed, key: "other" }), restarted.place(keyed)]),
  );
  const idOf = ({ body }: OrderAnswer): unknown => (JSON.parse(body) as { order_id: string }).order_id;
  const orders = await desk.orderIds();
  expect(orders).toHaveLength(2);
  expect([idOf(later), idOf(first)]).toEqual(orders);
  expect(await restarted.place(keyed)).toEqual({ ...first, isReplayed: true });
});

test("while the platform cannot be asked, an order stays unknown and equal ones are not sent", async () => {
  const desk = await gatewayDesk();
  const records = memoryRecords();
  let isDown = false;
  const fetch = async (url: string, init: RequestInit): Promise<Response> => {
    if (isDown) throw new TypeError("fetch failed");
    if (init.method !== "POST") return desk.exchange.fetch(url, init);
    isDown = true;
    await desk.exchange.fetch(url, init);
    throw new TypeError("fetch failed");
  };
  const orders = new OrderDesk({ ...desk.clientOptions, fetch }, records);
  expect(await drive(desk.clock, orders.place(keyed))).toMatchObject({ status: 503, isFinal: false });
  expect(await drive(desk.clock, orders.place({ ...keyed, key: "b" }))).toMatchObject({ status: 503, isFinal: false });
  isDown = false;
  expect(await drive(desk.clock, orders.place(keyed))).toMatchObject({ status: 201, isFinal: true });
  expect(await desk.orderIds()).toHaveLength(1);
});

test("a record that cannot be stored stops the order; an answer that cannot be stored is found again", async () => {
  const desk = await gatewayDesk();
  for (const [failing, sent] of [
    [1, 0],
    [2, 1],
  ] as const) {
    const records = memoryRecords();
    let puts = 0;
    const orders = new OrderDesk(desk.clientOptions, {
      ...records,
      put(record) {
        if (++puts === failing) throw new Error("disk full");
        return records.put(record);
      },
    });
    const before = desk.sent.length;
    await expect(drive(desk.clock, orders.place(keyed))).rejects.toThrow("disk full");
    expect(desk.sent.length - before).toBe(sent);
    expect(await drive(desk.clock, orders.place(keyed))).toMatchObject({ status: 201, isFinal: true });
    expect(desk.sent.length - before).toBe(1);
  }
});
