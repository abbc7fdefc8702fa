import { at } from "../../base/at.ts";
import type { Quote, Triggers } from "../../market/market.ts";
import { type Fixed8, ZERO8 } from "../../base/amount.ts";
import type { Order } from "../model.ts";
import { ORDER_KINDS } from "../orderKinds.ts";

/** Pending orders of one pair, by the price move that triggers them. */
interface PairOrders {
  /** Ascending by price: the last element triggers first. */
  readonly falling: Order[];
  /** Descending by price: the last element triggers first. */
  readonly rising: Order[];
}

/** All pending orders, sorted so that collecting the triggered ones costs only as much as their number. */
export class PendingOrders {
  readonly #bySymbol = new Map<string, PairOrders>();

  add(order: Order): void {
    const list = listOf(this.#orders(order.symbol), order);
    list.splice(indexOf(list, order), 0, order);
  }

  remove(order: Order): void {
    const orders = this.#orders(order.symbol);
    const list = listOf(orders, order);
    list.splice(indexOf(list, order), 1);
    if (orders.falling.length + orders.rising.length === 0) this.#bySymbol.delete(order.symbol);
  }

  /** Pairs that have pending orders. */
  symbols(): IterableIterator<string> {
    return this.#bySymbol.keys();
  }

  /** The prices at which the first orders of a pair trigger. */
  triggers(symbol: string): Triggers {
    const orders = this.#bySymbol.get(symbol);
    return { atOrBelow: orders?.falling.at(-1)?.price, atOrAbove: orders?.rising.at(-1)?.price };
  }

  /** Number of pending orders. */
  get size(): number {
    let size = 0;
    for (const { falling, rising } of this.#bySymbol.values()) size += falling.length + rising.length;
    return size;
  }

  /** Orders created before a time, oldest first. */
  createdBefore(time: number): readonly Order[] {
    const old: Order[] = [];
    for (const { falling, rising } of this.#bySymbol.values()) {
      for (const order of falling) if (order.createdAt < time) old.push(order);
      for (const order of rising) if (order.createdAt < time) old.push(order);
    }
    return old.toSorted((a, b) => a.sequence - b.sequence);
  }

  /** Adds the orders of a pair that a price triggers to `found`. */
  collect(symbol: string, quote: Quote, found: Order[]): void {
    const orders = this.#bySymbol.get(symbol);
    if (orders === undefined) return;
    collectFrom(orders.falling, (price) => quote.ceiling <= price, found);
    collectFrom(orders.rising, (price) => quote.floor >= price, found);
  }

  #orders(symbol: string): PairOrders {
    let orders = this.#bySymbol.get(symbol);
    if (orders === undefined) this.#bySymbol.set(symbol, (orders = { falling: [], rising: [] }));
    return orders;
  }
}

function collectFrom(list: readonly Order[], reached: (price: Fixed8) => boolean, found: Order[]): void {
  for (let index = list.length - 1; index >= 0; index--) {
    const order = list[index];
    if (order === undefined || !reached(priceOf(order))) return;
    found.push(order);
  }
}

function waitsForFall({ type, side }: Order): boolean {
  return ORDER_KINDS[type].live.triggersOn?.[side] === "fall";
}

function listOf(orders: PairOrders, order: Order): Order[] {
  return waitsForFall(order) ? orders.falling : orders.rising;
}

function priceOf(order: Order): Fixed8 {
  return order.price ?? ZERO8;
}

/** The index of an order in its list: sorted by price, at equal prices older orders nearer to the end. */
function indexOf(list: readonly Order[], order: Order): number {
  const ascending = waitsForFall(order);
  const price = priceOf(order);
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const other = at(list, middle);
    const before = priceOf(other) === price ? other.sequence > order.sequence : priceOf(other) < price === ascending;
    if (before) low = middle + 1;
    else high = middle;
  }
  return low;
}
