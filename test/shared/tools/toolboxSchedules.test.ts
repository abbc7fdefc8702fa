// With concurrent calls, crashes at each step, lost answers, replays, unsteady clocks and two processes on one journal, no
// limit is exceeded, no call has two effects, and no executed order is missing from the journal.
import { expect, test } from "vitest";
import { AgentExchangeClient } from "../../../src/client/index.ts";
import type { Order } from "../../../src/endpoints/index.ts";
import { createExchange, manualMarket, type Exchange } from "../../../src/exchange/index.ts";
import { createToolbox } from "../../../src/tools/toolbox/createToolbox.ts";
import { memoryJournal } from "../../../src/tools/journal/memoryJournal.ts";
import { verifyJournal } from "../../../src/tools/journal/verifyJournal.ts";
import type { JournalEntry, JournalStore, Mandate, Toolbox, ToolResult } from "../../../src/tools/index.ts";
import type { Clock } from "../../../src/transport/index.ts";
import { Decimal } from "../../../src/wire/index.ts";
import { quickClock } from "../../support/quickClock.ts";
import { cases, runtime } from "../../support/runtime.ts";
import { brokenConnection, errorResponse } from "../../support/scripted.ts";
import { below, pick, seeded } from "../../support/seeded.ts";
import { unsteadyClock, type ClockFault } from "../../support/unsteadyClock.ts";

const SCHEDULES = cases(10_000, 200);
const BATCH = 100;
const TURNS = runtime === "node" ? 2 : 3;
const HOUR = 3_600_000;
const SECRET = "a secret that both processes know, for tests only";
const APPROVED_ABOVE = "150";

type Random = () => number;
type Fetch = (url: string, init: RequestInit) => Promise<Response>;

const between = (random: Random, least: number, most: number): number => least + random() * (most - least);
const never = <T>(): Promise<T> => new Promise(() => {});

interface World {
  readonly exchange: Exchange;
  readonly clock: Clock;
  readonly wait: (ms: number) => Promise<void>;
}

/** A process that can end at any step. What it was doing then never goes on. */
interface Process {
  readonly toolbox: Toolbox;
  readonly isAlive: () => boolean;
  readonly ended: Promise<"ended">;
}

/** How likely each fault is. */
interface Faults {
  readonly random: Random;
  readonly crash: number;
  readonly store: number;
  readonly network: number;
}

/** The journal as one process sees it. */
function processJournal(
  store: JournalStore,
  { wait }: World,
  faults: Faults,
  self: { isAlive: boolean; end(): void },
): JournalStore {
  const { random, crash, store: failure } = faults;
  const delay = async (): Promise<void> => {
    if (!self.isAlive) return never();
    if (random() < 0.3) await wait(random() * 20);
    return self.isAlive ? undefined : never();
  };
  return {
    async read(after) {
      await delay();
      if (random() < failure) throw new Error("the disk cannot be read");
      return store.read(after);
    },
    async append(after, entries) {
      await delay();
      const fate = random();
      if (fate < crash) {
        self.end();
        return never();
      }
      if (fate < crash + failure) throw new Error("the disk is full");
      const result = await store.append(after, entries);
      if (fate > 1 - crash) {
        self.end();
        return never();
      }
      if (fate > 1 - crash - failure) throw new Error("the disk failed after writing");
      await delay();
      return result;
    },
  };
}

/** The connection of one process. */
function line({ exchange, wait }: World, faults: Faults, self: { isAlive: boolean; end(): void }): Fetch {
  const { random, crash, network } = faults;
  const alive = <T>(value: T): T | Promise<T> => (self.isAlive ? value : never<T>());
  return async (url, { signal, ...init }) => {
    if (!self.isAlive) return never();
    const isOrder = init.method === "POST" && url.endsWith("/trade/order");
    const arrive = (): Promise<Response> => Promise.resolve(exchange.fetch(url, init));
    const aborted = new Promise<never>((_resolve, reject) => {
      signal?.addEventListener("abort", () => reject(new DOMException("aborted", "AbortError")));
    });
    aborted.catch(() => {});
    if (random() < crash) {
      if (random() < 0.5) void wait(random() * 3000).then(arrive);
      self.end();
      return never();
    }
    if (random() > (isOrder ? 3 * network : network / 3)) {
      await Promise.race([wait(random() * (isOrder ? 200 : 20)), aborted]);
      const response = await arrive();
      await Promise.race([wait(random() * 20), aborted]);
      return alive(response);
    }
    const kind = pick(random, ["lost before", "lost after", "held", "hangs after", "5xx before", "5xx after"]);
    if (kind === "held") void wait(between(random, 0, 9000)).then(arrive);
    await Promise.race([wait(5), aborted]);
    if (kind === "held" || kind === "lost before") return Promise.reject(await alive(brokenConnection()));
    if (kind === "5xx before") return alive(errorResponse(502, "BAD_GATEWAY"));
    await arrive();
    await wait(5);
    if (kind === "hangs after") return Promise.race([never<Response>(), aborted]);
    if (kind === "5xx after") return alive(errorResponse(500, "INTERNAL_ERROR"));
    return Promise.reject(await alive(brokenConnection()));
  };
}

function clockFault(random: Random): ClockFault {
  const steps = random() < 0.4 ? [[between(random, 0, 60_000), between(random, -30 * HOUR, 30 * HOUR)] as const] : [];
  return { offset: pick(random, [0, 0, 900, -1600, between(random, -HOUR, HOUR)]), rate: 1, steps };
}

interface PlannedCall {
  readonly callId: string;
  readonly tool: string;
  readonly input: Record<string, string>;
}

/** Small, large, resting and triggered buys, sells, and cancellations. */
function planCalls(random: Random, isEqual: boolean): readonly PlannedCall[] {
  const count = 3 + below(random, 5);
  return Array.from({ length: count }, (_, index) => {
    const callId = `c${index}`;
    const unique = isEqual ? "" : `0${index + 1}`;
    const quantity = `${pick(random, isEqual ? ["1"] : ["0.5", "1.0", "1.4", "1.7", "3.1"])}${isEqual ? "" : unique}`;
    const kind = random();
    const base = { symbol: "BTCUSDT", side: "buy", quantity };
    if (kind < 0.5) return { callId, tool: "placeMarketOrder", input: base };
    if (kind < 0.65)
      return { callId, tool: "placeLimitOrder", input: { ...base, price: pick(random, ["90", "100", "110"]) } };
    if (kind < 0.72)
      return { callId, tool: "placeTakeProfit", input: { ...base, triggerPrice: pick(random, ["95", "120"]) } };
    if (kind < 0.95) return { callId, tool: "placeMarketOrder", input: { ...base, side: "sell" } };
    return { callId, tool: "cancelAllOrders", input: {} };
  });
}

const OPEN_CODES: ReadonlySet<string> = new Set([
  "ABORTED",
  "APPROVAL_REQUIRED",
  "CALL_IN_PROGRESS",
  "JOURNAL_FAILED",
  "ORDER_OUTCOME_UNKNOWN",
  "OUTCOME_UNKNOWN",
]);

function isFinal(result: ToolResult): boolean {
  return result.ok || !(OPEN_CODES.has(result.error.code) || result.error.retryable);
}

interface Totals {
  orders: number;
  refused: number;
  approved: number;
  replayed: number;
  crashes: number;
  unknown: number;
  halts: number;
}

async function schedule(world: World, seed: number, totals: Totals): Promise<void> {
  const { exchange, clock, wait } = world;
  const random = seeded(seed);
  const account = await exchange.register({ startingBalance: "100000" });
  const store = memoryJournal();
  const isEqual = random() < 0.15;
  const quiet = random() < 0.1;
  const limits: Partial<Mandate> = {
    ...(random() < 0.8 ? { maxOrder: pick(random, ["120", "200", "320"]) } : {}),
    ...(random() < 0.8 ? { maxPerDay: pick(random, ["250", "400", "600"]) } : {}),
    ...(random() < 0.5 ? { maxOrdersPerDay: 1 + below(random, 4) } : {}),
    ...(random() < 0.5 ? { maxExposure: pick(random, ["200", "350", "500"]) } : {}),
  };
  const mandate: Mandate = { symbols: ["BTCUSDT"], until: "2027-01-01T00:00:00Z", ...limits };
  const mode = pick(random, ["none", "none", "framework", "person"]);

  function start(faulty: boolean): Process {
    let onEnd: (value: "ended") => void;
    const ended = new Promise<"ended">((resolve) => (onEnd = resolve));
    const self = {
      isAlive: true,
      end() {
        if (self.isAlive) totals.crashes++;
        self.isAlive = false;
        onEnd("ended");
      },
    };
    const faults: Faults =
      faulty && !quiet
        ? { random, crash: 0.008, store: 0.01, network: 0.12 }
        : { random, crash: 0, store: 0, network: 0 };
    const client = new AgentExchangeClient({
      baseUrl: exchange.connection.baseUrl,
      apiKey: account.apiKey,
      clock: faulty ? unsteadyClock(clock, clockFault(random)) : clock,
      fetch: line(world, faults, self),
      timeout: pick(random, [3000, 5000]),
      rateLimit: false,
      retry: { random, baseDelay: 50 },
    });
    const ask = async (): Promise<boolean> => {
      await wait(random() * 2000);
      if (random() < 0.1) throw new Error("the person has left");
      return random() < 0.7;
    };
    const toolbox = createToolbox(client, {
      mandate,
      journal: processJournal(store, world, faults, self),
      ...(mode === "none"
        ? {}
        : { approve: { above: APPROVED_ABOVE, secret: SECRET, ...(mode === "person" ? { ask } : {}) } }),
    });
    return { toolbox, isAlive: () => self.isAlive, ended };
  }

  const processes = [start(true), start(true)];
  const living = (): Process => {
    const slot = below(random, 2);
    const process = processes[slot] as Process;
    if (process.isAlive()) return process;
    const next = start(true);
    processes[slot] = next;
    return next;
  };

  const outcomes = new Map<string, ToolResult[]>();
  const report = (callId: string, result: ToolResult): void => {
    outcomes.set(callId, [...(outcomes.get(callId) ?? []), result]);
  };
  const runOnce = async (call: PlannedCall, approval?: string): Promise<ToolResult | "ended"> => {
    const { toolbox, ended } = living();
    const { callId, tool, input } = call;
    const aborter = new AbortController();
    if (random() < 0.05) void wait(random() * 1500).then(() => aborter.abort());
    const options = { callId, signal: aborter.signal, ...(approval === undefined ? {} : { approval }) };
    const result = await Promise.race([toolbox.run(tool, input, options), ended]);
    if (result !== "ended") report(callId, result);
    return result;
  };

  async function drive(call: PlannedCall): Promise<void> {
    await wait(random() * 3000);
    let approval: string | undefined;
    for (let tries = 0; tries < 12; tries++) {
      const twin = random() < 0.2 ? runOnce(call, approval) : undefined;
      const result = await runOnce(call, approval);
      await twin;
      if (result === "ended" || (!result.ok && result.error.code !== "APPROVAL_REQUIRED" && !isFinal(result))) {
        await wait(random() * 4000);
        continue;
      }
      if (result.ok || result.error.code !== "APPROVAL_REQUIRED") break;
      if (result.approvalRequest === undefined || random() < 0.2) break;
      await wait(random() * 1000);
      // A process whose clock is an hour off may take a new request for an old one.
      approval = await living()
        .toolbox.approve(result.approvalRequest)
        .catch(() => undefined);
    }
    // Replays of the call and of its approval.
    if (random() < 0.4) await runOnce(call, approval);
    if (approval !== undefined && random() < 0.7) {
      const again = [1, 2].map((number) => `${call.callId}-replay-${number}`);
      await Promise.all(again.map((callId) => runOnce({ ...call, callId }, approval)));
    }
  }

  async function haltSometimes(): Promise<void> {
    if (random() > 0.15) return;
    await wait(random() * 6000);
    const { toolbox, ended } = living();
    totals.halts++;
    await Promise.race([toolbox.halt({ reason: "test", flatten: random() < 0.3 }), ended]);
    await wait(random() * 3000);
    if (random() < 0.6)
      await Promise.race([
        living()
          .toolbox.resume("somebody")
          .catch(() => {}),
        wait(1000),
      ]);
  }

  await Promise.all([...planCalls(random, isEqual).map((call) => drive(call)), haltSometimes()]);
  await wait(31_000);
  // A last process finds out about everything that is still unknown.
  const last = start(false);
  await last.toolbox.resume("somebody");
  for (let tries = 0; tries < 3 && (tries === 0 || (await last.toolbox.status()).used.unknown > 0); tries++)
    await last.toolbox.run("placeMarketOrder", { symbol: "BTCUSDT", side: "buy", quantity: "900" });
  const trusted = new AgentExchangeClient({ ...exchange.connection, apiKey: account.apiKey, rateLimit: false });
  const orders = await trusted.listOrders({ limit: 500 });
  const entries = await store.read(0);
  totals.orders += orders.length;
  totals.unknown += (await last.toolbox.status()).used.unknown;
  try {
    expect(verifyJournal(entries)).toMatchObject({ ok: true });
    checkLimitsHeld(orders, mandate);
    checkEffects(orders, entries, outcomes, isEqual);
    checkApprovals(orders, entries, mode, totals);
    checkHalts(entries);
    for (const results of outcomes.values()) if (results.some((one) => !one.ok && isFinal(one))) totals.refused++;
  } catch (error) {
    const story = entries
      .map(({ seq, kind, callId, data }) => `${seq} ${kind} ${callId} ${JSON.stringify(data)}`)
      .join("\n");
    const list = orders.map((order) => JSON.stringify(order)).join("\n");
    throw new Error(`seed ${seed}: ${String(error)}\n${JSON.stringify(mandate)}\n${list}\n${story}`, { cause: error });
  }
}

/** What an order costs on the exchange: what it took, or what it can take. */
function costOf({ status, executedPrice, executedQuantity, fee, price, quantity }: Order): Decimal {
  if (status === "filled") return executedPrice.times(executedQuantity).plus(fee);
  return status === "pending" ? new Decimal(price ?? 0).times(quantity).times("1.001") : new Decimal(0);
}

function checkLimitsHeld(orders: readonly Order[], mandate: Mandate): void {
  const buys = orders.filter(({ side }) => side === "buy");
  for (const order of buys) expect(costOf(order).lte(mandate.maxOrder ?? Infinity), "maxOrder").toBe(true);
  const days = new Map<string, { value: Decimal; count: number }>();
  for (const order of buys) {
    const day = order.createdAt.toISOString().slice(0, 10);
    const total = days.get(day) ?? { value: new Decimal(0), count: 0 };
    days.set(day, { value: total.value.plus(costOf(order)), count: total.count + 1 });
  }
  for (const { value, count } of days.values()) {
    expect(value.lte(mandate.maxPerDay ?? Infinity), "maxPerDay").toBe(true);
    expect(count, "maxOrdersPerDay").toBeLessThanOrEqual(mandate.maxOrdersPerDay ?? Infinity);
  }
  // The price stays the same, so at any time this is what positions and pending buys are worth, without fees.
  const times = orders.flatMap(({ createdAt, filledAt }) => [createdAt, filledAt ?? createdAt]).map(Number);
  for (const time of new Set(times)) {
    let exposure = new Decimal(0);
    for (const { side, status, createdAt, filledAt, quantity, price } of orders) {
      if (status === "filled" && Number(filledAt) <= time)
        exposure = exposure.plus(quantity.times(side === "buy" ? 100 : -100));
      else if (side === "buy" && status === "pending" && Number(createdAt) <= time)
        exposure = exposure.plus(quantity.times(price ?? 0));
    }
    expect(exposure.lte(mandate.maxExposure ?? Infinity), `maxExposure: ${exposure.toFixed()}`).toBe(true);
  }
}

function checkEffects(
  orders: readonly Order[],
  entries: readonly JournalEntry[],
  outcomes: ReadonlyMap<string, readonly ToolResult[]>,
  isEqual: boolean,
): void {
  const settled = new Map<string, string>();
  const intents = new Map<string, string[]>();
  const ended = new Set<string>();
  for (const { kind, callId, data } of entries) {
    if (callId === null) continue;
    const { orderId, intent } = data;
    if (kind === "settled" && typeof orderId === "string") settled.set(orderId, callId);
    if (kind === "settled") ended.add(callId);
    if (kind === "unknown") ended.delete(callId);
    if (kind === "sending" && intent !== undefined) {
      const { quantity, side } = intent as { readonly quantity: string; readonly side: string };
      const key = `${side} ${Number(quantity)}`;
      intents.set(key, [...(intents.get(key) ?? []), callId]);
    }
  }
  for (const order of orders) {
    const key = `${order.side} ${order.quantity.toNumber()}`;
    const senders = intents.get(key) ?? [];
    expect(senders.length, `order ${order.orderId} was recorded before it was sent`).toBeGreaterThan(0);
    const isOpen = senders.some((callId) => !ended.has(callId));
    expect(settled.has(order.orderId) || isOpen, `order ${order.orderId} has an outcome in the journal`).toBe(true);
    if (isEqual || senders.some((callId) => callId.startsWith("halt"))) continue;
    const same = orders.filter((other) => other.side === order.side && other.quantity.eq(order.quantity));
    expect(same.length, `orders of ${senders.join()}`).toBe(1);
  }
  const known = new Set(orders.map(({ orderId }) => orderId));
  for (const [callId, results] of outcomes) {
    const final = results.filter(isFinal);
    const ids = new Set(final.map((result) => (result.ok ? (result.data as { orderId?: string }).orderId : "none")));
    expect(ids.size, `outcomes of ${callId}: ${JSON.stringify(final)}`).toBeLessThanOrEqual(1);
    for (const id of ids) if (id !== undefined && id !== "none") expect(known).toContain(id);
    if (isEqual || !ids.has("none") || final.some((one) => !one.ok && one.error.code === "CALL_ID_REUSED")) continue;
    const own = [...settled].filter(([, owner]) => owner === callId).map(([orderId]) => orderId);
    expect(own, `orders of ${callId}, whose result is ${JSON.stringify(final[0])}`).toEqual([]);
  }
}

/** Each order above the limit used an approval of its own. */
function checkApprovals(
  orders: readonly Order[],
  entries: readonly JournalEntry[],
  mode: string,
  totals: Totals,
): void {
  if (mode === "none") return;
  const nonces = entries.filter(({ kind }) => kind === "approved").map(({ data }) => data["nonce"]);
  expect(new Set(nonces).size).toBe(nonces.length);
  totals.approved += nonces.length;
  const flattened = entries.filter(({ kind, callId }) => kind === "sending" && callId?.startsWith("halt") === true);
  const large = orders.filter((order) => costOf(order).gt(APPROVED_ABOVE));
  expect(large.length).toBeLessThanOrEqual(nonces.length + flattened.length);
}

/** Between halt and resume nothing is sent, except what the halt itself sells. */
function checkHalts(entries: readonly JournalEntry[]): void {
  let isHalted = false;
  for (const { kind, callId } of entries) {
    if (kind === "halted" || kind === "resumed") isHalted = kind === "halted";
    if (isHalted && kind === "sending") expect(callId).toMatch(/^halt-/);
  }
}

async function batch(first: number, size: number, totals: Totals): Promise<void> {
  const random = seeded(first + 17);
  // Some batches run over midnight.
  const start = Date.UTC(2026, 2, 5, 23, 59, 50) - pick(random, [0, 4000, 12 * HOUR]);
  const clock = quickClock(start, TURNS);
  const wait = (ms: number): Promise<void> => new Promise((resolve) => void clock.setTimeout(resolve, ms));
  const exchange = createExchange({
    clock,
    seed: first + 1,
    rateLimits: false,
    fidelity: first % 1000 === 0 ? "observed" : "declared",
    market: manualMarket({ BTCUSDT: { price: "100", volume: "1000000" } }),
  });
  const world: World = { exchange, clock, wait };
  const state = { over: false };
  const work = Promise.all(Array.from({ length: size }, (_, index) => schedule(world, first + index, totals)));
  const end = (): void => {
    state.over = true;
  };
  work.then(end, end);
  while (!state.over) await clock.advance(5000);
  clock.close();
  await work;
}

test(`${SCHEDULES} schedules of calls, crashes, lost answers, replays and clocks`, { timeout: 900_000 }, async () => {
  const totals: Totals = { orders: 0, refused: 0, approved: 0, replayed: 0, crashes: 0, unknown: 0, halts: 0 };
  for (let first = 0; first < SCHEDULES; first += BATCH) await batch(first, Math.min(BATCH, SCHEDULES - first), totals);
  expect(totals.orders, JSON.stringify(totals)).toBeGreaterThan(SCHEDULES);
  expect(totals.crashes).toBeGreaterThan(SCHEDULES / 20);
  expect(totals.unknown, JSON.stringify(totals)).toBeLessThan(totals.orders / 100);
});
