import { computed, effect, signal } from "@preact/signals";
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
  cancelOrder as cancelOnExchange,
  getBalance,
  getOpenOrders,
  getPortfolio,
  getPortfolioHistory,
  getTradeHistory,
} from "agentexchange/core";
import { poll, orderChangeCount, prices } from "../feed.ts";
import { messageOf, recordFailure } from "./calls.ts";
import { link, connectionCount } from "./connection.ts";

const PERIOD = 5000;
const HISTORY_PERIOD = 30_000;
export const TRADES_PER_PAGE = 8;

export type HistoryInterval = "1m" | "1h" | "1d";

export const portfolio = signal<Portfolio | null>(null);
export const balances = signal<readonly AssetBalance[]>([]);
/** Null until loaded. */
export const openOrders = signal<readonly Order[] | null>(null);
export const history = signal<readonly PortfolioSnapshot[] | null>(null);
export const historyInterval = signal<HistoryInterval>("1h");
export const tradesPage = signal(0);
/** One page of trades and whether there are more; null until loaded. */
export const trades = signal<{ readonly rows: readonly Trade[]; readonly more: boolean } | null>(null);
/** Ids of orders being cancelled. */
export const cancelling = signal<ReadonlySet<string>>(new Set());
/** Result of the last cancellation, for display. */
export const cancelResult = signal("");

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
    const price = prices.value.get(symbol) ?? currentPrice;
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

/** Available balance of an asset. */
export function availableOf(asset: string): Decimal {
  return balances.value.find((balance) => balance.asset === asset)?.available ?? new Decimal(0);
}

/** Keeps the account up to date; returns a function that stops it. */
export function followAccount(): () => void {
  const depends = (): unknown => [changes.value, orderChangeCount.value];
  const stops = [
    poll(
      "account",
      PERIOD,
      async (client, abort) => {
        if (link.peek()?.hasAccount !== true) return;
        const options = { signal: abort };
        const [owned, held, open] = await Promise.all([
          client.send(getPortfolio, options),
          client.send(getBalance, options),
          client.send(getOpenOrders, {}, options),
        ]);
        portfolio.value = owned;
        balances.value = held.balances;
        openOrders.value = open;
      },
      depends,
    ),
    poll(
      "equity curve",
      HISTORY_PERIOD,
      async (client, abort) => {
        if (link.peek()?.hasAccount !== true) return;
        const query = { interval: historyInterval.peek(), limit: 240 };
        history.value = await client.send(getPortfolioHistory, query, { signal: abort });
      },
      () => [changes.value, historyInterval.value],
    ),
    poll(
      "trades",
      HISTORY_PERIOD,
      async (client, abort) => {
        if (link.peek()?.hasAccount !== true) return;
        const query = { limit: TRADES_PER_PAGE + 1, offset: tradesPage.peek() * TRADES_PER_PAGE };
        const rows = await client.send(getTradeHistory, query, { signal: abort });
        trades.value = { rows: rows.slice(0, TRADES_PER_PAGE), more: rows.length > TRADES_PER_PAGE };
      },
      () => [changes.value, orderChangeCount.value, tradesPage.value],
    ),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

// A new connection has a different account.
effect(() => {
  void connectionCount.value;
  portfolio.value = null;
  balances.value = [];
  openOrders.value = null;
  history.value = null;
  trades.value = null;
  tradesPage.value = 0;
  cancelResult.value = "";
});

export async function cancelOrder({ orderId, symbol }: Order): Promise<void> {
  const client = link.peek()?.client;
  if (client === undefined) return;
  cancelling.value = new Set([...cancelling.peek(), orderId]);
  try {
    await client.send(cancelOnExchange, orderId);
    openOrders.value = openOrders.peek()?.filter((order) => order.orderId !== orderId) ?? null;
    cancelResult.value = `Cancelled the ${symbol} order.`;
  } catch (error) {
    recordFailure("cancel", error);
    cancelResult.value = `Not cancelled: ${messageOf(error)}`;
  } finally {
    cancelling.value = new Set([...cancelling.peek()].filter((id) => id !== orderId));
    refreshAccount();
  }
}
