import type { Order, Scope, Trade } from "./model.ts";

/** A stretch of a list, newest first. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** How many there are in all. */
  readonly matches: number;
}

function pageOf<Item>(
  oldestFirst: readonly Item[],
  limit: number,
  offset: number,
  matches: (item: Item) => boolean,
): Page<Item> {
  const items: Item[] = [];
  let count = 0;
  for (let at = oldestFirst.length - 1; at >= 0; at--) {
    const item = oldestFirst[at] as Item;
    if (!matches(item)) continue;
    if (count >= offset && items.length < limit) items.push(item);
    count++;
  }
  return { items, matches: count };
}

/** Orders of a scope that fit all filters given. */
export function ordersOf(
  { account, agent }: Scope,
  filter: { readonly status?: string | undefined; readonly symbol?: string | undefined },
  limit: number,
  offset: number,
): Page<Order> {
  return pageOf(account.orders, limit, offset, (order) => {
    if (agent !== undefined && order.agent !== agent) return false;
    return (
      (filter.status === undefined || order.status === filter.status) &&
      (filter.symbol === undefined || order.symbol === filter.symbol)
    );
  });
}

/** Trades of a scope that fit all filters given. */
export function tradesOf(
  { account, agent }: Scope,
  filter: { readonly side?: string | undefined; readonly symbol?: string | undefined },
  limit: number,
  offset: number,
): Page<Trade> {
  return pageOf(account.trades, limit, offset, ({ order }) => {
    if (agent !== undefined && order.agent !== agent) return false;
    return (
      (filter.side === undefined || order.side === filter.side) &&
      (filter.symbol === undefined || order.symbol === filter.symbol)
    );
  });
}
