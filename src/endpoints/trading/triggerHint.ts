import type { Decimal } from "../../wire/index.ts";

/** What of an order decides when it is set off. */
interface Triggered {
  readonly side: string;
  readonly type: string;
  readonly price: Decimal;
}

/**
 * What the platform's trigger rule means for a buy, which most expect to wait for the other direction. It has no side, so
 * this is true whatever the last price is, and no request is needed to say it.
 */
export function triggerHint({ side, type, price }: Triggered): string | null {
  if (side !== "buy") return null;
  const at = price.toFixed();
  if (type === "stop_loss")
    return `A stop-loss is set off at its trigger price or below, also for a buy: if the last price is ${at} or less now, this order fills immediately. To buy once the price rises to ${at}, place a take-profit.`;
  if (type === "take_profit")
    return `A take-profit is set off at its trigger price or above, also for a buy: if the last price is ${at} or more now, this order fills immediately. To buy once the price falls to ${at}, place a limit order or a stop-loss.`;
  return null;
}
