import type { Quote, Triggers } from "../../market/market.ts";
import { type Fixed8, ZERO8 } from "../../base/amount.ts";
import type { Order } from "../model.ts";
import { ORDER_KINDS } from "../orderKinds.ts";

/** Pending orders of one pair: those that trigger when the price falls, and those when it rises. */
interface Waiting {
  /** Ascending by price: the first to trigger is the last. */
  readonly falling: Order[];
  /** Descending by price: the first to trigger is the last. */
  readonly rising: Order[];
}

/** All pending orders, kept so that finding the triggered ones costs by their number alone. */
export class PendingOrders {
  readonly #bySymbol = new Map<string, Waiting>();

  add(order: Order): void {
    const list = listOf(this.#waiting(order.symbol), order);
    list.splice(placeOf(list, order), 0, order);
  }

  remove(order: Order): void {
    const waiting = this.#waiting(order.symbol);
    const list = listOf(waiting, order);
    list.splice(placeOf(list, order), 1);
    if (waiting.falling.length + waiting.rising.length === 0) this.#bySymbol.delete(order.symbol);
  }

  /** Pairs that have pending orders. */
  symbols(): IterableIterator<string> {
    return this.#bySymbol.keys();
  }

  /** At which prices the first orders of a pair trigger. */
  triggers(symbol: string): Triggers {
    const waiting = this.#bySymbol.get(symbol);
    return { atOrBelow: waiting?.falling.at(-1)?.price, atOrAbove: waiting?.rising.at(-1)?.price };
  }

  /** How many orders wait. */
  get size(): number {
    let size = 0;
    for (const { falling, rising } of this.#bySymbol.values()) size += falling.length + rising.length;
    return size;
  }

  /** Orders older than a moment (Unix milliseconds), oldest first. */
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
    const waiting = this.#bySymbol.get(symbol);
    if (waiting === undefined) return;
    collectFrom(waiting.falling, (price) => quote.ceiling <= price, found);
    collectFrom(waiting.rising, (price) => quote.floor >= price, found);
  }

  #waiting(symbol: string): Waiting {
    let waiting = this.#bySymbol.get(symbol);
    if (waiting === undefined) this.#bySymbol.set(symbol, (waiting = { falling: [], rising: [] }));
    return waiting;
  }
}

function collectFrom(list: readonly Order[], reached: (price: Fixed8) => boolean, found: Order[]): void {
  for (let at = list.length - 1; at >= 0; at--) {
    const order = list[at] as Order;
    if (!reached(priceOf(order))) return;
    found.push(order);
  }
}

function waitsForFall({ type, side }: Order): boolean {
  return ORDER_KINDS[type].live.triggersOn?.[side] === "fall";
}

function listOf(waiting: Waiting, order: Order): Order[] {
  return waitsForFall(order) ? waiting.falling : waiting.rising;
}

function priceOf(order: Order): Fixed8 {
  return order.price ?? ZERO8;
}

/** Where an order stands, or belongs, in its list: by price, older ones nearer to the end. */
function placeOf(list: readonly Order[], order: Order): number {
  const ascending = waitsForFall(order);
  const price = priceOf(order);
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const other = list[middle] as Order;
    const before = priceOf(other) === price ? other.sequence > order.sequence : priceOf(other) < price === ascending;
    if (before) low = middle + 1;
    else high = middle;
  }
  return low;
}
