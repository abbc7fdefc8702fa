import { Tree } from "../../collections/tree.ts";
import { fixed8, type Fixed8 } from "../../base/amount.ts";
import type { Quote, Triggers } from "../../market/market.ts";

/** Pending orders of one pair by price and age, by the move to their price that triggers them. */
export interface Book<Entry> {
  falling: Tree<bigint, Entry>;
  rising: Tree<bigint, Entry>;
}

/** What a pending order waits for. */
export interface Waiting {
  readonly triggersOn: "fall" | "rise";
  readonly price: Fixed8;
  /** Position in the order of creation. */
  readonly sequence: number;
}

const SEQUENCE_BITS = 44n;

export function createBook<Entry>(): Book<Entry> {
  return { falling: new Tree(), rising: new Tree() };
}

/** `entry` tells where the order is found. */
export function addToBook<Entry>(book: Book<Entry>, waiting: Waiting, entry: Entry): void {
  sideOf(book, waiting).set(keyOf(waiting), entry);
}

export function removeFromBook<Entry>(book: Book<Entry>, waiting: Waiting): void {
  sideOf(book, waiting).delete(keyOf(waiting));
}

/** From this share of removed orders on, building a new book is faster than removing them one by one. */
const REBUILT_SHARE = 1 / 8;

/** Removes many orders. */
export function removeAllFromBook<Entry>(book: Book<Entry>, orders: readonly Waiting[]): void {
  if (orders.length < REBUILT_SHARE * sizeOf(book)) {
    for (const order of orders) removeFromBook(book, order);
    return;
  }
  const gone = new Set(orders.map(({ sequence }) => sequence));
  Object.assign(book, { falling: without(book.falling, gone), rising: without(book.rising, gone) });
}

function without<Entry>(side: Tree<bigint, Entry>, gone: ReadonlySet<number>): Tree<bigint, Entry> {
  const rest = new Tree<bigint, Entry>();
  side.ascend(0, (key, entry) => {
    if (!gone.has(sequenceOf(key))) rest.set(key, entry);
    return true;
  });
  return rest;
}

/** Number of orders in a book. */
export function sizeOf<Entry>({ falling, rising }: Book<Entry>): number {
  return falling.size + rising.size;
}

/** The prices at which the first orders trigger. */
export function triggersOf<Entry>(book: Book<Entry>): Triggers {
  return { atOrBelow: priceAt(book.falling.last()?.[0]), atOrAbove: priceAt(book.rising.first()?.[0]) };
}

/** Adds the orders that a price triggers to `found`. */
export function collectTriggered<Entry>(
  { falling, rising }: Book<Entry>,
  quote: Pick<Quote, "floor" | "ceiling">,
  found: Entry[],
): void {
  falling.descend(falling.size - 1, (key, entry) => {
    const isReached = quote.ceiling <= priceOf(key);
    if (isReached) found.push(entry);
    return isReached;
  });
  rising.ascend(0, (key, entry) => {
    const isReached = quote.floor >= priceOf(key);
    if (isReached) found.push(entry);
    return isReached;
  });
}

function sideOf<Entry>({ falling, rising }: Book<Entry>, { triggersOn }: Waiting): Tree<bigint, Entry> {
  return triggersOn === "fall" ? falling : rising;
}

function keyOf({ price, sequence }: Waiting): bigint {
  return (price << SEQUENCE_BITS) | BigInt(sequence);
}

function priceOf(key: bigint): Fixed8 {
  return fixed8(key >> SEQUENCE_BITS);
}

function sequenceOf(key: bigint): number {
  return Number(BigInt.asUintN(Number(SEQUENCE_BITS), key));
}

function priceAt(key: bigint | undefined): Fixed8 | undefined {
  return key === undefined ? undefined : priceOf(key);
}
