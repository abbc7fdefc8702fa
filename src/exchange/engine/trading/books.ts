import { Tree } from "../../collections/tree.ts";
import { ZERO8 } from "../../base/amount.ts";
import type { Order } from "../model.ts";
import { ORDER_KINDS } from "../orderKinds.ts";
import { addToBook, createBook, removeAllFromBook, removeFromBook, sizeOf, type Book, type Waiting } from "./book.ts";

/** All pending orders, sorted so that finding the triggered ones costs only as much as their number. */
export interface Books {
  /** Agents by the sequence numbers of their orders, so oldest first. */
  readonly byAge: Tree<number, string>;
  /** By pair. */
  readonly pairs: Map<string, Book<PendingOrder>>;
}

/** Where a pending order is found. */
export interface PendingOrder {
  readonly agentId: string;
  readonly sequence: number;
}

export function createBooks(): Books {
  return { byAge: new Tree(), pairs: new Map() };
}

export function addToBooks({ byAge, pairs }: Books, order: Order): void {
  const { symbol, agentId, sequence } = order;
  let book = pairs.get(symbol);
  if (book === undefined) pairs.set(symbol, (book = createBook()));
  addToBook(book, waitingOf(order), { agentId, sequence });
  byAge.set(sequence, agentId);
}

export function removeFromBooks({ byAge, pairs }: Books, order: Order): void {
  const book = pairs.get(order.symbol);
  if (book === undefined) return;
  removeFromBook(book, waitingOf(order));
  byAge.delete(order.sequence);
  if (sizeOf(book) === 0) pairs.delete(order.symbol);
}

/** Removes many orders, newest first, each given once. */
export function removeAllFromBooks({ byAge, pairs }: Books, orders: readonly Order[]): void {
  const gone = new Map<string, Order[]>();
  for (const order of orders) {
    const ofPair = gone.get(order.symbol);
    if (ofPair === undefined) gone.set(order.symbol, [order]);
    else ofPair.push(order);
    byAge.delete(order.sequence);
  }
  for (const [symbol, ofPair] of gone) {
    const book = pairs.get(symbol);
    if (book === undefined) continue;
    if (ofPair.length === sizeOf(book)) pairs.delete(symbol);
    else removeAllFromBook(book, ofPair.map(waitingOf));
  }
}

function waitingOf({ type, side, price = ZERO8, sequence }: Order): Waiting {
  return { triggersOn: ORDER_KINDS[type].live.triggersOn?.[side] ?? "rise", price, sequence };
}
