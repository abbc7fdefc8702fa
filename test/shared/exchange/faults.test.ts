import { expect, test } from "vitest";
import { AgentExchangeClient, OrderOutcomeUnknownError } from "../../../src/index.ts";
import {
  createExchange,
  manualMarket,
  randomWalkMarket,
  seededFaults,
  virtualClock,
  type Exchange,
  type FaultChooser,
  type FaultKind,
  type Faults,
  type VirtualClock,
} from "../../../src/exchange/index.ts";
import { drive } from "../../support/drive.ts";
import { open, START, trader, type Trader } from "./trader.ts";

const market = manualMarket({ BTCUSDT: { price: "50000", volume: "18000" } });
const BUY = { symbol: "BTCUSDT", side: "buy", type: "market", quantity: "0.01" };

/** Injects the fault into orders only; other requests show whether they were executed. */
const onOrders =
  (fault: ReturnType<FaultChooser>): Faults =>
  ({ method }) =>
    method === "POST" ? fault : undefined;

async function setUp(faults: Faults): Promise<{ exchange: Exchange; clock: VirtualClock; bot: Trader }> {
  const clock = virtualClock(START);
  const exchange = open({ market, clock, faults });
  return { exchange, clock, bot: await trader(exchange) };
}

async function countOrders(bot: Trader): Promise<number> {
  const { json } = await bot.get("/trade/orders");
  return (json as { readonly orders: readonly unknown[] }).orders.length;
}

const order = (exchange: Exchange, { apiKey }: Trader, signal?: AbortSignal): Promise<Response> =>
  exchange.fetch("http://exchange.test/api/v1/trade/order", {
    method: "POST",
    headers: { "content-type": "application/json", "x-api-key": apiKey },
    body: JSON.stringify(BUY),
    ...(signal === undefined ? {} : { signal }),
  });

const failureOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

const injectedFaults = (exchange: Exchange): readonly unknown[] =>
  [...exchange.journal].filter(({ kind }) => kind === "fault");

test.for([
  ["refuse", 0, "ECONNREFUSED"],
  ["reset-before", 0, "ECONNRESET"],
  ["reset-after", 1, "ECONNRESET"],
] as const)("%s: fetch rejects, %i orders are there", async ([kind, orders, code]) => {
  const { exchange, bot } = await setUp(onOrders(kind));
  await expect(order(exchange, bot)).rejects.toMatchObject({ name: "TypeError", cause: { code } });
  expect(await countOrders(bot)).toBe(orders);
  expect(injectedFaults(exchange)).toMatchObject([
    { fault: kind, method: "POST", path: "/api/v1/trade/order", index: 0, executed: orders === 1 },
  ]);
});

test.for([
  ["dropped-before", 0],
  ["dropped-after", 1],
] as const)("%s: silence until the abort, %i orders are there", async ([kind, orders]) => {
  const { exchange, clock, bot } = await setUp(onOrders(kind));
  const abort = new AbortController();
  let settled = false;
  const answer = order(exchange, bot, abort.signal);
  const end = answer.then(
    () => void (settled = true),
    () => void (settled = true),
  );
  await clock.advance(86_400_000);
  expect(settled).toBe(false);
  expect(clock.pending).toBe(0);
  const reason = new Error("enough");
  abort.abort(reason);
  await end;
  await expect(answer).rejects.toBe(reason);
  expect(await countOrders(bot)).toBe(orders);
});

test.for([
  ["5xx-before", 500, 0, '"code":"INTERNAL_ERROR"'],
  ["5xx-before", 503, 0, "<title>503 "],
  ["5xx-after", 502, 1, "<title>502 "],
  ["5xx-after", 504, 1, "<title>504 "],
] as const)("%s with %i: %i orders are there", async ([kind, status, orders, says]) => {
  const { exchange, bot } = await setUp(onOrders({ kind, status }));
  const answer = await order(exchange, bot);
  expect(answer.status).toBe(status);
  expect(await answer.text()).toContain(says);
  expect(await countOrders(bot)).toBe(orders);
});

test("429 says when to retry, in header and body, and executes nothing", async () => {
  const { exchange, bot } = await setUp(onOrders({ kind: "429", retryAfter: 7 }));
  const answer = await order(exchange, bot);
  expect(answer.status).toBe(429);
  expect(answer.headers.get("retry-after")).toBe("7");
  expect(await answer.json()).toMatchObject({
    error: { code: "RATE_LIMIT_EXCEEDED", details: { retry_after_seconds: 7, window_seconds: 60 } },
  });
  expect(await countOrders(bot)).toBe(0);
});

test("a delay passes on the exchange's clock; the order is executed on arrival", async () => {
  const { exchange, clock, bot } = await setUp(onOrders({ kind: "delay", delay: 4000 }));
  const answer = order(exchange, bot);
  await clock.advance(3999);
  expect(clock.pending).toBe(1);
  expect(await countOrders(bot)).toBe(1);
  await clock.advance(1);
  expect((await answer).status).toBe(201);
  expect(clock.pending).toBe(0);
});

test("truncated and non-JSON bodies keep the response's status, and the order exists", async () => {
  const faults: Faults = ({ index }) => (["truncated-body", "non-json-body"] as const)[index];
  const { exchange, bot } = await setUp(faults);
  const cut = await order(exchange, bot);
  expect(cut.status).toBe(201);
  const text = await cut.text();
  expect(text).toMatch(/^\{"order_id":"/);
  expect(() => JSON.parse(text) as unknown).toThrow(SyntaxError);
  const page = await order(exchange, bot);
  expect([page.status, page.headers.get("content-type")]).toEqual([201, "text/html"]);
  expect(await page.text()).toMatch(/^<html>/);
  expect(await countOrders(bot)).toBe(2);
});

test("a broken body fails after its first chunk", async () => {
  const { exchange, bot } = await setUp(onOrders("broken-body"));
  const reader = (await order(exchange, bot)).body?.getReader();
  expect(new TextDecoder().decode((await reader?.read())?.value)).toMatch(/^\{"order_id":"/);
  await expect(reader?.read()).rejects.toBeInstanceOf(TypeError);
});

test("a hung body ends with the abort's reason, when it is cancelled, or when the exchange closes", async () => {
  const { exchange, clock, bot } = await setUp(onOrders("hung-body"));
  const abort = new AbortController();
  // Readers get the reason in every runtime; Chromium's text() rejects with "Failed to fetch" for any reason.
  const reader = (await order(exchange, bot, abort.signal)).body?.getReader();
  expect((await reader?.read())?.value?.length).toBeGreaterThan(0);
  const outcome = failureOf(Promise.resolve(reader?.read()));
  await clock.advance(60_000);
  abort.abort(new Error("enough"));
  expect(await outcome).toMatchObject({ message: "enough" });

  const cancelled = (await order(exchange, bot)).body;
  await cancelled?.cancel();

  const last = (await order(exchange, bot)).body?.getReader();
  await last?.read();
  const closing = failureOf(Promise.resolve(last?.read()));
  await clock.advance(0);
  exchange.close();
  expect(String(await closing)).toMatch("closed");
  expect(clock.pending).toBe(0);
});

test("a dropped request ends when the exchange closes", async () => {
  const { exchange, clock, bot } = await setUp(onOrders("dropped-before"));
  const answer = failureOf(order(exchange, bot));
  await clock.advance(10);
  exchange.close();
  expect(String(await answer)).toMatch("closed");
});

test("a list of faults applies to one request each; later requests succeed", async () => {
  const { exchange, bot } = await setUp(["reset-before", undefined, { kind: "5xx-before", status: 503 }]);
  const outcomes: unknown[] = [];
  for (let request = 0; request < 5; request++)
    outcomes.push(
      await bot.get("/account/balance").then(
        ({ status }) => status,
        () => "lost",
      ),
    );
  expect(outcomes).toEqual(["lost", 200, 503, 200, 200]);
  expect(injectedFaults(exchange)).toMatchObject([{ index: 0 }, { index: 2 }]);
});

test("responses do not reveal a fault", async () => {
  const faulty = await setUp(onOrders({ kind: "delay", delay: 0 }));
  const sound = await setUp([]);
  const delayed = await drive(faulty.clock, order(faulty.exchange, faulty.bot));
  const prompt = await order(sound.exchange, sound.bot);
  expect([...delayed.headers]).toEqual([...prompt.headers]);
  expect(await delayed.text()).toBe(await prompt.text());
});

const RATES = {
  refuse: 0.05,
  delay: 0.1,
  "reset-before": 0.05,
  "reset-after": 0.1,
  "5xx-before": 0.05,
  "5xx-after": 0.1,
  "429": 0.05,
  "truncated-body": 0.05,
  "non-json-body": 0.05,
} satisfies Partial<Record<FaultKind, number>>;

async function faultsOf(seed: number, requests: number): Promise<readonly string[]> {
  const { exchange, clock, bot } = await setUp(seededFaults({ seed, rates: RATES }));
  for (let request = 0; request < requests; request++)
    await drive(
      clock,
      bot.get("/account/balance").catch(() => undefined),
    );
  return [...exchange.journal].flatMap((entry) => (entry.kind === "fault" ? [`${entry.index} ${entry.fault}`] : []));
}

test("seeded faults are the same in every run and runtime, differ by seed, and match the given rates", async () => {
  const faults = await faultsOf(7, 300);
  expect(await faultsOf(7, 300)).toEqual(faults);
  expect(faults.slice(0, 6)).toEqual([
    "0 reset-after",
    "2 5xx-before",
    "3 reset-before",
    "4 reset-after",
    "6 refuse",
    "11 429",
  ]);
  expect(await faultsOf(8, 300)).not.toEqual(faults);
  expect(Math.abs(faults.length / 300 - 0.6)).toBeLessThan(0.1);
  expect(new Set(faults.map((fault) => fault.split(" ")[1])).size).toBe(Object.keys(RATES).length);
});

test("faults change neither prices nor ids", async () => {
  const ids = async (faults: Faults | undefined): Promise<unknown> => {
    const clock = virtualClock(START);
    const exchange = createExchange({
      clock,
      market: randomWalkMarket({ seed: 5 }),
      seed: 5,
      faults,
      rateLimits: false,
    });
    const bot = await trader(exchange);
    for (let request = 0; request < 20; request++)
      await drive(
        clock,
        bot.order(BUY).catch(() => undefined),
      );
    return [...exchange.journal].flatMap((entry) => (entry.kind === "fill" ? [entry] : [])).slice(0, 3);
  };
  // Delays change the time and with it the prices, so only faults without a delay are comparable.
  const rates = { "reset-after": 0.5, "truncated-body": 0.3 };
  expect(await ids(seededFaults({ seed: 3, rates }))).toEqual(await ids(undefined));
});

test.for([
  [{ "reset-after": 1.1 }, "must be from 0 to 1"],
  [{ "reset-after": Number.NaN }, "must be from 0 to 1"],
  [{ delay: 0.6, refuse: 0.6 }, "must add up to at most 1, received 1.2"],
  [{ fire: 0.1 } as Readonly<Partial<Record<FaultKind, number>>>, 'unknown fault "fire"'],
] as const)("invalid rates are rejected: %o", ([rates, message]) => {
  expect(() => seededFaults({ rates })).toThrow(message);
});

test("the client neither duplicates nor loses an order under random faults", async () => {
  const clock = virtualClock(START);
  // Reconciling needs responses, so only orders get faults.
  const plan = seededFaults({
    seed: 11,
    rates: { ...RATES, "hung-body": 0.05, "dropped-after": 0.05, "broken-body": 0.05 },
  });
  const faults: FaultChooser = (request) => (request.method === "POST" ? plan(request) : undefined);
  const exchange = createExchange({ clock, market, faults, rateLimits: false });
  const { apiKey } = await exchange.register({ displayName: "bot", startingBalance: "1000000" });
  const client = new AgentExchangeClient({ ...exchange.connection, apiKey, timeout: 10_000, rateLimit: false });
  let bought = 0;
  for (let round = 1; round <= 40; round++) {
    const quantity = `0.00${100 + round}`;
    try {
      await drive(clock, client.placeMarketOrder({ symbol: "BTCUSDT", side: "buy", quantity }));
      bought++;
    } catch (error) {
      if (!(error instanceof OrderOutcomeUnknownError)) continue;
      if ((await drive(clock, error.reconcile())) !== null) bought++;
    }
  }
  await client.close();
  const entries = [...exchange.journal];
  const fills = entries.flatMap((entry) => (entry.kind === "fill" ? [entry.quantity] : []));
  expect(new Set(fills).size).toBe(fills.length);
  expect(fills).toHaveLength(bought);
  expect(bought).toBeGreaterThan(20);
  expect(entries.filter(({ kind }) => kind === "fault").length).toBeGreaterThan(20);
});
