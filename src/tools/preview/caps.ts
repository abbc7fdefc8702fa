import { Exact, toPublicDecimal, type Decimal } from "../../wire/index.ts";
import type { Mandate } from "../types.ts";

/** A limit of a mandate, and what an order would make of it. */
export interface CapUse {
  readonly cap: "maxOrder" | "maxPerDay" | "maxOrdersPerDay" | "maxExposure";
  readonly limit: Decimal;
  /** With the order. In USDT, or a number of orders. */
  readonly after: Decimal;
  /** `after` in percent of `limit`; more than 100 is refused. */
  readonly usedPct: Decimal;
  readonly exceeded: boolean;
}

/** What of a mandate is used before an order. Amounts are in USDT. */
export interface MandateUse {
  /** Worst-case value of the day's orders. */
  readonly value: Decimal | string;
  /** Number of the day's orders. */
  readonly orders: number;
  /** Value of all positions and pending buys. */
  readonly exposure: Decimal | string;
}

/** The limits of a mandate that a buy counts towards, the nearest first. */
export function capsAfter(worstCase: Decimal, mandate: Mandate, used: MandateUse): readonly CapUse[] {
  const caps: CapUse[] = [];
  const add = (cap: CapUse["cap"], limit: string | number | undefined, after: Decimal): void => {
    if (limit === undefined) return;
    const most = new Exact(limit);
    const usedPct = most.isZero()
      ? new Exact(after.isZero() ? 0 : Number.POSITIVE_INFINITY)
      : after.div(most).times(100);
    caps.push({
      cap,
      limit: toPublicDecimal(most),
      after: toPublicDecimal(after),
      usedPct: toPublicDecimal(usedPct),
      exceeded: after.gt(most),
    });
  };
  add("maxOrder", mandate.maxOrder, new Exact(worstCase));
  add("maxPerDay", mandate.maxPerDay, new Exact(used.value).plus(worstCase));
  add("maxOrdersPerDay", mandate.maxOrdersPerDay, new Exact(used.orders).plus(1));
  add("maxExposure", mandate.maxExposure, new Exact(used.exposure).plus(worstCase));
  return caps.toSorted((a, b) => b.usedPct.cmp(a.usedPct));
}
