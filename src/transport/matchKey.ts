import { Exact, roundAmount, type Decimal } from "../wire/index.ts";

/** The fields by which orders are compared in a list of orders. */
export interface MatchedFields {
  readonly symbol: string;
  readonly side: string;
  readonly type: string;
  readonly quantity: Decimal | string;
  readonly price?: Decimal | string | null | undefined;
}

/** Equal for orders that cannot be told apart in a list of orders. */
export function matchKey({ symbol, side, type, quantity, price }: MatchedFields): string {
  const priceKey = price === null || price === undefined ? "" : storedAmount(price);
  return [symbol.toUpperCase(), side, type, storedAmount(quantity), priceKey].join(" ");
}

function storedAmount(amount: Decimal | string): string {
  return roundAmount(new Exact(amount)).toFixed();
}
