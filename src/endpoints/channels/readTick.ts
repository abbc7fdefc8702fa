import { parseInstant, parsePlainDecimal } from "../../wire/index.ts";
import type { Tick } from "./tick.ts";

const SYMBOL = '{"channel":"ticker","symbol":"';
const PRICE = '","data":{"price":"';
const QUANTITY = '","quantity":"';
const TIME = '","timestamp":"';
const MAKER = '","is_buyer_maker":true}}';
const TAKER = '","is_buyer_maker":false}}';

/**
 * Reads a tick directly from the text of a frame, faster than `JSON.parse` alone. Undefined for every frame that is not
 * written exactly as the platform writes ticks; such a frame needs `JSON.parse` and `tickMessage`.
 */
export function readTick(text: string): Tick | undefined {
  if (!text.startsWith(SYMBOL)) return undefined;
  const symbolEnd = endOfPlain(text, SYMBOL.length);
  if (!text.startsWith(PRICE, symbolEnd)) return undefined;
  const priceAt = symbolEnd + PRICE.length;
  const priceEnd = text.indexOf('"', priceAt);
  if (!text.startsWith(QUANTITY, priceEnd)) return undefined;
  const quantityAt = priceEnd + QUANTITY.length;
  const quantityEnd = text.indexOf('"', quantityAt);
  if (!text.startsWith(TIME, quantityEnd)) return undefined;
  const timeAt = quantityEnd + TIME.length;
  const timeEnd = text.indexOf('"', timeAt);
  const left = text.length - timeEnd;
  const isBuyerMaker = left === MAKER.length && text.startsWith(MAKER, timeEnd);
  if (!isBuyerMaker && !(left === TAKER.length && text.startsWith(TAKER, timeEnd))) return undefined;
  const price = parsePlainDecimal(text.slice(priceAt, priceEnd));
  const quantity = parsePlainDecimal(text.slice(quantityAt, quantityEnd));
  const time = parseInstant(text.slice(timeAt, timeEnd));
  if (price === undefined || quantity === undefined || Number.isNaN(time)) return undefined;
  const symbol = text.slice(SYMBOL.length, symbolEnd);
  return { symbol, price, quantity, timestamp: new Date(time), isBuyerMaker, source: "stream" };
}

/** The end of a run of capital letters and digits, which JSON never escapes. */
function endOfPlain(text: string, start: number): number {
  let at = start;
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (!((code >= 65 && code <= 90) || (code >= 48 && code <= 57))) break;
  }
  return at;
}
