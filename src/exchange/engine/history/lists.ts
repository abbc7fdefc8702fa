import { Tree } from "../../collections/tree.ts";

/**
 * Numbers of orders or trades in order, by symbol and by one more property. The empty string stands for any, so every
 * filter has its list.
 */
export type Lists = Map<string, Map<string, NumberList>>;

type NumberList = Tree<number, null>;

const ANY = "";

/** The list of a filter; undefined fields match anything. */
export function listOf(lists: Lists, symbol: string | undefined, property: string | undefined): NumberList | undefined {
  // No order has an empty symbol, status or side.
  if (symbol === ANY || property === ANY) return undefined;
  return lists.get(symbol ?? ANY)?.get(property ?? ANY);
}

/** Adds a number to all lists but that of everything, which the orders or trades are themselves. */
export function addToLists(lists: Lists, symbol: string, property: string, number: number): void {
  openList(lists, symbol, ANY).set(number, null);
  addToProperty(lists, symbol, property, number);
}

/** Adds a number to the lists of a property. */
export function addToProperty(lists: Lists, symbol: string, property: string, number: number): void {
  openList(lists, ANY, property).set(number, null);
  openList(lists, symbol, property).set(number, null);
}

/** Removes a number from the lists of a property. */
export function removeFromProperty(lists: Lists, symbol: string, property: string, number: number): void {
  lists.get(ANY)?.get(property)?.delete(number);
  lists.get(symbol)?.get(property)?.delete(number);
}

function openList(lists: Lists, symbol: string, property: string): NumberList {
  let ofSymbol = lists.get(symbol);
  if (ofSymbol === undefined) lists.set(symbol, (ofSymbol = new Map()));
  let list = ofSymbol.get(property);
  if (list === undefined) ofSymbol.set(property, (list = new Tree()));
  return list;
}
