// With random clocks, faults, aborts, restarts and other clients, no order is executed twice, mistaken or denied.
import { expect, test } from "vitest";
import { AgentExchangeClient } from "../../../src/client/index.ts";
import { isAgentExchangeError } from "../../../src/errors/index.ts";
import { createExchange, type Exchange } from "../../../src/exchange/index.ts";
import {
  memoryIntents,
  OrderOutcomeUndecidedError,
  OrderOutcomeUnknownError,
  type Clock,
  type IntentStore,
  type ReconcileOptions,
} from "../../../src/transport/index.ts";
import { quickClock } from "../../support/quickClock.ts";
import { cases, runtime } from "../../support/runtime.ts";
import { brokenConnection, errorResponse } from "../../support/scripted.ts";
import { seeded } from "../../support/seeded.ts";
import { unsteadyClock, type ClockFault } from "../../support/unsteadyClock.ts";

const SCHEDULES = cases(10_000, 400);
const BATCH = 200;
const TURNS = runtime === "node" ? 2 : 3;
const HOUR = 3_600_000;
const WAIT = 15_000;
/** In this many of 100 schedules, two clients of one agent place equal orders, which cannot be told apart. */
const COMPETING = 3;

type Random = () => number;
type Fetch = (url: string, init: RequestInit) => Promise<Response>;

const pick = <T>(random: Random, items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
const between = (random: Random, least: number, most: number): number => least + random() * (most - least);
const never = <T>(): Promise<T> => new Promise(() => {});

function clockFault(random: Random): ClockFault {
  const steps = random() < 0.3 ? [[between(random, 0, 60_000), between(random, -HOUR, HOUR)] as const] : [];
  const offset = pick(random, [0, 11, -1600, 5000, between(random, -HOUR, HOUR), between(random, -HOUR, HOUR)]);
  return { offset, rate: pick(random, [1, 1, 1, 1.001, 0.999]), steps };
}

/** An order that reached the exchange. */
interface Execution {
  /** The quantity as it was written, which identifies the intent. */
  readonly intent: string;
  readonly orderId: string;
  readonly sentAt: number;
  readonly executedAt: number;
}

/** What the processes of one user did and learned. */
interface Lineage {
  readonly executions: Execution[];
  readonly intents: readonly string[];
  /** Order ids by intent; null for none. */
  readonly results: Map<string, string | null>;
  readonly undecided: Set<string>;
}

/** The connection between one process and the exchange, which ends with the process. */
function line(
  exchange: Exchange,
  clock: Clock,
  random: Random,
  lineage: Lineage,
  isAlive: () => boolean,
  date: ((time: number) => string | null) | undefined,
): Fetch {
  const passed = (ms: number): Promise<void> => new Promise((resolve) => void clock.setTimeout(resolve, ms));
  const lateness = (): number => pick(random, [0, 20, 300, between(random, 0, 5000), between(random, 0, 30_000)]);

  return async (url, init) => {
    if (!isAlive()) return never();
    const { signal, ...rest } = init;
    const isOrder = init.method === "POST" && url.endsWith("/trade/order");
    const sentAt = clock.elapsed();
    const arrive = async (): Promise<Response> => {
      const response = await exchange.fetch(url, rest);
      const text = await response.text();
      if (isOrder && response.status === 201 && response.headers.get("idempotency-replayed") !== "true") {
        const { order_id: orderId } = JSON.parse(text) as { order_id: string };
        const { quantity: intent } = JSON.parse(init.body as string) as { quantity: string };
        lineage.executions.push({ intent, orderId, sentAt, executedAt: clock.elapsed() });
      }
      const headers = new Headers(response.headers);
      const stamp = date?.(Date.parse(headers.get("date") ?? "") || 0);
      if (stamp === null) headers.delete("date");
      else if (stamp !== undefined) headers.set("date", stamp);
      return new Response(text, { status: response.status, headers });
    };
    const alive = <T>(value: T): T | Promise<T> => (isAlive() ? value : never<T>());
    const aborted = new Promise<never>((_resolve, reject) => {
      signal?.addEventListener("abort", () => reject(new DOMException("aborted", "AbortError")));
    });
    aborted.catch(() => {});
    const fate = random();
    if (fate < (isOrder ? 0.55 : 0.93)) {
      await Promise.race([passed(isOrder ? lateness() / 4 : 5), aborted]);
      const response = await arrive();
      await Promise.race([passed(isOrder && random() < 0.2 ? lateness() : 5), aborted]);
      return alive(response);
    }
    const kind = pick(random, ["lost before", "lost after", "held", "hangs after", "5xx before", "5xx after", "cut"]);
    if (kind === "held") void passed(lateness()).then(arrive);
    if (kind === "held" || kind === "lost before") {
      await passed(5);
      await alive(undefined);
      throw brokenConnection();
    }
    await passed(5);
    if (kind === "5xx before") return alive(errorResponse(502, "BAD_GATEWAY"));
    const response = await arrive();
    await passed(5);
    if (kind === "hangs after") return Promise.race([never<Response>(), aborted]);
    await alive(undefined);
    if (kind === "5xx after") return errorResponse(500, "INTERNAL_ERROR");
    if (kind === "lost after") throw brokenConnection();
    const text = await response.text();
    return new Response(text.slice(0, text.length >> 1), { status: response.status, headers: response.headers });
  };
}

/** A slow store that does nothing after its process has ended. */
function slowStore(store: IntentStore, clock: Clock, random: Random, isAlive: () => boolean): IntentStore {
  const step = async <T>(work: () => Promise<T> | T): Promise<T> => {
    if (!isAlive()) return never<T>();
    const before = random() < 0.5;
    if (before) await new Promise<void>((resolve) => void clock.setTimeout(resolve, random() * 20));
    if (!isAlive()) return never<T>();
    const result = await work();
    if (!before) await new Promise<void>((resolve) => void clock.setTimeout(resolve, random() * 20));
    return isAlive() ? result : never<T>();
  };
  return {
    put: (intent) => step(() => store.put(intent)),
    delete: (id) => step(() => store.delete(id)),
    list: () => step(() => store.list()),
  };
}

interface World {
  readonly exchange: Exchange;
  readonly clock: Clock;
  readonly seed: number;
}

async function reconcileUntilDone(
  id: string,
  ask: (options: ReconcileOptions) => Promise<{ readonly orderId: string } | null>,
  lineage: Lineage,
  clock: Clock,
  random: Random,
  isAlive: () => boolean,
): Promise<void> {
  const passed = (ms: number): Promise<void> => new Promise((resolve) => void clock.setTimeout(resolve, ms));
  if (random() < 0.5) await passed(between(random, 0, 40_000));
  for (let tries = 0; tries < 20; tries++) {
    try {
      const found = await ask({});
      if (isAlive()) lineage.results.set(id, found?.orderId ?? null);
      return;
    } catch (problem) {
      if (problem instanceof OrderOutcomeUndecidedError) {
        if (isAlive()) lineage.undecided.add(id);
        return;
      }
      if (!isAgentExchangeError(problem)) throw problem;
      await passed(1000);
    }
  }
  throw new Error("reconcile() never succeeded");
}

/** One user: places equal or different orders, may crash at any point, and restarts with the stored intents. */
async function user(
  { exchange, clock }: World,
  random: Random,
  credentials: { readonly apiKey: string; readonly agentId?: string },
  quantities: readonly string[],
): Promise<Lineage> {
  const lineage: Lineage = { executions: [], intents: quantities, results: new Map(), undecided: new Set() };
  const passed = (ms: number): Promise<void> => new Promise((resolve) => void clock.setTimeout(resolve, ms));
  const shared = memoryIntents();
  const date = pick<((time: number) => string | null) | undefined>(random, [
    undefined,
    undefined,
    () => null,
    () => null,
    (time) => new Date(Math.floor(time / 60_000) * 60_000).toUTCString(),
    (time) => new Date(time + 1600).toUTCString(),
    (time) => new Date(time - HOUR / 2).toUTCString(),
    (time) => new Date(time + HOUR / 2).toUTCString(),
  ]);
  const restarts = random() < 0.25;
  const keepsIntents = restarts || random() < 0.5;
  const idempotencyKeys = random() < 0.2;
  let living = 0;

  function start(): { readonly client: AgentExchangeClient; readonly isAlive: () => boolean } {
    const process = ++living;
    const isAlive = (): boolean => living === process;
    const own = unsteadyClock(clock, clockFault(random));
    const client = new AgentExchangeClient({
      ...credentials,
      baseUrl: exchange.connection.baseUrl,
      clock: own,
      fetch: line(exchange, clock, random, lineage, isAlive, date),
      timeout: pick(random, [1500, 5000, 30_000]),
      rateLimit: false,
      retry: { random, baseDelay: 50 },
      idempotencyKeys,
      ...(keepsIntents ? { intents: slowStore(shared, clock, random, isAlive) } : {}),
    });
    return { client, isAlive };
  }

  const first = start();
  if (random() < 0.5) await first.client.getPortfolio().catch(() => {});
  const ended = restarts ? passed(between(random, 0, 8000)) : never();
  const calls = quantities.map(async (quantity) => {
    if (random() < 0.6) await passed(between(random, 0, 4000));
    const caller = new AbortController();
    if (random() < 0.15) clock.setTimeout(() => caller.abort(), between(random, 0, 3000));
    try {
      const placed = await first.client.placeMarketOrder(
        { symbol: "BTCUSDT", side: "buy", quantity },
        { signal: caller.signal },
      );
      if (first.isAlive()) lineage.results.set(quantity, placed.orderId);
    } catch (error) {
      if (!(error instanceof OrderOutcomeUnknownError)) {
        // Any other error means that it was not executed.
        if (first.isAlive()) lineage.results.set(quantity, null);
      } else if (restarts && random() < 0.5) {
        await never(); // the process ends before it finds out
      } else {
        await reconcileUntilDone(
          quantity,
          (options) => error.reconcile(options),
          lineage,
          clock,
          random,
          first.isAlive,
        );
      }
    }
  });
  await Promise.race([Promise.all(calls), ended]);
  if (restarts) {
    living++;
    await passed(between(random, 0, 60_000));
    const { client, isAlive } = start();
    const left = await client.unresolvedOrders();
    await Promise.all(
      left.map(({ record, reconcile }) =>
        reconcileUntilDone(record.quantity, reconcile, lineage, clock, random, isAlive),
      ),
    );
  }
  return lineage;
}

interface Result {
  executed: number;
  placed: number;
  undecided: number;
}

async function schedule(state: World): Promise<Result> {
  const { exchange, seed } = state;
  const random = seeded(seed);
  const account = await exchange.register({ startingBalance: "10000000" });
  const equal = random() < 0.5;
  const quantities = Array.from({ length: pick(random, [1, 2, 2, 3]) }, (_, index) =>
    equal ? `0.011${"0".repeat(index)}` : `0.01${index}1`,
  );
  const credentials = pick<{ readonly apiKey: string; readonly agentId?: string }>(random, [
    { apiKey: account.apiKey },
    { apiKey: account.accountKey },
    { apiKey: account.accountKey, agentId: account.agentId },
    { apiKey: account.apiKey, agentId: account.agentId.toUpperCase() },
  ]);
  const hasCompetitor = seed % 100 < COMPETING;
  const users = [user(state, random, credentials, quantities)];
  const trusted = new AgentExchangeClient({ ...exchange.connection, apiKey: account.accountKey });
  if (hasCompetitor) users.push(user(state, seeded(seed + 1e6), { apiKey: account.apiKey }, ["0.0110000"]));
  const lineages = await Promise.all(users);
  await new Promise<void>((resolve) => void state.clock.setTimeout(resolve, 31_000));
  const ids = (await trusted.listOrders({ limit: 500 })).map(({ orderId }) => orderId);
  const result: Result = { executed: ids.length, placed: 0, undecided: 0 };
  for (const { executions, results, undecided, intents } of lineages) {
    const named = [...results.values()].filter((value) => value !== null);
    const own = executions.map(({ orderId }) => orderId);
    const context = `seed ${seed}: ${JSON.stringify({ executions, results: [...results], undecided: [...undecided] })}`;
    // Each at most once.
    expect(new Set(executions.map(({ intent }) => intent)).size, context).toBe(executions.length);
    expect(new Set(named).size, context).toBe(named.length);
    // Equal orders of one user are interchangeable: those executed in time must be covered by the results of the group.
    for (const group of equal ? [intents] : intents.map((intent) => [intent])) {
      const inTime = executions.filter(
        ({ intent, sentAt, executedAt }) => group.includes(intent) && executedAt - sentAt < WAIT,
      );
      const denied = group.filter((intent) => results.get(intent) === null).length;
      expect(inTime.length, context).toBeLessThanOrEqual(group.length - denied + (hasCompetitor ? 1 : 0));
    }
    // Only an equal order of a competitor can be mistaken for the user's own.
    expect(hasCompetitor ? ids : own, context).toEqual(expect.arrayContaining(named));
    result.placed += intents.length;
    result.undecided += undecided.size;
  }
  return result;
}

async function batch(first: number): Promise<Result> {
  const clock = quickClock(Date.UTC(2026, 2, 5, 14), TURNS);
  const random = seeded(first + 17);
  const fault = clockFault(random);
  const steps = random() < 0.2 ? fault.steps : [];
  const exchange = createExchange({
    clock: unsteadyClock(clock, { ...fault, steps, rate: pick(random, [1, 1, 0.5, 1.001]) }),
    seed: first + 1,
    rateLimits: false,
    fidelity: first % (2 * BATCH) === 0 ? "observed" : "declared",
  });
  const state = { over: false };
  const work = Promise.all(
    Array.from({ length: BATCH }, (_, index) => schedule({ exchange, clock, seed: first + index })),
  );
  const end = (): void => {
    state.over = true;
  };
  work.then(end, end);
  while (!state.over) await clock.advance(5000);
  clock.close();
  const total: Result = { executed: 0, placed: 0, undecided: 0 };
  for (const { executed, placed, undecided } of await work) {
    total.executed += executed;
    total.placed += placed;
    total.undecided += undecided;
  }
  return total;
}

test(`${SCHEDULES} schedules of clocks, faults, aborts and restarts`, { timeout: 600_000 }, async () => {
  const total: Result = { executed: 0, placed: 0, undecided: 0 };
  for (let first = 0; first < SCHEDULES; first += BATCH) {
    const { executed, placed, undecided } = await batch(first);
    total.executed += executed;
    total.placed += placed;
    total.undecided += undecided;
  }
  expect(total.executed).toBeGreaterThan(SCHEDULES);
  expect(total.undecided, JSON.stringify(total)).toBeLessThan(total.placed / 100);
});
