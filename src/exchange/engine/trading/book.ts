import { Tree } from "../../collections/tree.ts";
import { fixed8, type Fixed8 } from "../../base/amount.ts";
import type { Quote, Triggers } from "../../market/market.ts";

/** Pending orders of one pair by price and age, by the move to their price that triggers them. */
export interface Book<Entry> {
  readonly falling: Tree<bigint, Entry>;
  readonly rising: Tree<bigint, Entry>;
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

export function isEmpty<Entry>({ falling, rising }: Book<Entry>): boolean {
  return falling.size + rising.size === 0;
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

function priceAt(key: bigint | undefined): Fixed8 | undefined {
  return key === undefined ? undefined : priceOf(key);
}
