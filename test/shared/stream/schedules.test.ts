// Random faults of connections, messages and requests: every consumer still receives everything once and in order.
import { expect, test } from "vitest";
import { AgentExchangeClient } from "../../../src/client/index.ts";
import type { CandleUpdate, OrderUpdate } from "../../../src/endpoints/index.ts";
import { InvalidSymbolError } from "../../../src/errors/index.ts";
import {
  createExchange,
  manualMarket,
  seededStreamFaults,
  type Exchange,
  type ManualMarket,
} from "../../../src/exchange/index.ts";
import { faultyFetch, type Fault } from "../../support/faultyFetch.ts";
import { quickClock } from "../../support/quickClock.ts";
import { cases, runtime } from "../../support/runtime.ts";
import { seeded } from "../../support/seeded.ts";
import { strangeSockets } from "../../support/strangeSockets.ts";

const SCHEDULES = cases(2000, 40);
/** Turns of the event loop between two timers; outside Node, reading a body takes some. */
const TURNS = runtime === "node" ? 0 : 3;
/** Schedules that share an exchange. */
const BATCH = 40;
/** Seconds with faults, and then without: long enough for the longest backoff and one poll of everything. */
const TROUBLE = 60;
const CALM = 120;
const START = Date.UTC(2026, 2, 5, 14);
const SYMBOLS = ["BTCUSDT", "ETHUSDT", "SOLUSDT"];

const REQUEST_FAULTS: readonly Fault[] = [
  "connection refused",
  "reset after",
  "hang before",
  "hung body after",
  "5xx before",
  "429",
  "truncated after",
  "HTML 200 after",
  "slow",
];

const RATES = {
  refuse: 0.1,
  unreachable: 0.1,
  close: 0.01,
  cut: 0.01,
  "half-open": 0.005,
  silent: 0.005,
  drop: 0.05,
  duplicate: 0.05,
  reorder: 0.05,
};

type Clock = ReturnType<typeof quickClock>;

/** Shares of messages that are unreadable, and that have a timestamp an hour ahead. */
const STRANGE = { broken: 0.03, ahead: 0.05 };
/** In some schedules, enough to make the client give up the connection. */
const HOPELESS = { broken: 0.5, ahead: 0.1 };
const NORMAL = { broken: 0, ahead: 0 };
const UNKNOWN = "NOPEUSDT";

/** A consumer and what it received. */
interface Consumer {
  readonly seed: number;
  readonly client: AgentExchangeClient;
  readonly owner: AgentExchangeClient;
  readonly orders: OrderUpdate[];
  readonly candles: CandleUpdate[];
  readonly last: Map<string, string>;
  readonly states: string[];
  readonly errors: unknown[];
  gaps: number;
  /** Ticks that arrived after newer ones. */
  late: number;
  readonly act: () => Promise<unknown>;
  readonly close: () => Promise<void>;
}

function pick<T>(list: readonly T[], random: () => number): T {
  const [picked] = list.slice(Math.floor(random() * list.length));
  if (picked === undefined) throw new Error("the list is empty");
  return picked;
}

async function createConsumer(exchange: Exchange<ManualMarket>, clock: Clock, seed: number): Promise<Consumer> {
  const random = seeded(seed);
  const { apiKey } = await exchange.register();
  const isCalm = (): boolean => clock.elapsed() > TROUBLE * 1000;
  const fetch = faultyFetch(
    (url, init) => exchange.fetch(url, init),
    clock,
    random,
    () => (isCalm() || random() < 0.85 ? "none" : pick(REQUEST_FAULTS, random)),
  );
  const WebSocket = strangeSockets(exchange.connection.WebSocket, random, () =>
    isCalm() ? NORMAL : seed % 10 === 0 ? HOPELESS : STRANGE,
  );
  const client = new AgentExchangeClient({ ...exchange.connection, WebSocket, fetch, apiKey, retry: { random } });
  const owner = new AgentExchangeClient({ ...exchange.connection, apiKey, rateLimit: false, retry: false });
  const stream = client.openStream();
  const state: Consumer = {
    seed,
    client,
    owner,
    orders: [],
    candles: [],
    last: new Map(),
    states: [],
    errors: [],
    gaps: 0,
    late: 0,
    act: async () => {
      if (random() > 0.15) return;
      const symbol = pick(SYMBOLS, random);
      const side = "buy";
      const choice = random();
      const quantity = "0.1";
      if (choice < 0.4) await owner.placeMarketOrder({ symbol, side, quantity });
      else if (choice < 0.8)
        await owner.placeLimitOrder({ symbol, side, quantity, price: 95 + Math.floor(random() * 10) });
      // The observed exchange sometimes fails here.
      else await owner.cancelAllOrders().catch(() => {});
    },
    close: async () => {
      await client.close();
      await owner.close();
    },
  };
  stream.on("state", (next) => void state.states.push(next));
  stream.on("gap", () => void state.gaps++);
  stream.onOrders((update) => void state.orders.push(update));
  stream.on("error", (error) => void state.errors.push(error));
  const times = new Map<string, number>();
  stream.onTicker(seed % 2 === 0 ? "all" : [...SYMBOLS, UNKNOWN], ({ symbol, price, timestamp }) => {
    state.last.set(symbol, price.toString());
    const time = timestamp.getTime();
    if (time > clock.now()) return;
    if (time < (times.get(symbol) ?? 0)) state.late++;
    times.set(symbol, time);
  });
  if (seed % 6 === 0) stream.onTicker(UNKNOWN, () => {});
  if (seed % 4 === 0) stream.onCandles("BTCUSDT", "1m", (update) => void state.candles.push(update));
  return state;
}

async function checkConsumer(
  exchange: Exchange<ManualMarket>,
  { seed, owner, orders, candles, last, states, errors, gaps, late }: Consumer,
): Promise<number> {
  const label = `seed ${seed}`;
  const received = new Map<string, string[]>();
  for (const { orderId, status } of orders) received.set(orderId, [...(received.get(orderId) ?? []), status]);
  const placed = await owner.listOrders({ limit: 500 });
  const expected = new Map(
    placed.map(({ orderId, type, status }) => [
      orderId,
      type === "market" || status === "pending" ? [status] : ["pending", status],
    ]),
  );
  expect(Object.fromEntries(received), label).toEqual(Object.fromEntries(expected));

  for (const [symbol, price] of last)
    expect(price, `${label} ${symbol}`).toBe((await owner.getPrice(symbol)).price.toString());
  expect(late, label).toBe(0);
  expect(last.size, label).toBe(SYMBOLS.length);

  const times = candles.map(({ time }) => time.getTime());
  expect(times, label).toEqual(times.toSorted((a, b) => a - b));
  const closed = candles.filter(({ isClosed }) => isClosed).map((update) => format(update));
  const all =
    candles.length === 0
      ? []
      : (await owner.getCandles("BTCUSDT", { interval: "1m" })).filter(({ time }) => time >= (candles[0]?.time ?? 0));
  expect(closed, label).toEqual(all.slice(0, closed.length).map(format));
  expect(closed.length, label).toBeGreaterThanOrEqual(all.length - 1);

  const unknown = errors.filter((error) => error instanceof InvalidSymbolError).map(({ symbol }) => symbol);
  expect(unknown, label).toEqual(seed % 2 === 1 || seed % 6 === 0 ? [UNKNOWN] : []);

  expect(states.at(-1), label).toBe("live");
  if (states.join().includes("live,stale")) expect(gaps, label).toBeGreaterThan(0);
  return placed.length;
}

function format({
  time,
  open,
  high,
  low,
  close,
}: Pick<CandleUpdate, "time" | "open" | "high" | "low" | "close">): string {
  return [time.toISOString(), open, high, low, close].join(" ");
}

async function runBatch(first: number): Promise<number> {
  const clock = quickClock(START, TURNS);
  const faults = seededStreamFaults({ seed: first, rates: RATES });
  const exchange = createExchange({
    clock,
    seed: first + 1,
    fidelity: (first / BATCH) % 4 === 0 ? "observed" : "declared",
    market: manualMarket(Object.fromEntries(SYMBOLS.map((symbol) => [symbol, { price: "100", volume: "1000000" }]))),
    rateLimits: false,
    streamFaults: (event) => (clock.elapsed() > TROUBLE * 1000 ? undefined : faults(event)),
  });
  const random = seeded(first);
  const consumers = await Promise.all(
    Array.from({ length: BATCH }, (_, index) => createConsumer(exchange, clock, first + index)),
  );
  for (let second = 0; second < TROUBLE; second++) {
    await clock.advance(1000);
    for (const symbol of SYMBOLS) {
      if (random() < 0.3) exchange.market.set(symbol, { price: String(95 + Math.floor(random() * 100) / 10) });
    }
    exchange.sweep();
    await Promise.all(consumers.map(({ act }) => act()));
  }
  await clock.advance(CALM * 1000);
  let placed = 0;
  for (const each of consumers) placed += await checkConsumer(exchange, each);
  await Promise.all(consumers.map(({ close }) => close()));
  exchange.close();
  await clock.advance(60_000);
  expect(clock.pending, `seeds from ${first}`).toBe(0);
  clock.close();
  return placed;
}

test(`${SCHEDULES} random fault schedules`, { timeout: 300_000 }, async () => {
  let placed = 0;
  for (let first = 0; first < SCHEDULES; first += BATCH) placed += await runBatch(first);
  expect(placed).toBeGreaterThan(SCHEDULES * 5);
});
