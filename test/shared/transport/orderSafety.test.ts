// With random faults, no call places two orders, and the outcome of each can be found out.
import { expect, test } from "vitest";
import { AgentExchangeClient } from "../../../src/client/index.ts";
import type { Order, PlacedOrder } from "../../../src/endpoints/index.ts";
import { isAgentExchangeError } from "../../../src/errors/index.ts";
import { OrderOutcomeUnknownError, type ClientOptions, type Clock } from "../../../src/transport/index.ts";
import { createExchange, type Exchange } from "../../../src/exchange/index.ts";
import { faults, faultyFetch, type Fault } from "../../support/faultyFetch.ts";
import { quickClock } from "../../support/quickClock.ts";
import { cases, runtime } from "../../support/runtime.ts";
import { seeded } from "../../support/seeded.ts";

const SCHEDULES = cases(10_000, 500);
/** Number of schedules that share an exchange and a clock, each with its own account. */
const BATCH = 250;
/** Event loop turns between two timers, for reading bodies. */
const TURNS = runtime === "node" ? 2 : 3;
const TIMEOUT = 1500;

type Random = () => number;

/** The final result of one call. */
interface Outcome {
  readonly quantity: string;
  readonly aborted: boolean;
  /** The order id that the call or its `reconcile()` returned; null if there certainly is none. */
  readonly orderId: string | null;
  readonly error: unknown;
}

const passed = (clock: Clock, ms: number): Promise<void> =>
  new Promise((resolve) => void clock.setTimeout(resolve, ms));
const pick = <T>(random: Random, items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;

/** Chooses faults: for most orders, and for some of the reads that look for them. */
function faultOf(random: Random, token: boolean, path: string): Fault {
  if (random() < (path.endsWith("/trade/order") ? 0.3 : 0.75)) return "none";
  const fault = pick(random, faults);
  return fault === "401 INVALID_TOKEN" && !token ? "none" : fault;
}

/** Calls reconcile(), immediately or later, until it succeeds; sometimes several times. */
async function reconcileUntilDone(lost: OrderOutcomeUnknownError, clock: Clock, random: Random): Promise<Order | null> {
  const ask = (): Promise<Order | null> => lost.reconcile({ timeout: 20_000 });
  if (random() < 0.8) await passed(clock, random() * 8000);
  const askers = random() < 0.1 ? 2 : 1;
  for (let tries = 0; tries < 20; tries++) {
    try {
      const [found = null, ...others] = await Promise.all(Array.from({ length: askers }, ask));
      if (random() < 0.2) others.push(await ask());
      for (const other of others) expect(other?.orderId).toBe(found?.orderId);
      return found;
    } catch (problem) {
      if (!isAgentExchangeError(problem)) throw problem;
      const { retryAfter = 1 } = problem as { readonly retryAfter?: number };
      await passed(clock, retryAfter * 1000);
    }
  }
  throw new Error("reconcile() never succeeded", { cause: lost });
}

async function place(client: AgentExchangeClient, clock: Clock, random: Random, quantity: string): Promise<Outcome> {
  const symbol = "BTCUSDT";
  const caller = new AbortController();
  const reason = new Error("the caller's own");
  if (random() < 0.1) clock.setTimeout(() => caller.abort(reason), random() * 2000);
  if (random() < 0.5) await passed(clock, random() * 3000);
  if (caller.signal.aborted) return { quantity, aborted: true, orderId: null, error: reason };
  const options = { signal: caller.signal };
  const kind = quantity.endsWith("5") ? "limit" : "market";
  let placed: PlacedOrder;
  try {
    placed = await (kind === "market"
      ? client.placeMarketOrder({ symbol, side: "buy", quantity }, options)
      : client.placeLimitOrder({ symbol, side: "buy", quantity, price: "40000" }, options));
  } catch (error) {
    if (error === reason) return { quantity, aborted: true, orderId: null, error };
    if (!(error instanceof OrderOutcomeUnknownError)) {
      expect(isAgentExchangeError(error), String(error)).toBe(true);
      return { quantity, aborted: false, orderId: null, error };
    }
    const found = await reconcileUntilDone(error, clock, random);
    return { quantity, aborted: false, orderId: found?.orderId ?? null, error };
  }
  return { quantity, aborted: false, orderId: placed.orderId, error: undefined };
}

/** Runs one schedule; returns the number of executed orders. */
async function schedule(exchange: Exchange, clock: Clock, seed: number): Promise<number> {
  const random = seeded(seed);
  const account = await exchange.register({ startingBalance: "10000000" });
  const credentials = pick<ClientOptions>(random, [
    { apiKey: account.apiKey },
    { apiKey: account.apiKey },
    { apiKey: account.accountKey },
    { apiKey: account.accountKey, agentId: account.agentId },
    { apiKey: account.accountKey, apiSecret: account.apiSecret, token: "login" },
  ]);
  const platform = (url: string, init: RequestInit): Promise<Response> =>
    // Logins are limited per address.
    exchange.fetch(url, { ...init, headers: { ...(init.headers as object), "x-forwarded-for": `seed ${seed}` } });
  const way = faultyFetch(platform, clock, random, (_method, path) =>
    faultOf(random, credentials.token !== undefined, path),
  );
  const client = new AgentExchangeClient({
    ...credentials,
    baseUrl: exchange.connection.baseUrl,
    clock,
    fetch: way,
    timeout: TIMEOUT,
    retry: { random, baseDelay: 50 },
  });
  const calls = pick(random, [1, 1, 2, 2, 3]);
  const identical = random() < 0.4;
  const quantities = Array.from({ length: calls }, (_, index) =>
    identical ? "0.011" : `0.01${index + 1}${index % 2 === 1 ? "5" : ""}`,
  );
  const outcomes = await Promise.all(quantities.map((quantity) => place(client, clock, random, quantity)));
  await client.close();
  // Delayed requests have arrived by now.
  await passed(clock, 6000);
  const trusted = new AgentExchangeClient({ ...exchange.connection, apiKey: account.apiKey });
  const executed = await trusted.listOrders({ limit: 500 });
  for (const quantity of new Set(quantities)) {
    const mine = outcomes.filter((outcome) => outcome.quantity === quantity);
    const orders = executed.filter((order) => order.quantity.eq(quantity)).map(({ orderId }) => orderId);
    const named = mine.flatMap(({ orderId }) => (orderId === null ? [] : [orderId]));
    const aborted = mine.filter((outcome) => outcome.aborted).length;
    const context = `seed ${seed}: ${mine.length} calls of ${quantity}, orders ${orders.join()}, returned ${named.join()}`;
    expect(orders.length, context).toBeLessThanOrEqual(mine.length);
    expect(new Set(named).size, context).toBe(named.length);
    expect(orders, context).toEqual(expect.arrayContaining(named));
    // An aborted call never reconciles; all other orders are accounted for.
    expect(orders.length - named.length, context).toBeLessThanOrEqual(aborted);
  }
  expect(executed.length).toBeLessThanOrEqual(calls);
  return executed.length;
}

async function batch(first: number): Promise<number> {
  const clock = quickClock(Date.UTC(2026, 2, 5, 14), TURNS);
  const exchange = createExchange({
    clock,
    seed: first + 1,
    trustProxy: true,
    fidelity: first % 500 === 0 ? "observed" : "declared",
  });
  const state = { over: false };
  const work = Promise.all(Array.from({ length: BATCH }, (_, index) => schedule(exchange, clock, first + index)));
  const end = (): void => {
    state.over = true;
  };
  work.then(end, end);
  while (!state.over) await clock.advance(5000);
  clock.close();
  return (await work).reduce((sum, count) => sum + count, 0);
}

test(`${SCHEDULES} schedules of faults`, { timeout: 120_000 }, async () => {
  let executed = 0;
  for (let first = 0; first < SCHEDULES; first += BATCH) executed += await batch(first);
  // Most orders succeed eventually; otherwise the schedules would test nothing.
  expect(executed).toBeGreaterThan(SCHEDULES);
});
