import { Tree } from "../../collections/tree.ts";
import type { Quote, Triggers } from "../../market/market.ts";
import { fixed8, type Fixed8, ZERO8 } from "../../base/amount.ts";
import type { Order } from "../model.ts";
import { ORDER_KINDS } from "../orderKinds.ts";

/** All pending orders, sorted so that finding the triggered ones costs only as much as their number. */
export interface Books {
  /** Agents by the sequence numbers of their orders, so oldest first. */
  readonly byAge: Tree<number, string>;
  /** By pair. */
  readonly pairs: Map<string, Book>;
}

/** Sequence numbers and agents of one pair's pending orders, by price and age, by the price move that triggers them. */
interface Book {
  readonly falling: Tree<bigint, PendingOrder>;
  readonly rising: Tree<bigint, PendingOrder>;
}

/** Where a pending order is found. */
export interface PendingOrder {
  readonly agentId: string;
  readonly sequence: number;
}

const SEQUENCE_BITS = 44n;

export function createBooks(): Books {
  return { byAge: new Tree(), pairs: new Map() };
}

export function addToBook({ byAge, pairs }: Books, order: Order): void {
  const { symbol, agentId, sequence } = order;
  let book = pairs.get(symbol);
  if (book === undefined) pairs.set(symbol, (book = { falling: new Tree(), rising: new Tree() }));
  sideOf(book, order).set(keyOf(order), { agentId, sequence });
  byAge.set(sequence, agentId);
}

export function removeFromBook({ byAge, pairs }: Books, order: Order): void {
  const book = pairs.get(order.symbol);
  if (book === undefined) return;
  sideOf(book, order).delete(keyOf(order));
  byAge.delete(order.sequence);
  if (book.falling.size + book.rising.size === 0) pairs.delete(order.symbol);
}

/** The prices at which the first orders of a pair trigger. */
export function triggersOf({ pairs }: Books, symbol: string): Triggers {
  const book = pairs.get(symbol);
  return { atOrBelow: priceAt(book?.falling.last()?.[0]), atOrAbove: priceAt(book?.rising.first()?.[0]) };
}

/** Adds the orders of a pair that a price triggers to `found`. */
export function collectTriggered({ pairs }: Books, symbol: string, quote: Quote, found: PendingOrder[]): void {
  const book = pairs.get(symbol);
  if (book === undefined) return;
  book.falling.descend(book.falling.size - 1, (key, order) => {
    const isReached = quote.ceiling <= priceOf(key);
    if (isReached) found.push(order);
    return isReached;
  });
  book.rising.ascend(0, (key, order) => {
    const isReached = quote.floor >= priceOf(key);
    if (isReached) found.push(order);
    return isReached;
  });
}

function sideOf({ falling, rising }: Book, { type, side }: Order): Tree<bigint, PendingOrder> {
  return ORDER_KINDS[type].live.triggersOn?.[side] === "fall" ? falling : rising;
}

function keyOf({ price, sequence }: Order): bigint {
  return ((price ?? ZERO8) << SEQUENCE_BITS) | BigInt(sequence);
}

function priceOf(key: bigint): Fixed8 {
  return fixed8(key >> SEQUENCE_BITS);
}

function priceAt(key: bigint | undefined): Fixed8 | undefined {
  return key === undefined ? undefined : priceOf(key);
}
