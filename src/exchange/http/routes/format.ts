// How routes write numbers.
import { toDecimal28, round8, formatDecimal, formatFixed8, type Decimal28, type Fixed8 } from "../../base/amount.ts";

export function formatEightDecimals(amount: Decimal28): string {
  return formatDecimal(round8(amount));
}

/** A floating-point number as the platform writes ratios: with 1 to 8 decimals. */
export function formatRatio(value: number): string {
  const text = String(Number(value.toFixed(8)));
  return formatDecimal(toDecimal28(/[.e]/.test(text) ? text : `${text}.0`));
}

export function formatOptional(amount: Decimal28 | undefined): string | null {
  return amount === undefined ? null : formatDecimal(amount);
}

export function formatPrices(prices: ReadonlyMap<string, Fixed8>): Readonly<Record<string, string>> {
  return Object.fromEntries([...prices].map(([symbol, price]) => [symbol, formatFixed8(price)]));
}
