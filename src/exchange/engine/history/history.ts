import { Tree } from "../../collections/tree.ts";
import type { Account, Agent, History, HistoryFilter, Order, Page, Scope, Trade } from "../model.ts";
import { agentsOf } from "../scope.ts";
import type { ExchangeState } from "../state.ts";
import { addToLists, addToProperty, listOf, removeFromProperty } from "./lists.ts";
import { TRADE_MEASURE, type TradeSummary } from "./tradeSummary.ts";

export function createHistory(): History {
  return {
    orders: new Tree(),
    orderNumbers: new Tree(),
    orderLists: new Map(),
    trades: new Tree<number, Trade, TradeSummary>(TRADE_MEASURE),
    tradeLists: new Map(),
  };
}

/** Records a new order, pending or filled already. */
export function recordOrder({ orders, orderNumbers, orderLists }: History, order: Order): void {
  const { id, sequence, symbol, status } = order;
  orders.set(sequence, order);
  addToLists(orderLists, symbol, status, sequence);
  // Ids are random, so hardly ever do two have the same number.
  for (let number = numberOf(id); ; number++) {
    const other = orderNumbers.set(number, sequence);
    if (other === undefined) return;
    orderNumbers.set(number, other);
  }
}

/** Takes an order from the pending ones, before {@link recordOutcome}. */
export function endPending({ orderLists }: History, { symbol, sequence }: Order): void {
  removeFromProperty(orderLists, symbol, "pending", sequence);
}

/** Replaces an order that was pending by what has become of it. */
export function recordOutcome({ orders, orderLists }: History, order: Order): void {
  orders.set(order.sequence, order);
  addToProperty(orderLists, order.symbol, order.status, order.sequence);
}

export function recordTrade({ trades, tradeLists }: History, place: number, trade: Trade): void {
  trades.set(place, trade);
  addToLists(tradeLists, trade.symbol, trade.side, place);
}

/** The first 48 bits of a UUID. NaN for anything else. */
function numberOf(id: string): number {
  return Number.parseInt(id.slice(0, 8), 16) * 0x1_0000 + Number.parseInt(id.slice(9, 13), 16);
}

/** Finds an order of an account by its id. */
export function findOrder(state: ExchangeState, account: Account, id: string): Order | undefined {
  for (const { history } of agentsOf(state, { account, agent: undefined })) {
    for (let number = numberOf(id); ; number++) {
      const sequence = history.orderNumbers.get(number);
      if (sequence === undefined) break;
      const order = history.orders.get(sequence);
      if (order?.id === id) return order;
    }
  }
  return undefined;
}

/** Number of pending orders of an agent. */
export function countPending({ history }: Agent): number {
  return listOf(history.orderLists, undefined, "pending")?.size ?? 0;
}

/** Pending orders of a scope, newest first. */
export function pendingOrders(state: ExchangeState, scope: Scope): readonly Order[] {
  return ordersOf(state, scope, { status: "pending" }, Number.POSITIVE_INFINITY, 0).items;
}

/** Orders of a scope that match the filter. */
export function ordersOf(
  state: ExchangeState,
  scope: Scope,
  { symbol, status }: HistoryFilter,
  limit: number,
  offset: number,
): Page<Order> {
  const isFiltered = symbol !== undefined || status !== undefined;
  return pageOf(
    agentsOf(state, scope).map(({ history: { orders, orderLists } }) => ({
      items: orders,
      numbers: isFiltered ? listOf(orderLists, symbol, status) : orders,
    })),
    limit,
    offset,
  );
}

/** Trades of a scope that match the filter. */
export function tradesOf(
  state: ExchangeState,
  scope: Scope,
  { symbol, side }: HistoryFilter,
  limit: number,
  offset: number,
): Page<Trade> {
  const isFiltered = symbol !== undefined || side !== undefined;
  return pageOf(
    agentsOf(state, scope).map(({ history: { trades, tradeLists } }) => ({
      items: trades,
      numbers: isFiltered ? listOf(tradeLists, symbol, side) : trades,
    })),
    limit,
    offset,
  );
}

/** The part of a `Tree` that listing needs, whatever its values are. */
type Numbers = Pick<Tree<number, unknown>, "size" | "rankOf" | "descend" | "entryAt">;

/** One agent's matching numbers, and the items that they stand for. */
interface Source<Item> {
  readonly items: Pick<Tree<number, Item>, "get">;
  readonly numbers: Numbers | undefined;
}

/** A page of several sources, newest first. It costs what is on the page, however many items precede it. */
function pageOf<Item>(all: readonly Source<Item>[], limit: number, offset: number): Page<Item> {
  const sources = all.flatMap(({ items, numbers }) => (numbers === undefined ? [] : [{ items, numbers }]));
  const total = sources.reduce((sum, { numbers }) => sum + numbers.size, 0);
  if (offset >= total || limit <= 0) return { items: [], total };
  const [first] = sources;
  if (first !== undefined && sources.length === 1) {
    const numbers = newest(first.numbers, total - offset, limit);
    return { items: numbers.map((number) => first.items.get(number)).filter((item) => item !== undefined), total };
  }
  const end = endOfPage(
    sources.map((source) => source.numbers),
    offset,
  );
  const found = sources.flatMap(({ items, numbers }) =>
    newest(numbers, numbers.rankOf(end), limit).flatMap((number) => {
      const item = items.get(number);
      return item === undefined ? [] : [{ number, item }];
    }),
  );
  found.sort((a, b) => b.number - a.number);
  return { items: found.slice(0, limit).map(({ item }) => item), total };
}

/** The smallest number that at most `offset` entries reach. */
function endOfPage(sources: readonly Numbers[], offset: number): number {
  let low = 0;
  let high = Math.max(...sources.map((numbers) => (numbers.entryAt(numbers.size - 1)?.[0] ?? -1) + 1));
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const above = sources.reduce((sum, numbers) => sum + numbers.size - numbers.rankOf(middle), 0);
    if (above > offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Up to `limit` numbers before an index, highest first. */
function newest(numbers: Numbers, end: number, limit: number): readonly number[] {
  const found: number[] = [];
  if (end <= 0) return found;
  numbers.descend(end - 1, (number) => found.push(number) < limit);
  return found;
}
