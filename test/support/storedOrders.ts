// What a store must still have after its process was killed.
import { expect } from "vitest";
import type { Exchange } from "../../src/exchange/index.ts";
import { Decimal } from "../../src/index.ts";

/** What a child has reported. */
export interface Said {
  readonly asked: Set<string>;
  /** Bodies by their idempotency keys. */
  readonly sent: Map<string, string>;
  readonly told: Map<string, { readonly orderId: string; readonly status: string }>;
  apiKey: string | undefined;
}

export function nothingSaid(): Said {
  return { asked: new Set(), sent: new Map(), told: new Map(), apiKey: undefined };
}

/** The starting balance of the child's agent. */
export const STARTING_BALANCE = "1000000000";

export interface Line {
  readonly apiKey?: string;
  readonly asked?: string;
  readonly key?: string;
  readonly body?: string;
  readonly refused?: string;
  readonly reason?: string;
  readonly quantity?: string;
  readonly orderId?: string;
  readonly status?: string;
}

/** Records one line; returns whether it confirms an order. */
export function take(said: Said, line: Line): boolean {
  const { apiKey, asked, key, body, refused, reason, quantity, orderId, status } = line;
  if (apiKey !== undefined) said.apiKey = apiKey;
  if (asked !== undefined) said.asked.add(asked);
  if (key !== undefined && body !== undefined) said.sent.set(key, body);
  // Only sales of assets not yet bought may be rejected.
  if (refused !== undefined && reason?.includes("insufficient_balance") !== true) throw new Error(reason);
  if (quantity === undefined || orderId === undefined || status === undefined) return false;
  said.told.set(quantity, { orderId, status });
  return true;
}

interface Row {
  readonly order_id: string;
  readonly symbol: string;
  readonly side: string;
  readonly status: string;
  readonly quantity: string;
  readonly price: string;
  readonly total: string;
  readonly fee: string;
}

/** All rows of a list, page by page. */
async function rowsOf(
  exchange: Exchange,
  apiKey: string,
  path: string,
  name: "orders" | "trades",
): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (;;) {
    const page = await get(exchange, apiKey, `${path}?limit=500&offset=${rows.length}`);
    const more = page[name] as readonly Row[];
    rows.push(...more);
    if (more.length < 500) return rows;
  }
}

async function get(exchange: Exchange, apiKey: string, path: string): Promise<Record<string, unknown>> {
  const response = await exchange.fetch(`http://exchange.test/api/v1${path}`, { headers: { "x-api-key": apiKey } });
  expect(response.status).toBe(200);
  return (await response.json()) as Record<string, unknown>;
}

/** Checks everything and closes the exchange; returns the number of orders. */
export async function checkOrders(exchange: Exchange, said: Said): Promise<number> {
  try {
    if (said.apiKey === undefined) return 0;
    const orders = await rowsOf(exchange, said.apiKey, "/trade/orders", "orders");
    const trades = await rowsOf(exchange, said.apiKey, "/trade/history", "trades");
    const byQuantity = new Map(orders.map((order) => [String(Number(order.quantity)), order]));
    // No order is duplicated, and none exists that was not requested.
    expect(byQuantity.size).toBe(orders.length);
    expect([...byQuantity.keys()].filter((quantity) => !said.asked.has(quantityText(quantity)))).toEqual([]);
    // No confirmed order is lost; pending ones may have been filled since.
    const lost = [...said.told].filter(([quantity, { orderId, status }]) => {
      const order = byQuantity.get(String(Number(quantity)));
      return order?.order_id !== orderId || (status !== "pending" && order.status !== status);
    });
    expect(lost).toEqual([]);
    await checkMoney(exchange, said.apiKey, orders, trades);
    await checkKeys(exchange, said.apiKey, said, byQuantity);
    return orders.length;
  } finally {
    exchange.close();
  }
}

/** An existing order is not placed again, however often it is sent with its key. */
async function checkKeys(
  exchange: Exchange,
  apiKey: string,
  said: Said,
  byQuantity: ReadonlyMap<string, Row>,
): Promise<void> {
  for (const [key, body] of [...said.sent].slice(-20)) {
    const order = byQuantity.get(key.slice("order-".length));
    if (order === undefined) continue;
    const response = await exchange.fetch("http://exchange.test/api/v1/trade/order", {
      method: "POST",
      headers: { "x-api-key": apiKey, "content-type": "application/json", "idempotency-key": key },
      body,
    });
    const answer = (await response.json()) as Row;
    expect([key, response.headers.get("idempotency-replayed"), answer.order_id]).toEqual([key, "true", order.order_id]);
  }
}

/** The balances follow from trades and open orders, to the digit. */
async function checkMoney(
  exchange: Exchange,
  apiKey: string,
  orders: readonly Row[],
  trades: readonly Row[],
): Promise<void> {
  const filled = orders.filter((order) => order.status === "filled").map((order) => order.order_id);
  expect(trades.map((trade) => trade.order_id).toSorted()).toEqual(filled.toSorted());
  let cash = new Decimal(STARTING_BALANCE);
  let coins = new Decimal(0);
  for (const { side, quantity, total, fee } of trades) {
    coins = side === "buy" ? coins.plus(quantity) : coins.minus(quantity);
    cash = (side === "buy" ? cash.minus(total) : cash.plus(total)).minus(fee);
  }
  let locked = new Decimal(0);
  for (const { status, quantity, price } of orders)
    if (status === "pending")
      locked = locked.plus(new Decimal(quantity).times(price).times("1.001").toDecimalPlaces(8));
  const { balances } = (await get(exchange, apiKey, "/account/balance")) as {
    readonly balances: readonly { readonly asset: string; readonly available: string; readonly locked: string }[];
  };
  const shown = Object.fromEntries(
    balances.map((each) => [each.asset, [new Decimal(each.available).toFixed(8), new Decimal(each.locked).toFixed(8)]]),
  );
  const expected: Record<string, readonly string[]> = { USDT: [cash.minus(locked).toFixed(8), locked.toFixed(8)] };
  if (shown["BTC"] !== undefined || !coins.isZero()) expected["BTC"] = [coins.toFixed(8), "0.00000000"];
  expect(shown).toEqual(expected);
}

function quantityText(number: string): string {
  return Number(number).toFixed(5);
}
