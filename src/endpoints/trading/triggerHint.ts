import type { Decimal } from "../../wire/index.ts";

/** The fields that decide when an order triggers. */
interface Triggered {
  readonly side: string;
  readonly type: string;
  readonly price: Decimal;
}

/**
 * Warns that a stop-loss or take-profit buy may fill immediately, because the platform's trigger rule ignores the side.
 * The warning is valid at any last price, so it needs no further request.
 */
export function triggerHint({ side, type, price }: Triggered): string | null {
  if (side !== "buy") return null;
  const at = price.toFixed();
  if (type === "stop_loss")
    return `A stop-loss triggers at its trigger price or below, for buys too: if the last price is ${at} or less now, this order fills immediately. To buy when the price rises to ${at}, place a take-profit.`;
  if (type === "take_profit")
    return `A take-profit triggers at its trigger price or above, for buys too: if the last price is ${at} or more now, this order fills immediately. To buy when the price falls to ${at}, place a limit order or a stop-loss.`;
  return null;
}
