// What requests, books, forks and restarts cost at 1 000, 10 000 and 100 000 orders. Times are CPU times.
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createExchange, manualMarket, virtualClock, type Exchange } from "agentexchange/exchange";
import { sqliteStore } from "agentexchange/exchange/sqlite";
import { toDecimal28, toFixed8 } from "../src/exchange/base/amount.ts";
import { quirksOf } from "../src/exchange/base/quirks.ts";
import { registerAccount } from "../src/exchange/engine/accounts/accounts.ts";
import { createExchangeState } from "../src/exchange/engine/createState.ts";
import { cancelAll, cancelOrder } from "../src/exchange/engine/trading/cancel.ts";
import { placeOrder, type OrderRequest } from "../src/exchange/engine/trading/place.ts";
import { quantile } from "./harness.ts";

const START = "2026-03-01T10:00:00Z";
const QUOTES = { BTCUSDT: { price: "60000", volume: "18000" }, ETHUSDT: { price: "3000", volume: "90000" } };
const SYMBOLS = Object.keys(QUOTES);
const BOUNDLESS = {
  max_position_size_pct: 100,
  daily_loss_limit_pct: 100,
  max_open_orders: 10_000_000,
  max_order_size_pct: 100,
  order_rate_limit: 10_000_000,
};

export const SIZES = [1000, 10_000, 100_000] as const;

/** A figure at each size. */
export interface Growth {
  readonly name: string;
  readonly unit: "ms" | "µs";
  readonly figures: readonly number[];
}

/** Milliseconds of CPU that something takes. */
async function cpuOf(run: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** An exchange whose only agent trades without limits. */
interface Trader {
  readonly exchange: Exchange;
  get(path: string): Promise<void>;
  /** Places market orders, 32 at a time. */
  trade(count: number): Promise<void>;
}

const options = { seed: 42, rateLimits: false } as const;

async function openTrader(file?: string, journal: "full" | "compact" = "full"): Promise<Trader> {
  const exchange = createExchange({
    ...options,
    journal,
    clock: virtualClock(START),
    market: manualMarket(QUOTES),
    store: file === undefined ? undefined : sqliteStore(file),
  });
  const { apiKey, agentId } = await exchange.register({ startingBalance: "100000000" });
  const headers = { "x-api-key": apiKey, "content-type": "application/json" };
  const send = async (method: string, path: string, body?: object): Promise<void> => {
    const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
    const response = await exchange.fetch(`http://exchange.localhost/api/v1${path}`, init);
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  };
  await send("PUT", `/agents/${agentId}`, { risk_profile: BOUNDLESS });
  let placed = 0;
  return {
    exchange,
    get: (path) => send("GET", path),
    async trade(count) {
      for (const end = placed + count; placed < end;) {
        const batch = Array.from({ length: Math.min(32, end - placed) }, (_, index) => {
          const at = placed + index;
          const side = Math.floor(at / SYMBOLS.length) % 2 === 0 ? "buy" : "sell";
          return send("POST", "/trade/order", { symbol: SYMBOLS[at % 2], side, type: "market", quantity: "0.01" });
        });
        placed += batch.length;
        await Promise.all(batch);
      }
    },
  };
}

const READS = [
  "/account/balance",
  "/account/portfolio",
  "/account/pnl?period=7d",
  "/analytics/performance?period=30d",
  "/trade/history?limit=1",
  "/trade/history?limit=50&offset=500&symbol=BTCUSDT",
  "/trade/orders?status=filled&limit=50&offset=500",
];

/** Reads of an account with many trades, and the fork of its exchange. */
export async function readGrowth(isStored: boolean): Promise<readonly Growth[]> {
  const folder = mkdtempSync(join(tmpdir(), "bench-"));
  const where = isStored ? "SQLite" : "memory";
  const figures = new Map<string, number[]>([...READS, "fork()"].map((name) => [name, []]));
  const trader = await openTrader(isStored ? join(folder, "exchange.db") : undefined);
  try {
    let before = 0;
    for (const size of SIZES) {
      await trader.trade(size - before);
      before = size;
      for (const path of READS) {
        for (let warm = 0; warm < 200; warm++) await trader.get(path);
        const times: number[] = [];
        for (let round = 0; round < 9; round++)
          times.push(
            await cpuOf(async () => {
              for (let count = 0; count < 50; count++) await trader.get(path);
            }),
          );
        figures.get(path)?.push(quantile(times, 0.5) / 50);
      }
      const forks: number[] = [];
      for (let round = 0; round < 21; round++) forks.push(await cpuOf(() => trader.exchange.fork()));
      figures.get("fork()")?.push(quantile(forks, 0.5));
    }
  } finally {
    trader.exchange.close();
    rmSync(folder, { recursive: true });
  }
  return [...figures].map(([name, values]) => ({ name: `${name}, ${where}`, unit: "ms", figures: values }));
}

/** Cancelling everything, and placing and cancelling in the middle of a book, by the engine alone. */
export async function bookGrowth(): Promise<readonly Growth[]> {
  const all: number[] = [];
  const middle: number[] = [];
  for (const size of SIZES) {
    const { state, scope } = openEngine();
    const place = (price: number): ReturnType<typeof placeOrder> => placeOrder(state, scope, orderAt(price.toFixed(2)));
    // Prices in no order, as on a real book.
    for (let index = 0; index < size; index++) place(10_000 + ((index * 7919) % size) * 0.25);
    const times: number[] = [];
    for (let round = 0; round < 9; round++)
      times.push(
        await cpuOf(() => {
          for (let count = 0; count < 200; count++)
            cancelOrder(state, place(10_000 + ((count * 31) % size) * 0.25 + 0.1).order);
        }),
      );
    middle.push((quantile(times, 0.5) / 200) * 1000);
    all.push(await cpuOf(() => cancelAll(state, scope)));
  }
  return [
    { name: "cancel all", unit: "ms", figures: all },
    { name: "place and cancel in a book", unit: "µs", figures: middle },
  ];
}

function orderAt(price: string): OrderRequest {
  const [quantity, limit] = [toDecimal28("0.001"), toDecimal28(price)];
  return { symbol: "BTCUSDT", side: "buy", type: "limit", quantity, price: limit };
}

function openEngine(): {
  readonly state: ReturnType<typeof createExchangeState>;
  readonly scope: Parameters<typeof cancelAll>[1];
} {
  const clock = virtualClock(START);
  const state = createExchangeState(clock, manualMarket(QUOTES).open(clock), quirksOf("declared"), 1);
  const startingBalance = toFixed8(toDecimal28("1000000000000"));
  const account = registerAccount(state, {
    displayName: "bench",
    email: undefined,
    password: undefined,
    startingBalance,
  });
  const agent = state.agents.get(account.agentIds[0] ?? "");
  if (agent === undefined) throw new Error("no agent");
  agent.riskProfile = BOUNDLESS;
  return { state, scope: { account, agent } };
}

export interface StartFigures {
  readonly entries: number;
  /** Milliseconds of CPU of an opening after a clean end. */
  readonly clean: number;
  readonly bytesPerOrder: number;
}

/** Opening a stored exchange. */
export async function startGrowth(
  sizes: readonly number[],
  journal: "full" | "compact",
): Promise<readonly StartFigures[]> {
  const folder = mkdtempSync(join(tmpdir(), "bench-"));
  const file = join(folder, "exchange.db");
  const reopen = (): Exchange =>
    createExchange({
      ...options,
      journal,
      clock: virtualClock(START),
      market: manualMarket(QUOTES),
      store: sqliteStore(file),
    });
  try {
    const figures: StartFigures[] = [];
    for (const entries of sizes) {
      rmSync(file, { force: true });
      const trader = await openTrader(file, journal);
      const orders = Math.floor(entries / 2);
      await trader.trade(orders);
      trader.exchange.close();
      const times: number[] = [];
      for (let round = 0; round < 5; round++)
        times.push(
          await cpuOf(() => {
            reopen().close();
          }),
        );
      figures.push({ entries, clean: quantile(times, 0.5), bytesPerOrder: statSync(file).size / orders });
    }
    return figures;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Milliseconds that requests wait at most, in 99 of 100 cases, in each tenth of a growth to `orders` orders. */
export async function mixedGrowth(orders: number): Promise<readonly number[]> {
  const folder = mkdtempSync(join(tmpdir(), "bench-"));
  const trader = await openTrader(join(folder, "exchange.db"));
  const deciles: number[] = [];
  try {
    for (let decile = 0; decile < 10; decile++) {
      const waits: number[] = [];
      const timed = async (run: () => Promise<void>): Promise<void> => {
        const start = performance.now();
        await run();
        waits.push(performance.now() - start);
      };
      for (let placed = 0; placed < orders / 10; placed += 3) {
        // 30 % orders and 70 % reads, ten at a time.
        const reads = READS.map((path) => timed(() => trader.get(path)));
        await Promise.all([...reads, timed(() => trader.trade(3))]);
      }
      deciles.push(quantile(waits, 0.99));
    }
  } finally {
    trader.exchange.close();
    rmSync(folder, { recursive: true });
  }
  return deciles;
}
