// reconcile(): finds an order whose response was lost by its match key, and returns it to one call only.
import { describe, expect, test } from "vitest";
import { AgentExchangeClient } from "../../../src/client/index.ts";
import { ClientClosedError, ConnectionError, TimeoutError } from "../../../src/errors/index.ts";
import { createExchange, virtualClock, type Exchange, type VirtualClock } from "../../../src/exchange/index.ts";
import { OrderOutcomeUnknownError, type ClientOptions, type Clock } from "../../../src/transport/index.ts";
import { drive, failure } from "../../support/drive.ts";
import { brokenConnection } from "../../support/scripted.ts";

/** A number: the connection breaks, and the order is executed after that many milliseconds. */
type Fate = number | "done" | "lost before" | "lost after" | "broken" | "answers late";

interface Setup {
  readonly clock: VirtualClock;
  readonly exchange: Exchange;
  readonly client: AgentExchangeClient;
  /** A client of the same agent without faults. */
  readonly other: AgentExchangeClient;
  /** The fates of the next orders; further ones are answered normally. */
  readonly fates: Fate[];
  /** Method and path of each read. */
  readonly requests: string[];
  readonly reads: Fate[];
}

async function setUp(options: ClientOptions & { readonly skew?: number } = {}): Promise<Setup> {
  const { skew = 0, ...rest } = options;
  const clock = virtualClock("2026-03-05T14:00:00Z");
  const exchange = createExchange({ clock, seed: 11, rateLimits: false, fidelity: "observed" });
  const { apiKey } = await exchange.register({ startingBalance: "1000000000" });
  const fates: Fate[] = [];
  const reads: Fate[] = [];
  const requests: string[] = [];
  const local: Clock = { ...clock, now: () => clock.now() + skew };
  const fetch = async (url: string, init: RequestInit): Promise<Response> => {
    requests.push(`${init.method} ${url.replace(exchange.connection.baseUrl, "")}`);
    const fate = (init.method === "POST" ? fates : reads).shift() ?? "done";
    if (typeof fate === "number") {
      const { signal: _gone, ...late } = init;
      clock.setTimeout(() => void exchange.fetch(url, late), fate);
    }
    if (typeof fate === "number" || fate === "lost before" || fate === "broken") throw brokenConnection();
    const response = await exchange.fetch(url, init);
    if (fate === "lost after") throw brokenConnection();
    if (fate === "answers late") await new Promise<void>((resolve) => void clock.setTimeout(resolve, 3000));
    // Servers send it; the embedded exchange does not.
    response.headers.set("date", new Date(Math.floor(clock.now() / 1000) * 1000).toUTCString());
    return response;
  };
  const shared = { baseUrl: exchange.connection.baseUrl, apiKey };
  return {
    clock,
    exchange,
    fates,
    reads,
    requests,
    client: new AgentExchangeClient({ ...shared, clock: local, fetch, rateLimit: false, ...rest }),
    other: new AgentExchangeClient({ ...exchange.connection, apiKey, rateLimit: false }),
  };
}

const order = { symbol: "BTCUSDT", side: "buy", quantity: "0.01" } as const;

async function lose({ client, clock, fates }: Setup, fate: Fate, wanted = order): Promise<OrderOutcomeUnknownError> {
  fates.push(fate);
  const error = await failure(clock, client.placeMarketOrder(wanted));
  expect(error).toBeInstanceOf(OrderOutcomeUnknownError);
  return error as OrderOutcomeUnknownError;
}

/** Places orders of another client with the same key, as fast as the rate limit allows. */
async function others({ clock, other }: Setup, count: number): Promise<void> {
  for (let index = 0; index < count; index++) {
    if (index % 80 === 79) await clock.advance(60_000);
    await other.placeMarketOrder({ ...order, quantity: "0.0001" });
  }
}

describe("reconcile()", () => {
  test("finds an executed order, also when called again", async () => {
    const it = await setUp();
    const error = await lose(it, "lost after");
    const [truth] = await drive(it.clock, it.other.listOrders());
    for (let time = 0; time < 3; time++)
      expect((await drive(it.clock, error.reconcile()))?.orderId).toBe(truth?.orderId);
  });

  test("returns null for an order that was not executed, once it can no longer arrive, also when called again", async () => {
    const it = await setUp();
    const error = await lose(it, "lost before");
    const began = it.clock.elapsed();
    expect(await drive(it.clock, error.reconcile())).toBeNull();
    expect(it.clock.elapsed() - began).toBeGreaterThanOrEqual(5000);
    // An equal order that is placed later is not this one.
    await drive(it.clock, it.other.placeMarketOrder(order));
    expect(await drive(it.clock, error.reconcile())).toBeNull();
  });

  test("the wait counts from sending: a late call reads one list", async () => {
    const it = await setUp();
    const error = await lose(it, "lost before");
    await it.clock.advance(60_000);
    it.requests.length = 0;
    expect(await drive(it.clock, error.reconcile())).toBeNull();
    expect(it.requests).toEqual(["GET /api/v1/trade/orders?symbol=BTCUSDT&limit=100&offset=0"]);
  });

  test.each([
    ["another quantity", { ...order, quantity: "0.0100001" }],
    ["another side", { ...order, side: "sell" }],
    ["another pair", { ...order, symbol: "ETHUSDT" }],
  ] as const)("does not take an order of %s", async (_name, different) => {
    const it = await setUp();
    await drive(it.clock, it.other.placeMarketOrder({ ...order, quantity: 1 }));
    const error = await lose(it, "lost before");
    await drive(it.clock, it.other.placeMarketOrder(different));
    expect(await drive(it.clock, error.reconcile())).toBeNull();
  });

  test("does not take an order of another type or price", async () => {
    const it = await setUp();
    it.fates.push("lost before");
    const error = (await failure(
      it.clock,
      it.client.placeLimitOrder({ ...order, price: "40000" }),
    )) as OrderOutcomeUnknownError;
    await drive(it.clock, it.other.placeLimitOrder({ ...order, price: "40000.1" }));
    await drive(it.clock, it.other.placeTakeProfit({ ...order, triggerPrice: "40000" }));
    expect(await drive(it.clock, error.reconcile())).toBeNull();
  });

  test.each([
    ["0.0100", "btcusdt"],
    ["1e-2", "BTCUSDT"],
  ])("recognizes an order of %s %s", async (quantity, symbol) => {
    const it = await setUp();
    const error = await lose(it, "lost after", { ...order, quantity, symbol } as unknown as typeof order);
    expect(await drive(it.clock, error.reconcile())).toMatchObject({ symbol: "BTCUSDT", status: "filled" });
  });

  test("does not take equal orders of earlier days", async () => {
    const it = await setUp();
    for (let day = 0; day < 3; day++) {
      await drive(it.clock, it.client.placeMarketOrder(order));
      await drive(it.clock, it.other.placeMarketOrder(order));
      await it.clock.advance(86_400_000);
    }
    const error = await lose(it, "lost before");
    expect(await drive(it.clock, error.reconcile())).toBeNull();
    const executed = await lose(it, "lost after");
    const found = await drive(it.clock, executed.reconcile());
    expect(found?.createdAt.toISOString().slice(0, 10)).toBe("2026-03-08");
  });

  test("finds the order behind hundreds of others", async () => {
    const it = await setUp();
    const error = await lose(it, "lost after");
    await others(it, 250);
    it.requests.length = 0;
    expect(await drive(it.clock, error.reconcile())).not.toBeNull();
    expect(it.requests.map((path) => path.split("&")[2])).toEqual(["offset=0", "offset=100", "offset=200"]);
  });

  test("reads no more pages than necessary", async () => {
    const it = await setUp();
    await others(it, 250);
    await it.clock.advance(3_600_000);
    const error = await lose(it, "lost after");
    it.requests.length = 0;
    await drive(it.clock, error.reconcile());
    expect(it.requests).toHaveLength(1);
  });

  test.each([-86_400_000, -600_000, -90_000, 90_000, 600_000, 86_400_000])(
    "is not misled by a clock that is %i ms off",
    async (skew) => {
      for (const when of [0, 20_000]) {
        const it = await setUp({ skew });
        await drive(it.clock, it.other.placeMarketOrder(order));
        await it.clock.advance(300_000);
        const executed = await lose(it, "lost after");
        await it.clock.advance(when);
        const found = await drive(it.clock, executed.reconcile());
        expect(found?.createdAt.toISOString()).toBe("2026-03-05T14:05:00.000Z");
        const absent = await lose(it, "lost before");
        await it.clock.advance(when);
        expect(await drive(it.clock, absent.reconcile())).toBeNull();
      }
    },
  );

  test("can be called again after a failure", async () => {
    const it = await setUp();
    const error = await lose(it, "lost after");
    it.reads.push("broken", "broken", "broken");
    expect(await failure(it.clock, error.reconcile())).toBeInstanceOf(ConnectionError);
    expect(await drive(it.clock, error.reconcile())).not.toBeNull();
  });

  test("ends at its timeout and at the caller's abort", async () => {
    const it = await setUp();
    const error = await lose(it, "lost before");
    const late = await failure(it.clock, error.reconcile({ timeout: 1500 }));
    expect(late).toBeInstanceOf(TimeoutError);
    expect((late as Error).message).toContain("reconcile timed out after 1500 ms");
    const caller = new AbortController();
    const work = error.reconcile({ signal: caller.signal });
    work.catch(() => {});
    await it.clock.advance(100);
    caller.abort("enough");
    await expect(work).rejects.toBe("enough");
    await it.clock.advance(0);
    expect(it.clock.pending).toBe(0);
    expect(await drive(it.clock, error.reconcile())).toBeNull();
  });

  test("works after close(), with and without an order", async () => {
    const it = await setUp();
    const placed = await lose(it, "lost after");
    const absent = await lose(it, "lost before", { ...order, quantity: "0.02" } as unknown as typeof order);
    await it.client.close();
    expect(await drive(it.clock, placed.reconcile())).toMatchObject({ status: "filled" });
    expect(await drive(it.clock, absent.reconcile())).toBeNull();
    expect(await failure(it.clock, it.client.getBalance())).toBeInstanceOf(ClientClosedError);
  });
});

describe("equal orders", () => {
  test("are claimed by one call each", async () => {
    const it = await setUp();
    it.fates.push("lost after", "lost before", "lost after", "lost after");
    const errors = (await drive(
      it.clock,
      Promise.all(Array.from({ length: 4 }, () => it.client.placeMarketOrder(order).catch((error: unknown) => error))),
    )) as OrderOutcomeUnknownError[];
    const found = await drive(it.clock, Promise.all(errors.map((error) => error.reconcile())));
    const ids = found.flatMap((one) => (one === null ? [] : [one.orderId]));
    expect(ids).toHaveLength(3);
    expect(new Set(ids)).toEqual(new Set((await drive(it.clock, it.other.listOrders())).map(({ orderId }) => orderId)));
  });

  test("an order whose call succeeded is not claimed by another call", async () => {
    const it = await setUp();
    it.fates.push("done", "lost before", "done");
    const results = await drive(it.clock, Promise.allSettled([0, 1, 2].map(() => it.client.placeMarketOrder(order))));
    const error = (results[1] as PromiseRejectedResult).reason as OrderOutcomeUnknownError;
    expect(await drive(it.clock, error.reconcile())).toBeNull();
  });

  test("an order that is placed during a search is not mistaken for the other one", async () => {
    let begin = (): void => {};
    const it = await setUp({ onRequest: ({ method }) => void (method === "GET" && begin()) });
    const error = await lose(it, "lost before");
    await it.clock.advance(10_000);
    const placed = new Promise((resolve) => {
      begin = () => {
        begin = () => {};
        // Executed before the list is read, and answered afterwards.
        it.fates.push("answers late");
        resolve(it.client.placeMarketOrder(order));
      };
    });
    expect(await drive(it.clock, error.reconcile())).toBeNull();
    expect(await placed).toMatchObject({ status: "filled" });
  });

  test("an order that existed before a call was sent belongs to an earlier call", async () => {
    const it = await setUp();
    const earlier = await lose(it, "lost after");
    await it.clock.advance(60_000);
    const later = await lose(it, "lost before");
    expect(await drive(it.clock, later.reconcile())).toBeNull();
    expect(await drive(it.clock, earlier.reconcile())).not.toBeNull();
  });

  test("none of them is absent while another can still arrive", async () => {
    const it = await setUp();
    const first = await lose(it, 3600);
    await it.clock.advance(2500);
    const second = await lose(it, 4000);
    await it.clock.advance(2600);
    // The first call's order is listed, but it may also be the second call's.
    const [one, two] = await drive(it.clock, Promise.all([first.reconcile(), second.reconcile()]));
    expect(new Set([one?.orderId, two?.orderId]).size).toBe(2);
    expect([one, two]).not.toContain(null);
  });

  test("of two agents are kept apart", async () => {
    const clock = virtualClock("2026-03-05T14:00:00Z");
    const exchange = createExchange({ clock, seed: 11, rateLimits: false });
    const account = await exchange.register({ startingBalance: "1000000" });
    let lost = false;
    const client = new AgentExchangeClient({
      ...exchange.connection,
      apiKey: account.accountKey,
      rateLimit: false,
      fetch: async (url, init) => {
        const response = await exchange.fetch(url, init);
        if (lost && init.method === "POST") throw brokenConnection();
        return response;
      },
    });
    const second = await drive(clock, client.createAgent({ displayName: "second", startingBalance: "1000000" }));
    lost = true;
    const errors = (await drive(
      clock,
      Promise.all(
        [account.agentId, second.agentId].map((agentId) =>
          client.placeMarketOrder(order, { agentId }).catch((error: unknown) => error),
        ),
      ),
    )) as OrderOutcomeUnknownError[];
    // One after the other: neither waits for the other.
    const first = await drive(clock, (errors[0] as OrderOutcomeUnknownError).reconcile());
    const other = await drive(clock, (errors[1] as OrderOutcomeUnknownError).reconcile());
    expect([first, other]).not.toContain(null);
    expect(first?.orderId).not.toBe(other?.orderId);
  });
});
