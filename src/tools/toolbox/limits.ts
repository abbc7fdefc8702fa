import { DAY, Exact, type Decimal } from "../../wire/index.ts";
import type { ToolError } from "../types.ts";
import { toolError } from "./failure.ts";
import type { CheckedMandate } from "./mandate.ts";
import type { PlannedOrder } from "../preview/plannedOrder.ts";
import { exposureOf, sellableQuantity, type Snapshot } from "./snapshot.ts";
import { dayOf, type LedgerState } from "./state.ts";

/** What of the limits is used; amounts in USDT, as strings for the journal. */
export interface LimitUse {
  readonly day: string;
  readonly value: string;
  readonly orders: number;
  /** Absent if nothing limits it. */
  readonly exposure?: string;
}

/** What the limits say about an order. */
export interface Verdict {
  readonly error: ToolError | undefined;
  /** False for a sell that only reduces a position: it passes the limits and uses nothing of them. */
  readonly counts: boolean;
  readonly day: string;
  /** What of the limits is used without the order, and with it. */
  readonly before: LimitUse;
  readonly after: LimitUse;
  /** As the exchange reports it. */
  readonly equity: Decimal;
  /** Whether the drawdown is reached, which halts the toolbox. */
  readonly isDrawdown: boolean;
}

const zero = new Exact(0);

/**
 * The day that orders count for. A clock that is a day behind, or was set back, does not give the limits anew.
 */
export function currentDay(state: LedgerState, now: number): string {
  const today = dayOf(now);
  const tomorrow = dayOf(now + DAY);
  return state.latestDay === tomorrow ? tomorrow : today;
}

/** Compares an order with every limit, and all that is reserved. */
export function checkLimits(
  state: LedgerState,
  mandate: CheckedMandate,
  snapshot: Snapshot,
  terms: PlannedOrder,
  value: Decimal,
): Verdict {
  const { symbol, side, quantity } = terms;
  const { portfolio } = snapshot;
  const day = currentDay(state, portfolio.timestamp.getTime());
  const used = state.days.get(day) ?? { value: zero, orders: 0 };
  const counts = side === "buy" || sellableQuantity(state, snapshot, symbol).lt(quantity);
  const exposure = mandate.maxExposure === undefined ? undefined : exposureOf(state, snapshot);
  const exposureAfter = side === "buy" ? exposure?.plus(value) : exposure;
  const valueAfter = counts ? used.value.plus(value) : used.value;
  const ordersAfter = counts ? used.orders + 1 : used.orders;

  const equity = portfolio.totalEquity;
  const isDrawdown = reachesDrawdown(mandate, state.peak, equity);
  const describe = (total: Decimal, orders: number, exposed: Decimal | undefined): LimitUse => ({
    day,
    value: total.toFixed(),
    orders,
    ...(exposed === undefined ? {} : { exposure: exposed.toFixed() }),
  });

  const exceeded = !counts
    ? undefined
    : (exceeds("maxOrder", mandate.maxOrder, value, "The order") ??
      exceeds("maxPerDay", mandate.maxPerDay, valueAfter, "All orders of the day, this one included,") ??
      exceedsCount(mandate.maxOrdersPerDay, ordersAfter) ??
      (side === "buy" && exposureAfter !== undefined
        ? exceeds(
            "maxExposure",
            mandate.maxExposure,
            exposureAfter,
            "All positions and pending buys, this order included,",
          )
        : undefined));
  return {
    error: exceeded,
    counts,
    day,
    before: describe(used.value, used.orders, exposure),
    after: describe(valueAfter, ordersAfter, exposureAfter),
    equity,
    isDrawdown,
  };
}

function exceeds(limit: string, max: Decimal | undefined, value: Decimal, what: string): ToolError | undefined {
  if (max === undefined || value.lte(max)) return undefined;
  const amount = value.toFixed(2, Exact.ROUND_UP);
  return toolError(
    "LIMIT_EXCEEDED",
    `${what} would be worth up to ${amount} USDT, fee included; the mandate's ${limit} is ${max.toFixed()}.`,
    limit === "maxOrder"
      ? "Place a smaller order with a new call ID."
      : "Place a smaller order with a new call ID, wait, or tell the person whose mandate it is.",
    { details: { limit, max: max.toFixed(), value: value.toFixed() } },
  );
}

function exceedsCount(max: number | undefined, count: number): ToolError | undefined {
  if (max === undefined || count <= max) return undefined;
  return toolError(
    "LIMIT_EXCEEDED",
    `This would be order ${count} of the day; the mandate's maxOrdersPerDay is ${max}.`,
    "Place no further orders today, or tell the person whose mandate it is.",
    { details: { limit: "maxOrdersPerDay", max, value: count } },
  );
}

/** Whether equity has fallen from its peak by the mandate's share. */
export function reachesDrawdown({ maxDrawdownPct }: CheckedMandate, peak: Decimal | null, equity: Decimal): boolean {
  if (maxDrawdownPct === undefined || peak === null) return false;
  return equity.lte(peak.times(Exact.sub(100, maxDrawdownPct)).div(100));
}
