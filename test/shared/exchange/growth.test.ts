import { expect, it } from "vitest";
import { createExchange, manualMarket, virtualClock, type Exchange } from "../../../src/exchange/index.ts";
import { snapshotStore, type CountingStore } from "../../support/snapshotStore.ts";
import { below, seeded } from "../../support/seeded.ts";
import { PAIRS } from "./scenes.ts";
import { send, START } from "./trader.ts";

const HOURS = 30;
const LOOSE = {
  max_position_size_pct: 100,
  daily_loss_limit_pct: 100,
  max_leftorders: 1e6,
  max_order_size_pct: 100,
  order_rate_limit: 1e6,
};

function open(store: CountingStore): Exchange {
  return createExchange({
    store,
    seed: 7,
    insecureKeys: true,
    rateLimits: false,
    clock: virtualClock(START),
    market: manualMarket(PAIRS),
  });
}

/** A stored exchange with an account that has traded, and the names that requests need. */
interface Past {
  readonly store: CountingStore;
  readonly accountKey: string;
  readonly agentKey: string;
  readonly agentId: string;
  readonly feedback: string;
  /** An early order. */
  readonly order: string;
  readonly pending: string;
  readonly trades: number;
}

/** Two agents place orders, the same number in each hour, whatever their total. */
async function tradeALot(orders: number): Promise<Past> {
  const random = seeded(1);
  const store = snapshotStore();
  const exchange = open(store);
  const { accountKey } = await exchange.register({ startingBalance: "1000000" });
  const agents: string[] = [];
  const ids: string[] = [];
  for (const name of ["a", "b"]) {
    const body = { display_name: name, starting_balance: "1000000", risk_profile: LOOSE };
    const { json } = await send(exchange, "POST", "/api/v1/agents", body, { "x-api-key": accountKey });
    agents.push(json.api_key);
    ids.push(json.agent_id);
  }
  const [agentId = ""] = ids;
  const feedback = await exchange.record(agentId, { kind: "feedback" });
  const placed: string[] = [];
  for (let count = 0; count < orders; count++) {
    const isPending = count % 3 === 2;
    const body = {
      symbol: count % 2 === 0 ? "BTCUSDT" : "DOGEUSDT",
      side: count % 8 < 4 ? "buy" : "sell",
      type: isPending ? "limit" : "market",
      quantity: count % 2 === 0 ? "0.01" : "1000",
      ...(isPending ? { side: "buy", price: count % 2 === 0 ? "40000" : "0.1" } : {}),
    };
    const key = agents[below(random, 2)] ?? "";
    const headers = { "x-api-key": key, "idempotency-key": `key-${count}` };
    const { json } = await send(exchange, "POST", "/api/v1/trade/order", body, headers);
    if (json.order_id === undefined) continue;
    if (key === agents[0]) {
      placed.push(json.order_id);
      const decision = { kind: "decision", direction: "buy", traceId: `run-${count}`, orderId: json.order_id } as const;
      await exchange.record(agentId, decision);
    }
    // All but the last few pending orders are cancelled.
    if (isPending && count < orders - 20)
      await send(exchange, "DELETE", `/api/v1/trade/order/${json.order_id}`, undefined, { "x-api-key": key });
    if (count % (orders / HOURS) === 0) await exchange.advance(3_600_000);
  }
  const { json } = await send(exchange, "GET", "/api/v1/trade/history", undefined, { "x-api-key": accountKey });
  const openOrders = await send(exchange, "GET", "/api/v1/trade/orders/open", undefined, {
    "x-api-key": agents[0] ?? "",
  });
  exchange.close();
  return {
    store,
    accountKey,
    agentKey: agents[0] ?? "",
    agentId,
    feedback,
    order: placed[3] ?? "",
    pending: openOrders.json.orders[0]?.order_id ?? "",
    trades: json.total,
  };
}

const ORDER = { symbol: "BTCUSDT", side: "buy", type: "market", quantity: "0.01" };
const REQUESTS: readonly (readonly [method: string, path: string | ((past: Past) => string), body?: unknown])[] = [
  ["GET", "/account/info"],
  ["GET", "/account/balance"],
  ["GET", "/account/portfolio"],
  ["GET", "/account/positions"],
  ["GET", "/account/pnl"],
  ["GET", "/account/pnl?period=1d"],
  ["GET", "/analytics/performance"],
  ["GET", "/analytics/performance?period=1d"],
  ["GET", "/analytics/portfolio/history?limit=1"],
  ["GET", "/trade/history?limit=10"],
  ["GET", ({ trades }) => `/trade/history?limit=10&offset=${Math.floor(trades / 4)}`],
  ["GET", ({ trades }) => `/trade/history?limit=10&offset=${Math.floor(trades / 2) - 20}`],
  ["GET", "/trade/history?limit=10&symbol=BTCUSDT&side=sell"],
  ["GET", "/trade/orders?limit=10"],
  ["GET", ({ trades }) => `/trade/orders?limit=10&offset=${Math.floor(trades / 2)}`],
  ["GET", "/trade/orders?limit=10&status=filled"],
  ["GET", "/trade/orders?limit=10&status=cancelled&symbol=DOGEUSDT"],
  ["GET", "/trade/orders?limit=10&symbol=DOGEUSDT"],
  ["GET", "/trade/orders/open?limit=10"],
  ["GET", ({ order }) => `/trade/order/${order}`],
  ["POST", "/trade/order", ORDER],
  ["POST", "/trade/order", { ...ORDER, type: "limit", price: "40000" }],
  ["DELETE", ({ pending }) => `/trade/order/${pending}`],
  ["DELETE", "/trade/orders/open"],
  ["GET", ({ agentId }) => `/agents/${agentId}/decisions/analyze?limit=20`],
  ["GET", ({ agentId }) => `/agents/${agentId}/decisions/trace/run-3`],
  ["PATCH", ({ agentId, feedback }) => `/agents/${agentId}/feedback/${feedback}`, { status: "resolved" }],
];

interface Work {
  readonly status: number;
  readonly pages: number;
  readonly entries: number;
}

/** What a request reads of the store if nothing is in memory. */
async function workOf(past: Past, [method, path, body]: (typeof REQUESTS)[number], key: string): Promise<Work> {
  const store = past.store.copy();
  const exchange = open(store);
  const url = `/api/v1${typeof path === "string" ? path : path(past)}`;
  store.read.pages = store.read.entries = 0;
  const { status } = await send(exchange, method, url, body, { "x-api-key": key });
  return { status, ...store.read };
}

/** Reading one path of each tree that a request needs takes no more. */
const MAX_PAGES = 20;
/** A search halves what is left, so ten times as much takes four more steps in each agent's tree. */
const MORE_STEPS = 4;
const AGENTS = { accountKey: 2, agentKey: 1 } as const;

it("requests read hardly more of a store that holds ten times as many orders", { timeout: 120_000 }, async () => {
  const [small, large] = [await tradeALot(300), await tradeALot(3000)];
  expect(large.trades / small.trades).toBeGreaterThan(9);
  expect(large.store.completed).toBeGreaterThan(3);
  for (const request of REQUESTS)
    for (const who of ["accountKey", "agentKey"] as const) {
      const before = await workOf(small, request, small[who]);
      const after = await workOf(large, request, large[who]);
      const told = `${request[0]} ${String(request[1])} ${who} ${JSON.stringify([before, after])}`;
      expect([before.status < 300, after.status], told).toEqual([true, before.status]);
      expect([before.entries, after.entries], told).toEqual([0, 0]);
      expect(after.pages, told).toBeLessThanOrEqual(MAX_PAGES);
      expect(after.pages, told).toBeLessThanOrEqual(
        Math.max(1.5 * before.pages, before.pages + MORE_STEPS * AGENTS[who]),
      );
    }
});

it("opening a store reads no entries that a snapshot contains, and no pages", async () => {
  const { store, agentKey } = await tradeALot(300);
  const copy = store.copy();
  const exchange = open(copy);
  expect(copy.read).toEqual({ pages: 0, entries: 0 });
  // Without a clean end, only what has happened since is read again.
  const { status } = await send(exchange, "POST", "/api/v1/trade/order", ORDER, { "x-api-key": agentKey });
  expect(status).toBe(201);
  const again = copy.copy();
  open(again);
  expect(again.read.entries).toBeLessThan(10);
  expect(again.read.pages).toBeLessThanOrEqual(MAX_PAGES);
});
