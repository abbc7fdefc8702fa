import type { Decimal, Side } from "agentexchange";

/** The fields that decide when an order triggers. */
export interface TriggerFields {
  readonly kind: "market" | "limit" | "stop" | "profit";
  readonly side: Side;
  /** Limit or trigger price; null for market orders. */
  readonly price: Decimal | null;
}

/**
 * Says why a pending order would fill immediately; null when it waits. A stop loss triggers at its price or below, a take
 * profit at its price or above, for buys as for sells.
 */
export function immediateTriggerWarning({ kind, side, price }: TriggerFields, last: Decimal | null): string | null {
  if (price === null || last === null || kind === "market") return null;
  const below = kind === "stop" || (kind === "limit" && side === "buy");
  if (below ? last.gt(price) : last.lt(price)) return null;
  const rule = below ? `${price.toFixed()} or below` : `${price.toFixed()} or above`;
  return kind === "limit"
    ? `Triggers immediately: the last price, ${last.toFixed()}, is already at ${rule}.`
    : `Triggers immediately: a ${kind === "stop" ? "stop loss" : "take profit"} triggers at ${rule} (also for ${side}s); the last price is ${last.toFixed()}.`;
}
