import { computed, signal } from "@preact/signals";
import {
  Decimal,
  type AssetBalance,
  type Order,
  type Portfolio,
  type PortfolioSnapshot,
  type Position,
  type Trade,
} from "agentexchange";
import {
  cancelAllOrders,
  cancelOrder as cancelOnExchange,
  getBalance,
  getOpenOrders,
  getOrder,
  getPortfolio,
  getPortfolioHistory,
  getTradeHistory,
  type Client,
} from "agentexchange/core";
import { followPrices, orderChangeCount, priceOf } from "../feed.ts";
import { isUnanswered, messageOf, recordFailure } from "./calls.ts";
import { link, connectionCount } from "./connection.ts";
import { startAll } from "./cleanup.ts";
import { isDenied } from "./denied.ts";
import { keyed } from "./keyed.ts";
import { poll, type Task } from "./poll.ts";

const PERIOD = 5000;
const HISTORY_PERIOD = 30_000;
export const TRADES_PER_PAGE = 8;

export type HistoryInterval = "1m" | "1h" | "1d";

/** Each connection has its own account. */
const connection = (): unknown => connectionCount.value;

/** These are null until loaded. */
export const portfolio = keyed<Portfolio | null>(connection, null);
export const balances = keyed<readonly AssetBalance[] | null>(connection, null);
export const openOrders = keyed<readonly Order[] | null>(connection, null);
export const equityHistory = keyed<readonly PortfolioSnapshot[] | null>(connection, null);
export const historyInterval = signal<HistoryInterval>("1h");
export const tradesPage = keyed(connection, 0);
/** One page of trades and whether there are more; null until loaded. */
export const trades = keyed<{ readonly rows: readonly Trade[]; readonly more: boolean } | null>(connection, null);
/** Ids of orders being cancelled. */
export const cancelling = signal<ReadonlySet<string>>(new Set());
/** Result of the last cancellation, for display. */
export const cancelResult = keyed(connection, "");

const changes = signal(0);

/** Reloads the account immediately, after an action changed it. */
export function refreshAccount(): void {
  changes.value += 1;
}

/** A position valued at the live price, in USDT. */
export interface LivePosition {
  readonly position: Position;
  readonly price: Decimal;
  readonly value: Decimal;
  readonly profit: Decimal;
  readonly profitPct: Decimal;
}

export const positions = computed<readonly LivePosition[]>(() =>
  (portfolio.value?.positions ?? []).map((position) => {
    const { symbol, quantity, avgEntryPrice, currentPrice } = position;
    const price = priceOf(symbol).value ?? currentPrice;
    const value = quantity.mul(price);
    const paid = quantity.mul(avgEntryPrice);
    const profit = value.minus(paid);
    return { position, price, value, profit, profitPct: paid.isZero() ? paid : profit.div(paid).mul(100) };
  }),
);

/** Total equity at live prices, in USDT. */
export const equity = computed(() => {
  const known = portfolio.value;
  if (known === null) return null;
  return positions.value.reduce(
    (sum, { value, position }) => sum.plus(value).minus(position.marketValue),
    known.totalEquity,
  );
});

/** Available balance of an asset; null while it is not known. */
export function availableOf(asset: string): Decimal | null {
  if (balances.value !== null)
    return balances.value.find((balance) => balance.asset === asset)?.available ?? new Decimal(0);
  // Who may not read the balances may still know them from the rest.
  if (!isDenied("balances") || portfolio.value === null) return null;
  if (asset === "USDT") return portfolio.value.availableCash;
  if (openOrders.value === null) return null;
  const symbol = `${asset}USDT`;
  const held = portfolio.value.positions.find((position) => position.symbol === symbol)?.quantity ?? new Decimal(0);
  return openOrders.value
    .filter((order) => order.symbol === symbol && order.side === "sell")
    .reduce((free, { quantity, executedQuantity }) => free.minus(quantity).plus(executedQuantity ?? 0), held);
}

/** Keeps the account up to date; returns a function that stops it. */
export function followAccount(): () => void {
  const depends = (): unknown => [changes.value, orderChangeCount.value];
  // One by one, since a gateway may deny one of them and allow the others.
  const follow = (name: string, task: Task) => (): (() => void) =>
    poll({ name, period: PERIOD, needsAccount: true, depends, task });
  const followPortfolio = follow("portfolio", async (client, abort) => {
    portfolio.value = await client.send(getPortfolio, { signal: abort });
  });
  const followBalances = follow("balances", async (client, abort) => {
    balances.value = (await client.send(getBalance, { signal: abort })).balances;
  });
  const followOrders = follow("open orders", async (client, abort) => {
    openOrders.value = await client.send(getOpenOrders, {}, { signal: abort });
  });
  const followHistory = (): (() => void) =>
    poll({
      name: "equity curve",
      period: HISTORY_PERIOD,
      needsAccount: true,
      depends: () => [changes.value, historyInterval.value],
      async task(client, abort) {
        const query = { interval: historyInterval.peek(), limit: 240 };
        equityHistory.value = await client.send(getPortfolioHistory, query, { signal: abort });
      },
    });
  const followTrades = (): (() => void) =>
    poll({
      name: "trades",
      period: HISTORY_PERIOD,
      needsAccount: true,
      depends: () => [changes.value, orderChangeCount.value, tradesPage.value],
      async task(client, abort) {
        const query = { limit: TRADES_PER_PAGE + 1, offset: tradesPage.peek() * TRADES_PER_PAGE };
        const rows = await client.send(getTradeHistory, query, { signal: abort });
        trades.value = { rows: rows.slice(0, TRADES_PER_PAGE), more: rows.length > TRADES_PER_PAGE };
      },
    });
  return startAll(followPrices, followPortfolio, followBalances, followOrders, followHistory, followTrades);
}

/** Cancels an order; resolves to what happened, for display. */
export async function cancelOrder({ orderId, symbol }: Pick<Order, "orderId" | "symbol">): Promise<string> {
  const client = link.peek()?.client;
  if (client === undefined) return "Not cancelled: there is no connection.";
  cancelling.value = new Set([...cancelling.peek(), orderId]);
  try {
    cancelResult.value = await cancelSurely(client, orderId, symbol);
  } finally {
    cancelling.value = new Set([...cancelling.peek()].filter((id) => id !== orderId));
    refreshAccount();
  }
  return cancelResult.peek();
}

/** A cancellation that seems to fail may have been executed all the same: its answer was lost. The order itself tells. */
async function cancelSurely(client: Client, orderId: string, symbol: string): Promise<string> {
  let failure: unknown = null;
  let status = "cancelled";
  try {
    await client.send(cancelOnExchange, orderId);
  } catch (error) {
    recordFailure("cancel", error);
    failure = error;
    status = await client.send(getOrder, orderId).then(
      (order) => order.status,
      () => "pending",
    );
    // The request may still arrive.
    if (status === "pending" && isUnanswered(error)) status = "unknown";
  }
  if (status === "unknown") return `It is unknown whether the ${symbol} order was cancelled: ${messageOf(failure)}`;
  if (status === "filled") return `Not cancelled: the ${symbol} order was filled before.`;
  if (status !== "cancelled") return `Not cancelled: ${messageOf(failure)}`;
  openOrders.value = openOrders.peek()?.filter((order) => order.orderId !== orderId) ?? null;
  return `Cancelled the ${symbol} order.`;
}

/** Cancels all pending orders. */
export async function cancelAll(): Promise<void> {
  const client = link.peek()?.client;
  if (client === undefined) return;
  try {
    await client.send(cancelAllOrders);
    // How many is not said: after a lost answer, the repeated request finds none.
    cancelResult.value = "Cancelled all open orders.";
  } catch (error) {
    recordFailure("cancel all", error);
    cancelResult.value = isUnanswered(error)
      ? `It is unknown whether all orders were cancelled: ${messageOf(error)}`
      : `Not all cancelled: ${messageOf(error)}`;
  } finally {
    refreshAccount();
  }
}
