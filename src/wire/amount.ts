import { Exact, type Decimal } from "./decimal.ts";

/** The platform stores amounts (prices, quantities, balances) with this number of decimals. */
export const AMOUNT_DECIMALS = 8;

/** The smallest amount that the platform can store. */
export const AMOUNT_STEP = "0.00000001";

/** The amount as the platform stores it: rounded to 8 decimals, half up. */
export function roundAmount(value: Decimal): Decimal {
  return value.toDecimalPlaces(AMOUNT_DECIMALS, Exact.ROUND_HALF_UP);
}
