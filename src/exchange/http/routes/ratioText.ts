import { amountOf, textOfAmount } from "../../base/amount.ts";

/** A binary number as the platform writes ratios: 8 decimals at most, one at least. */
export function ratioText(value: number): string {
  const text = String(Number(value.toFixed(8)));
  return textOfAmount(amountOf(/[.e]/.test(text) ? text : `${text}.0`));
}
