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
import { follow, orderChanges, prices } from "../feed.ts";
import { messageOf, noteFailure } from "./calls.ts";
import { link, opened } from "./connection.ts";

const PERIOD = 5000;
const HISTORY_PERIOD = 30_000;
export const TRADES_A_PAGE = 8;

export type HistoryInterval = "1m" | "1h" | "1d";

export const portfolio = signal<Portfolio | null>(null);
export const balances = signal<readonly AssetBalance[]>([]);
/** Null until they are known. */
export const openOrders = signal<readonly Order[] | null>(null);
export const history = signal<readonly PortfolioSnapshot[] | null>(null);
export const historyInterval = signal<HistoryInterval>("1h");
export const tradesPage = signal(0);
/** A page of trades, and whether there are more; null until it is known. */
export const trades = signal<{ readonly rows: readonly Trade[]; readonly more: boolean } | null>(null);
/** Orders that are being cancelled. */
export const cancelling = signal<ReadonlySet<string>>(new Set());
/** What became of the last cancellation, in words. */
export const cancelled = signal("");

const changes = signal(0);

/** Asks for everything again at once, since something was done. */
export function accountChanged(): void {
  changes.value += 1;
}

/** A position at the price of this second, in USDT. */
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

/** Cash and positions at the prices of this second, in USDT. */
export const equity = computed(() => {
  const known = portfolio.value;
  if (known === null) return null;
  return positions.value.reduce(
    (sum, { value, position }) => sum.plus(value).minus(position.marketValue),
    known.totalEquity,
  );
});

/** What there is of an asset to trade with. */
export function availableOf(asset: string): Decimal {
  return balances.value.find((balance) => balance.asset === asset)?.available ?? new Decimal(0);
}

/** Keeps the account up to date; gives back what ends that. */
export function followAccount(): () => void {
  const depends = (): unknown => [changes.value, orderChanges.value];
  const stops = [
    follow(
      "account",
      PERIOD,
      async (client, stop) => {
        if (link.peek()?.hasAccount !== true) return;
        const options = { signal: stop };
        const [owned, held, open] = await Promise.all([
          client.getPortfolio(options),
          client.getBalance(options),
          client.getOpenOrders({}, options),
        ]);
        portfolio.value = owned;
        balances.value = held.balances;
        openOrders.value = open;
      },
      depends,
    ),
    follow(
      "equity curve",
      HISTORY_PERIOD,
      async (client, stop) => {
        if (link.peek()?.hasAccount !== true) return;
        const query = { interval: historyInterval.peek(), limit: 240 };
        history.value = await client.getPortfolioHistory(query, { signal: stop });
      },
      () => [changes.value, historyInterval.value],
    ),
    follow(
      "trades",
      HISTORY_PERIOD,
      async (client, stop) => {
        if (link.peek()?.hasAccount !== true) return;
        const query = { limit: TRADES_A_PAGE + 1, offset: tradesPage.peek() * TRADES_A_PAGE };
        const rows = await client.getTradeHistory(query, { signal: stop });
        trades.value = { rows: rows.slice(0, TRADES_A_PAGE), more: rows.length > TRADES_A_PAGE };
      },
      () => [changes.value, orderChanges.value, tradesPage.value],
    ),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

// Another connection is another account.
effect(() => {
  void opened.value;
  portfolio.value = null;
  balances.value = [];
  openOrders.value = null;
  history.value = null;
  trades.value = null;
  tradesPage.value = 0;
  cancelled.value = "";
});

export async function cancel({ orderId, symbol }: Order): Promise<void> {
  const client = link.peek()?.client;
  if (client === undefined) return;
  cancelling.value = new Set([...cancelling.peek(), orderId]);
  try {
    await client.cancelOrder(orderId);
    openOrders.value = openOrders.peek()?.filter((order) => order.orderId !== orderId) ?? null;
    cancelled.value = `The order for ${symbol} is cancelled.`;
  } catch (error) {
    noteFailure("cancel", error);
    cancelled.value = `Not cancelled: ${messageOf(error)}`;
  } finally {
    cancelling.value = new Set([...cancelling.peek()].filter((id) => id !== orderId));
    accountChanged();
  }
}
