import { at } from "../../base/at.ts";
import type { Agent, History, HistoryFilter, Order, Page, Scope, Trade } from "../model.ts";

/** A history in memory. */
export function memoryHistory(): History {
  const byId = new Map<string, Order>();
  // All oldest first.
  let all: Order[] = [];
  let trades: Trade[] = [];
  const pending = new Set<Order>();

  function add(order: Order): void {
    byId.set(order.id, order);
    all.push(order);
  }

  return {
    addPending(order) {
      add(order);
      pending.add(order);
    },
    addFinished(order) {
      // A market order has never been pending.
      if (!pending.delete(order)) add(order);
    },
    addTrade: (trade) => void trades.push(trade),
    order: (id) => byId.get(id),
    pending: () => [...pending],
    orders: (agent, filter, limit, offset) =>
      pageOf(filter.status === "pending" ? [...pending] : all, limit, offset, (order) =>
        matchesFilter(order, agent, filter),
      ),
    trades: (agent, filter, limit, offset) =>
      pageOf(trades, limit, offset, ({ order }) => matchesFilter(order, agent, filter)),
    *tradesSince(agent, since) {
      for (const trade of trades)
        if (trade.time >= since && (agent === undefined || trade.order.agent === agent)) yield trade;
    },
    removeAgent(agent) {
      for (const order of all) {
        if (order.agent !== agent) continue;
        byId.delete(order.id);
        pending.delete(order);
      }
      all = all.filter((order) => order.agent !== agent);
      trades = trades.filter((trade) => trade.order.agent !== agent);
    },
  };
}

function matchesFilter(order: Order, agent: Agent | undefined, { status, symbol, side }: HistoryFilter): boolean {
  return (
    (agent === undefined || order.agent === agent) &&
    (status === undefined || order.status === status) &&
    (symbol === undefined || order.symbol === symbol) &&
    (side === undefined || order.side === side)
  );
}

function pageOf<Item>(
  oldestFirst: readonly Item[],
  limit: number,
  offset: number,
  matches: (item: Item) => boolean,
): Page<Item> {
  const items: Item[] = [];
  let count = 0;
  for (let index = oldestFirst.length - 1; index >= 0; index--) {
    const item = at(oldestFirst, index);
    if (!matches(item)) continue;
    if (count >= offset && items.length < limit) items.push(item);
    count++;
  }
  return { items, total: count };
}

/** Orders of a scope that match the filter. */
export function ordersOf({ account, agent }: Scope, filter: HistoryFilter, limit: number, offset: number): Page<Order> {
  return account.history.orders(agent, filter, limit, offset);
}

/** Trades of a scope that match the filter. */
export function tradesOf({ account, agent }: Scope, filter: HistoryFilter, limit: number, offset: number): Page<Trade> {
  return account.history.trades(agent, filter, limit, offset);
}
