// With ticks that come twice, late, never or at once to two runners, crashes at every step, processes that stand still, lost
// answers, a store that refuses, and clocks that are off: a tick has one order at most, and the history tells of every order.
import { expect, test } from "vitest";
import { runTick } from "../../../src/bots/runTick.ts";
import { memoryBotStore, type RunRecord, type Tick } from "../../../src/bots/index.ts";
import { AgentExchangeClient } from "../../../src/client/index.ts";
import type { Order } from "../../../src/endpoints/index.ts";
import { createExchange, manualMarket } from "../../../src/exchange/index.ts";
import { verifyJournal, type JournalEntry } from "../../../src/tools/index.ts";
import {
  startProcess,
  tickStrategy,
  type BotFaults,
  type BotProcess,
  type BotWorld,
  type Seen,
} from "../../support/botProcess.ts";
import { quickClock } from "../../support/quickClock.ts";
import { cases, runtime } from "../../support/runtime.ts";
import { below, pick, seeded } from "../../support/seeded.ts";
import { unsteadyClock } from "../../support/unsteadyClock.ts";

const SCHEDULES = cases(1000, 30);
const BATCH = 50;
const TURNS = runtime === "node" ? 2 : 3;
const MINUTE = 60_000;
const HOUR = 3_600_000;
const CRON = "* * * * *";

interface Totals {
  orders: number;
  runs: number;
  reconciled: number;
  unknown: number;
  undecided: number;
  crashes: number;
  freezes: number;
  skipped: number;
}

async function schedule(world: BotWorld, start: number, seed: number, totals: Totals): Promise<void> {
  const { exchange, clock, wait } = world;
  const random = seeded(seed);
  const account = await exchange.register({ startingBalance: "1000000" });
  const inner = memoryBotStore();
  const isEqual = random() < 0.2;
  const seen: Seen = { crashes: 0, freezes: 0, late: 0, newest: undefined };
  const isQuiet = random() < 0.1;
  const noFaults: BotFaults = { random, crash: 0, freeze: 0, store: 0, network: 0 };
  const faults = isQuiet ? noFaults : { random, crash: 0.006, freeze: 0.006, store: 0.008, network: 0.12 };
  const lease = pick(random, [10_000, 20_000, 90_000]);
  const symbols = random() < 0.5 ? ["BTCUSDT"] : ["BTCUSDT", "ETHUSDT"];

  const startOne = (given: BotFaults): BotProcess => {
    const steps = random() < 0.3 ? [[random() * 5 * MINUTE, (random() - 0.5) * 60 * HOUR] as const] : [];
    const offset = pick(random, [0, 0, 900, -1600, (random() - 0.5) * 2 * HOUR]);
    const own = given === noFaults ? clock : unsteadyClock(clock, { offset, rate: 1, steps });
    return startProcess(world, inner, own, given, seen);
  };
  const numberOf = (scheduledTime: number): number => 1 + Math.round((scheduledTime - start) / MINUTE);
  const run = async (process: BotProcess, tick: Tick, isLast = false): Promise<void> => {
    const work = runTick({
      tick,
      store: process.store,
      clock: process.clock,
      client: {
        baseUrl: exchange.connection.baseUrl,
        apiKey: account.apiKey,
        fetch: process.fetch,
        timeout: pick(random, [3000, 5000]),
        rateLimit: false,
        retry: { random, baseDelay: 50 },
      },
      strategy: isLast
        ? { name: "hold", decide: () => ({ kind: "hold", reason: "the end" }) }
        : tickStrategy(random, wait, numberOf, isEqual),
      mandate: { symbols, until: "2036-01-01T00:00:00Z" },
      limits: { lease, requests: pick(random, [20, 30, 50]) },
    });
    // What a process that has ended does then never matters.
    const result = await Promise.race([work.catch(() => undefined), process.ended]);
    if (result === "ended" || result === undefined) return;
    if (result.kind === "skipped") totals.skipped++;
  };

  const processes = [startOne(faults), startOne(faults)];
  const living = (): BotProcess => {
    const slot = below(random, 2);
    const process = processes[slot] as BotProcess;
    return process.isAlive() ? process : (processes[slot] = startOne(faults));
  };
  async function deliver(tick: Tick, delay: number): Promise<void> {
    await wait(Math.max(0, tick.scheduledTime - clock.now()) + delay);
    await run(living(), tick);
  }
  const deliveries: Promise<void>[] = [];
  const ticks = 4 + below(random, 3);
  for (let index = 1; index <= ticks; index++) {
    const tick = { scheduledTime: start + index * MINUTE, cron: CRON };
    for (let count = pick(random, [0, 1, 1, 1, 2, 2, 3]); count > 0; count--)
      deliveries.push(deliver(tick, random() < 0.5 ? random() * 500 : random() * 4 * MINUTE));
    if (random() < 0.1) deliveries.push(deliver({ scheduledTime: tick.scheduledTime, cron: "manual" }, random() * 500));
  }
  await Promise.all(deliveries);
  await wait(3 * MINUTE);

  // A process without faults finds out about everything that is still unknown.
  const last = startOne(noFaults);
  for (let index = 1; index <= 3; index++) {
    await run(last, { scheduledTime: Math.floor(clock.now()), cron: "last" }, true);
    await wait(2 * MINUTE);
  }
  const trusted = new AgentExchangeClient({ ...exchange.connection, apiKey: account.apiKey, rateLimit: false });
  const orders = await trusted.listOrders({ limit: 500 });
  const runs = inner.runs(1000);
  const entries = await inner.journal.read(0);
  totals.orders += orders.length;
  totals.runs += runs.length;
  totals.crashes += seen.crashes;
  totals.freezes += seen.freezes;
  for (const { reconciled, outcome } of runs) {
    totals.reconciled += reconciled.filter(({ order }) => order !== null).length;
    if (outcome === "unknown") totals.unknown++;
  }
  totals.undecided += runs[0]?.undecided.length ?? 0;
  try {
    expect(verifyJournal(entries)).toMatchObject({ ok: true });
    expect(seen.late, "orders that a run sent after another one had taken over").toBe(0);
    checkHistory(runs, orders);
    checkOnePerTick(orders, isEqual ? undefined : numberOf, runs);
    checkUndecided(entries);
  } catch (error) {
    const story = entries
      .map(({ seq, kind, callId, data }) => `${seq} ${kind} ${callId} ${JSON.stringify(data).slice(0, 300)}`)
      .join("\n");
    const history = runs.map((one) => JSON.stringify(one)).join("\n");
    const list = orders.map((order) => JSON.stringify(order)).join("\n");
    throw new Error(`seed ${seed}: ${String(error)}\n${history}\n${list}\n${story}`, { cause: error });
  }
}

const keyOf = ({ cron, scheduledTime }: Tick): string => `${scheduledTime} ${cron}`;

/** Every order is in the history, for one tick, and the history has no other ones. */
function checkHistory(runs: readonly RunRecord[], orders: readonly Order[]): void {
  const told = new Map<string, Set<string>>();
  const tell = (orderId: string, tick: Tick): void =>
    void told.set(orderId, (told.get(orderId) ?? new Set()).add(keyOf(tick)));
  for (const { tick, order, reconciled } of runs) {
    if (order !== null) tell(order.id, tick);
    for (const each of reconciled) if (each.order !== null) tell(each.order.id, each.tick);
  }
  const undecided = runs[0]?.undecided ?? [];
  const missing = orders.filter(({ orderId, symbol }) => !told.has(orderId) && !undecided.includes(symbol));
  expect(missing, "orders that the history does not have").toEqual([]);
  const known = new Set(orders.map(({ orderId }) => orderId));
  for (const [orderId, of] of told) {
    expect(known, "an order of the history that does not exist").toContain(orderId);
    expect(of.size, `ticks of the order ${orderId}`).toBe(1);
  }
  const ids = [...told.values()].map((of) => [...of].join(" "));
  expect(new Set(ids).size, "ticks with orders").toBe(ids.length);
  const keys = runs.map(({ tick }) => keyOf(tick));
  expect(new Set(keys).size, "runs of a tick").toBe(keys.length);
  const fences = runs.map(({ fence }) => fence);
  expect(fences).toEqual(fences.toSorted((one, other) => other - one));
}

function checkOnePerTick(
  orders: readonly Order[],
  numberOf: ((time: number) => number) | undefined,
  runs: readonly RunRecord[],
): void {
  if (numberOf === undefined) return;
  const counts = new Map<number, number>();
  for (const { quantity } of orders) {
    const tick = Math.floor(quantity.toNumber());
    counts.set(tick, (counts.get(tick) ?? 0) + 1);
  }
  // A manual tick at the same minute is a tick of its own.
  const schedules = new Map<number, Set<string>>();
  for (const { tick, reconciled } of runs)
    for (const { scheduledTime, cron } of [tick, ...reconciled.map((one) => one.tick)])
      schedules.set(numberOf(scheduledTime), (schedules.get(numberOf(scheduledTime)) ?? new Set()).add(cron));
  for (const [tick, count] of counts)
    expect(count, `orders of tick ${tick}`).toBeLessThanOrEqual(schedules.get(tick)?.size ?? 0);
}

/** While the outcome of an order is not known, no other one for its pair is sent. */
function checkUndecided(entries: readonly JournalEntry[]): void {
  const symbols = new Map<string, string>();
  const open = new Set<string>();
  for (const { kind, callId, data } of entries) {
    if (callId === null) continue;
    if (kind === "reserved") symbols.set(callId, (data["order"] as { symbol: string }).symbol);
    if (kind === "settled") open.delete(callId);
    if (kind !== "sending") continue;
    const blocked = [...open].filter((other) => other !== callId && symbols.get(other) === symbols.get(callId));
    expect(blocked, `open orders when ${callId} was sent`).toEqual([]);
    open.add(callId);
  }
}

async function batch(first: number, size: number, totals: Totals): Promise<void> {
  const start = Date.UTC(2026, 2, 5, 14) + (first % 7) * HOUR;
  const clock = quickClock(start, TURNS);
  const wait = (ms: number): Promise<void> => new Promise((resolve) => void clock.setTimeout(resolve, ms));
  const exchange = createExchange({
    clock,
    seed: first + 1,
    rateLimits: false,
    fidelity: "declared",
    market: manualMarket({
      BTCUSDT: { price: "100", volume: "1000000" },
      ETHUSDT: { price: "100", volume: "1000000" },
    }),
  });
  const world: BotWorld = { exchange, clock, wait, limit: { isReached: false } };
  const state = { over: false };
  const work = Promise.all([
    ...Array.from({ length: size }, (_, index) => schedule(world, start, first + index, totals)),
    // Once in a while, all stores refuse for a time.
    wait(100_000 + first * 100).then(async () => {
      world.limit.isReached = true;
      await wait(20_000);
      world.limit.isReached = false;
    }),
  ]);
  const end = (): void => {
    state.over = true;
  };
  work.then(end, end);
  while (!state.over) await clock.advance(5000);
  clock.close();
  await work;
}

test(
  `${SCHEDULES} schedules of ticks, crashes, lost answers, refusing stores and clocks`,
  { timeout: 900_000 },
  async () => {
    const totals: Totals = {
      orders: 0,
      runs: 0,
      reconciled: 0,
      unknown: 0,
      undecided: 0,
      crashes: 0,
      freezes: 0,
      skipped: 0,
    };
    for (let first = 0; first < SCHEDULES; first += BATCH)
      await batch(first, Math.min(BATCH, SCHEDULES - first), totals);
    const told = JSON.stringify(totals);
    expect(totals.orders, told).toBeGreaterThan(SCHEDULES);
    expect(totals.crashes, told).toBeGreaterThan(SCHEDULES / 4);
    expect(totals.freezes, told).toBeGreaterThan(SCHEDULES / 4);
    expect(totals.reconciled, told).toBeGreaterThan(SCHEDULES / 10);
    expect(totals.undecided, told).toBeLessThan(totals.orders / 50);
  },
);
