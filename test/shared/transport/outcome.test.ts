// The outcome of an order after an abort, a response about another order, for another agent, or with other clocks.
import { describe, expect, test } from "vitest";
import { AgentExchangeClient } from "../../../src/client/index.ts";
import type { FilledOrder, Order, PendingOrder } from "../../../src/endpoints/index.ts";
import { ConnectionError, isAgentExchangeError, NotFoundError, ValidationError } from "../../../src/errors/index.ts";
import { createExchange, virtualClock, type Exchange, type VirtualClock } from "../../../src/exchange/index.ts";
import {
  OrderOutcomeUndecidedError,
  OrderOutcomeUnknownError,
  type ClientOptions,
} from "../../../src/transport/index.ts";
import * as answers from "../../support/answers.ts";
import { drive, failure } from "../../support/drive.ts";
import { everyPrintedForm } from "../../support/everyPrintedForm.ts";
import { brokenConnection, errorResponse, scripted } from "../../support/scripted.ts";

const order = { symbol: "BTCUSDT", side: "buy", quantity: "0.01" } as const;

interface Setup {
  readonly clock: VirtualClock;
  readonly exchange: Exchange;
  readonly apiKey: string;
  readonly agentId: string;
  readonly accountKey: string;
  readonly client: AgentExchangeClient;
  readonly other: AgentExchangeClient;
  /** The fates of the next orders. */
  readonly fates: (
    | "lost before"
    | "lost after"
    | { readonly arrivesAfter: number }
    | { readonly answersAfter: number }
  )[];
  readonly requests: string[];
  createClient(options?: ClientOptions): AgentExchangeClient;
}

interface SetupOptions extends ClientOptions {
  /** Milliseconds by which the exchange's clock is ahead of the client's. */
  readonly ahead?: number;
  /** Rate of the exchange's clock relative to the client's. */
  readonly rate?: number;
  readonly date?: (exchangeTime: number) => string | null;
}

async function setUp({ ahead = 0, rate = 1, date, ...options }: SetupOptions = {}): Promise<Setup> {
  const start = Date.UTC(2026, 2, 5, 14);
  const clock = virtualClock(new Date(start));
  const exchangeTime = (): number => start + ahead + (clock.now() - start) * rate;
  const exchange = createExchange({
    clock: {
      now: exchangeTime,
      elapsed: () => clock.elapsed(),
      setTimeout: (callback, ms) => clock.setTimeout(callback, ms),
      clearTimeout: (timer) => clock.clearTimeout(timer),
    },
    seed: 5,
    rateLimits: false,
  });
  const account = await exchange.register({ startingBalance: "1000000000" });
  const fates: Setup["fates"] = [];
  const requests: string[] = [];
  const later = (ms: number): Promise<void> => new Promise((resolve) => void clock.setTimeout(resolve, ms));
  const fetch = async (url: string, init: RequestInit): Promise<Response> => {
    requests.push(`${init.method} ${url.replace(exchange.connection.baseUrl, "").split("?")[0]}`);
    const fate = init.method === "POST" ? fates.shift() : undefined;
    const { signal, ...rest } = init;
    if (fate === "lost before") throw brokenConnection();
    if (typeof fate === "object" && "arrivesAfter" in fate) {
      void later(fate.arrivesAfter).then(() => exchange.fetch(url, rest));
      throw brokenConnection();
    }
    const response = await exchange.fetch(url, rest);
    if (fate === "lost after") throw brokenConnection();
    if (typeof fate === "object") {
      await Promise.race([
        later(fate.answersAfter),
        new Promise((_resolve, reject) => {
          signal?.addEventListener("abort", () => reject(signal.reason as Error));
        }),
      ]);
    }
    const stamp = date === undefined ? new Date(exchangeTime()).toUTCString() : date(exchangeTime());
    response.headers.delete("date");
    if (stamp !== null) response.headers.set("date", stamp);
    return response;
  };
  const createClient = (more: ClientOptions = {}): AgentExchangeClient =>
    new AgentExchangeClient({
      baseUrl: exchange.connection.baseUrl,
      apiKey: account.apiKey,
      clock,
      fetch,
      rateLimit: false,
      ...options,
      ...more,
    });
  return {
    clock,
    exchange,
    apiKey: account.apiKey,
    agentId: account.agentId,
    accountKey: account.accountKey,
    fates,
    requests,
    createClient,
    client: createClient(),
    other: new AgentExchangeClient({ ...exchange.connection, clock, apiKey: account.apiKey, rateLimit: false }),
  };
}

async function loseOrder(
  it: Setup,
  fate: Setup["fates"][number],
  client = it.client,
): Promise<OrderOutcomeUnknownError> {
  it.fates.push(fate);
  const error = await failure(it.clock, client.placeMarketOrder(order));
  expect(error).toBeInstanceOf(OrderOutcomeUnknownError);
  return error as OrderOutcomeUnknownError;
}

describe("an aborted order", () => {
  test("that was sent has an unknown outcome with the signal's own reason", async () => {
    const it = await setUp();
    it.fates.push({ answersAfter: 300 });
    const caller = new AbortController();
    const reason = { why: "too slow" };
    it.clock.setTimeout(() => caller.abort(reason), 200);
    const error = await failure(it.clock, it.client.placeMarketOrder(order, { signal: caller.signal }));
    expect(error).toBeInstanceOf(OrderOutcomeUnknownError);
    expect((error as OrderOutcomeUnknownError).cause).toBe(reason);
    expect(error).toMatchObject({ code: "ORDER_OUTCOME_UNKNOWN", retryable: false, attempts: 1 });
    const found = await drive(it.clock, (error as OrderOutcomeUnknownError).reconcile());
    expect(found).toMatchObject({ status: "filled", symbol: "BTCUSDT" });
  });

  test("that was not sent rejects with the reason itself, and nothing is placed", async () => {
    const it = await setUp();
    const caller = new AbortController();
    const reason = new Error("never mind");
    caller.abort(reason);
    expect(await failure(it.clock, it.client.placeMarketOrder(order, { signal: caller.signal }))).toBe(reason);
    const observed = it.createClient({ onRequest: () => caller2.abort(reason) });
    const caller2 = new AbortController();
    expect(await failure(it.clock, observed.placeMarketOrder(order, { signal: caller2.signal }))).toBe(reason);
    expect(await drive(it.clock, it.other.listOrders())).toEqual([]);
  });

  test("still competes with equal orders: each order belongs to one call", async () => {
    const it = await setUp();
    it.fates.push({ answersAfter: 300 });
    const caller = new AbortController();
    it.clock.setTimeout(() => caller.abort(), 100);
    const aborted = (await failure(
      it.clock,
      it.client.placeMarketOrder(order, { signal: caller.signal }),
    )) as OrderOutcomeUnknownError;
    const lost = await loseOrder(it, "lost after");
    const found = await drive(it.clock, Promise.all([lost.reconcile(), aborted.reconcile()]));
    expect(new Set(found.map((each) => each?.orderId)).size).toBe(2);
    expect(found).not.toContain(null);
  });

  test("by close() has an unknown outcome, which reconcile() of the closed client finds out", async () => {
    const it = await setUp();
    it.fates.push({ answersAfter: 300 });
    const work = failure(it.clock, it.client.placeMarketOrder(order));
    it.clock.setTimeout(() => void it.client.close(), 100);
    const error = (await work) as OrderOutcomeUnknownError;
    expect(error).toBeInstanceOf(OrderOutcomeUnknownError);
    expect(error.cause).toMatchObject({ code: "CLIENT_CLOSED" });
    expect(await drive(it.clock, error.reconcile())).toMatchObject({ status: "filled" });
  });
});

describe("a response must be about the order that was sent", () => {
  const clock = virtualClock("2026-03-05T14:00:00Z");
  const place = (answer: () => Response): Promise<unknown> => {
    const server = scripted(answer, clock);
    const client = new AgentExchangeClient({ fetch: server.fetch, clock, apiKey: "ak_live_x" });
    return failure(clock, client.placeMarketOrder({ ...order, quantity: "0.02" }));
  };

  test.each([
    ["symbol", { symbol: "ETHUSDT" }],
    ["side", { side: "sell" }],
    ["type", { type: "limit" }],
    ["quantity", { requested_quantity: "0.03" }],
    ["status", { status: "rejected" }],
    ["price of a filled order", { executed_price: null }],
  ])("a different %s is an unknown outcome", async (_name, change) => {
    const body = (await answers.placed().json()) as object;
    const error = await place(() => Response.json({ ...body, ...change }, { status: 201 }));
    expect(error).toBeInstanceOf(OrderOutcomeUnknownError);
    expect((error as Error).cause).toMatchObject({ name: "ResponseError" });
  });

  test("an id that another call already has is an unknown outcome", async () => {
    const id = "9f0c6d5a-2b67-4b0b-9d55-00000000abcd";
    const server = scripted(() => answers.placed("0.02", id), clock);
    const client = new AgentExchangeClient({ fetch: server.fetch, clock, apiKey: "ak_live_x" });
    expect((await drive(clock, client.placeMarketOrder({ ...order, quantity: "0.02" }))).orderId).toBe(id);
    const second = await failure(clock, client.placeMarketOrder({ ...order, quantity: "0.02" }));
    expect(second).toBeInstanceOf(OrderOutcomeUnknownError);
  });

  test("PRICE_NOT_AVAILABLE and INVALID_TOKEN prove that nothing was executed only with their own status", async () => {
    for (const [status, code] of [
      [500, "PRICE_NOT_AVAILABLE"],
      [500, "INVALID_TOKEN"],
      [502, "RATE_LIMIT_EXCEEDED"],
      [303, "HTTP_303"],
    ] as const)
      expect(await place(() => errorResponse(status, code)), `${status} ${code}`).toBeInstanceOf(
        OrderOutcomeUnknownError,
      );
    for (const [status, code] of [
      [503, "PRICE_NOT_AVAILABLE"],
      [307, "HTTP_307"],
      [400, "INVALID_QUANTITY"],
    ] as const)
      expect(await place(() => errorResponse(status, code)), `${status} ${code}`).not.toBeInstanceOf(
        OrderOutcomeUnknownError,
      );
  });

  test("the types say which fields are always set", () => {
    const filled = (value: FilledOrder): string => value.executedPrice.plus(value.fee).plus(value.totalCost).toFixed();
    const pending = (value: PendingOrder): string => value.lockedAmount.plus(value.price).toFixed();
    const found = (value: Order): string => (value.status === "filled" ? value.executedPrice.toFixed() : "open");
    expect([filled, pending, found]).toHaveLength(3);
  });
});

describe("clocks", () => {
  const hour = 3_600_000;
  const nothing = (): null => null;
  const minute = (time: number): string => new Date(Math.floor(time / 60_000) * 60_000).toUTCString();

  test.each([
    ["behind the Date header", { ahead: -1600, date: (time: number) => new Date(time + 1600).toUTCString() }],
    ["an hour behind the Date header", { ahead: -hour, date: (time: number) => new Date(time + hour).toUTCString() }],
    ["an hour ahead of the Date header", { ahead: hour, date: (time: number) => new Date(time - hour).toUTCString() }],
    ["ten minutes off, without headers", { ahead: -600_000, date: nothing }],
    ["an hour ahead, without headers", { ahead: hour, date: nothing }],
    ["half as fast", { rate: 0.5 }],
    ["half as fast, without headers", { rate: 0.5, date: nothing }],
    ["sixty times as fast", { rate: 60 }],
    ["sixty times as fast, without headers", { rate: 60, date: nothing }],
    ["known by coarse headers", { ahead: 30_000, date: minute }],
  ] as const)("the order is found even if the exchange's clock is %s", async (_name, options) => {
    for (const wait of [0, 100, 4000, 31_000]) {
      const it = await setUp(options);
      const error = await loseOrder(it, "lost after");
      await it.clock.advance(wait);
      expect(await drive(it.clock, error.reconcile()), `after ${wait} ms`).toMatchObject({ status: "filled" });
    }
  });

  test("an order that is delayed by 8 s is found, and one that is delayed by 20 s is not", async () => {
    const it = await setUp();
    const held = await loseOrder(it, { arrivesAfter: 8000 });
    expect(await drive(it.clock, held.reconcile())).toMatchObject({ status: "filled" });
    const later = await loseOrder(it, { arrivesAfter: 20_000 });
    expect(await drive(it.clock, later.reconcile({ wait: 25_000 }))).toMatchObject({ status: "filled" });
  });

  test("null is returned after `wait`, with two requests immediately and one later", async () => {
    const it = await setUp();
    const error = await loseOrder(it, "lost before");
    it.requests.length = 0;
    const began = it.clock.elapsed();
    expect(await drive(it.clock, error.reconcile())).toBeNull();
    expect(it.clock.elapsed() - began).toBe(15_000);
    expect(it.requests).toHaveLength(2);
    const late = await loseOrder(it, "lost before");
    await it.clock.advance(30_000);
    it.requests.length = 0;
    const startedAt = it.clock.elapsed();
    expect(await drive(it.clock, late.reconcile())).toBeNull();
    expect([it.requests.length, it.clock.elapsed() - startedAt]).toEqual([1, 0]);
    const short = await loseOrder(it, "lost before");
    expect(await drive(it.clock, short.reconcile({ wait: 0 }))).toBeNull();
  });

  test("a client with a short timeout can reconcile too", async () => {
    const it = await setUp({ timeout: 50 });
    const error = await loseOrder(it, "lost before");
    expect(await drive(it.clock, error.reconcile())).toBeNull();
  });

  const unlisted: object = { patience: 1 };
  test.each([
    [{ wait: -1 }, "wait"],
    [{ wait: Infinity }, "wait"],
    [{ timeout: 0 }, "timeout"],
    [unlisted, "patience"],
  ])("%o is rejected", async (options, field) => {
    const it = await setUp();
    const error = await loseOrder(it, "lost after");
    expect(await failure(it.clock, error.reconcile(options))).toMatchObject({ name: "ValidationError", field });
  });

  test("orders that were known before sending are not candidates, regardless of the clocks", async () => {
    const it = await setUp({ date: nothing });
    await drive(it.clock, it.other.placeMarketOrder(order));
    await drive(it.clock, it.client.listOrders());
    const error = await loseOrder(it, "lost before");
    expect(await drive(it.clock, error.reconcile())).toBeNull();
  });

  test("orders that a stream reported before sending are not candidates either", async () => {
    const it = await setUp({ date: nothing });
    const client = it.createClient({ WebSocket: it.exchange.connection.WebSocket });
    const stream = client.openStream();
    const reported: string[] = [];
    stream.onOrders(({ orderId }) => void reported.push(orderId));
    await it.clock.advance(2000);
    await drive(it.clock, it.other.placeMarketOrder(order));
    await it.clock.advance(2000);
    expect(reported).toHaveLength(1);
    const error = await loseOrder(it, "lost before", client);
    expect(await drive(it.clock, error.reconcile())).toBeNull();
    await client.close();
  });

  test("two equal orders of other clients are undecided, and are candidates of the error", async () => {
    const it = await setUp();
    await drive(it.clock, it.client.getPortfolio());
    const error = await loseOrder(it, "lost after");
    await drive(it.clock, it.other.placeMarketOrder(order));
    const undecided = await failure(it.clock, error.reconcile());
    expect(undecided).toBeInstanceOf(OrderOutcomeUndecidedError);
    expect((undecided as OrderOutcomeUndecidedError).candidates).toHaveLength(2);
    expect(isAgentExchangeError(undecided)).toBe(true);
  });

  test("three lost orders of which two were executed are two orders and one null", async () => {
    const it = await setUp();
    const errors = [
      await loseOrder(it, "lost after"),
      await loseOrder(it, "lost before"),
      await loseOrder(it, { arrivesAfter: 9000 }),
    ];
    const found = await drive(it.clock, Promise.all(errors.map((error) => error.reconcile())));
    expect(found.filter((each) => each === null)).toHaveLength(1);
    expect(new Set(found.map((each) => each?.orderId)).size).toBe(3);
  });
});

describe("one agent under several names", () => {
  test("is one agent, with agentId given, omitted or found, in upper or lower case", async () => {
    const it = await setUp();
    for (const apiKey of [it.apiKey, it.accountKey]) {
      const client = it.createClient({ apiKey });
      const names = [undefined, it.agentId, it.agentId.toUpperCase(), it.agentId.replaceAll("-", "")];
      it.fates.push("lost before", "lost after", "lost after", "lost before");
      const errors: OrderOutcomeUnknownError[] = [];
      for (const agentId of names) {
        const options = agentId === undefined ? {} : { agentId };
        errors.push((await failure(it.clock, client.placeMarketOrder(order, options))) as OrderOutcomeUnknownError);
      }
      const found = await drive(it.clock, Promise.all(errors.map((error) => error.reconcile())));
      expect(found.filter((each) => each === null)).toHaveLength(2);
      expect(new Set(found.map((each) => each?.orderId)).size).toBe(3);
    }
  });

  test("an agent's key with another agentId is rejected before anything is sent, also for reads", async () => {
    const it = await setUp();
    const second = await drive(
      it.clock,
      it.createClient({ apiKey: it.accountKey }).createAgent({ displayName: "second", startingBalance: "1000" }),
    );
    const client = it.createClient();
    it.requests.length = 0;
    const options = { agentId: second.agentId };
    for (const work of [
      () => client.placeMarketOrder(order, options),
      () => client.getBalance(options),
      () => client.cancelAllOrders(options),
    ]) {
      const error = await failure(it.clock, work());
      expect(error).toBeInstanceOf(ValidationError);
      expect(error).toMatchObject({ field: "agentId", status: null });
      expect((error as Error).message).toContain(it.agentId);
    }
    expect(it.requests.toSorted()).toEqual(["GET /api/v1/account/info", "GET /api/v1/agents"]);
    // Its own id is accepted, and needs no second lookup.
    expect(await drive(it.clock, client.placeMarketOrder(order, { agentId: it.agentId }))).toMatchObject({
      side: "buy",
    });
    expect(it.requests).toHaveLength(3);
  });

  test.each(["agent-1", "", "1e45fe3c-cf0b-427f-b399", "1e45fe3c-cf0b-427f-b399-708e264e66c0 "])(
    "an agentId that is not a UUID, %o, is rejected, because the platform would ignore it",
    async (agentId) => {
      const it = await setUp();
      expect(await failure(it.clock, it.client.getBalance({ agentId }))).toMatchObject({ field: "agentId" });
      expect(() => it.createClient({ agentId })).toThrow(ValidationError);
      expect(it.requests).toEqual([]);
    },
  );

  test.each(["observed", "declared"] as const)(
    "an unknown agentId of an account's key or token: nothing is placed, and a NotFoundError says so (%s)",
    async (fidelity) => {
      const clock = virtualClock("2026-03-05T14:00:00Z");
      const exchange = createExchange({ clock, seed: 5, fidelity });
      const { accountKey: apiKey, apiSecret } = await exchange.register();
      const agentId = "00000000-0000-4000-8000-000000000000";
      for (const credentials of [{ apiKey }, { apiKey, apiSecret, token: "login" as const }]) {
        const client = new AgentExchangeClient({ ...exchange.connection, ...credentials });
        const error = await failure(clock, client.placeMarketOrder(order, { agentId }));
        expect(error).toBeInstanceOf(NotFoundError);
        expect(await drive(clock, client.listOrders({}))).toEqual([]);
      }
    },
  );

  test("createBacktest looks up the agent as orders do", async () => {
    const clock = virtualClock("2026-03-05T14:00:00Z");
    const exchange = createExchange({ clock, seed: 5, fidelity: "observed" });
    const account = await exchange.register();
    const client = new AgentExchangeClient({ ...exchange.connection, apiKey: account.accountKey });
    const plan = { startTime: "2026-03-04T14:00:00Z", endTime: "2026-03-04T15:00:00Z", startingBalance: 1000 };
    const created = await drive(clock, client.createBacktest(plan));
    expect(created.agentId).toBe(account.agentId);
  });
});

test("an order that was never sent has no unknown outcome", async () => {
  const clock = virtualClock("2026-03-05T14:00:00Z");
  const fetch = (): Promise<Response> =>
    Promise.reject(new TypeError("fetch failed", { cause: new Error("bad port") }));
  const client = new AgentExchangeClient({ baseUrl: "http://localhost:1", fetch, clock, apiKey: "ak_live_x" });
  const error = await failure(clock, client.placeMarketOrder(order));
  expect(error).toBeInstanceOf(ConnectionError);
  expect(error).not.toBeInstanceOf(OrderOutcomeUnknownError);
});

test("an unknown outcome and its record contain no secrets", async () => {
  const it = await setUp();
  const error = await loseOrder(it, "lost after");
  const text = everyPrintedForm(error) + JSON.stringify(error.record) + JSON.stringify(error);
  expect(text).not.toContain(it.apiKey);
  expect(text).not.toContain(it.apiKey.slice(8, 20));
});
