import type { Pair, RiskProfile } from "../../endpoints/index.ts";
import { Exact, plainText, type Decimal } from "../../wire/index.ts";
import { FEE_RATE, lockedBy, type OrderFill, type OrderQuote } from "./fill.ts";
import type { PlannedOrder } from "./plannedOrder.ts";

/** The funds and limits that an order is checked against. Amounts of assets are in their own units. */
export interface OrderFunds {
  /** USDT. */
  readonly cash: AssetHolding;
  /** The base asset of the order. */
  readonly position: AssetHolding;
  /** Value of everything, in USDT. */
  readonly equity: Decimal;
  readonly limits: RiskProfile;
  /** Number of pending orders; 200 stands for any greater number. */
  readonly openOrders: number;
}

/** An amount of an asset. */
export interface AssetHolding {
  readonly available: Decimal;
  readonly locked: Decimal;
}

/** Why the platform would reject an order. */
export interface OrderProblem {
  /** The platform's error code. */
  readonly code: "INVALID_QUANTITY" | "INVALID_SYMBOL" | "INSUFFICIENT_BALANCE" | "ORDER_REJECTED";
  /** The platform's reason, such as `order_too_large`; for other codes than `ORDER_REJECTED` the rule. */
  readonly reason: string;
  readonly message: string;
  /**
   * False for a rule that the platform documents but does not apply today, and for a limit that an agent's own profile may
   * have changed and that the platform does not show.
   */
  readonly certain: boolean;
}

const MIN_ORDER_VALUE = 1;
/** The largest value of one order, in percent of the equity. */
export const MAX_ORDER_PCT = 50;

/** Everything that is wrong with an order, in the order in which the platform checks. The daily loss limit is not shown. */
export function problemsOf(
  order: PlannedOrder,
  quote: OrderQuote,
  fill: OrderFill,
  pair: Pair | null,
  funds: OrderFunds,
): readonly OrderProblem[] {
  return [
    ...riskProblems(order, quote, funds),
    ...filterProblems(order, quote, pair),
    ...fundsProblems(order, fill, funds),
  ];
}

/** These checks use the last price, also for orders with a price of their own. */
function riskProblems(order: PlannedOrder, quote: OrderQuote, funds: OrderFunds): readonly OrderProblem[] {
  const { side, quantity, symbol } = order;
  const { equity, cash, position, limits, openOrders } = funds;
  const value = roundEven(new Exact(quantity).times(quote.price));
  const problems: OrderProblem[] = [];
  const reject = (reason: string, message: string, certain = true): void =>
    void problems.push({ code: "ORDER_REJECTED", reason, message, certain });

  if (value.lt(MIN_ORDER_VALUE))
    reject("order_too_small", `The order is worth ${show(value)} USDT; the minimum is ${MIN_ORDER_VALUE} USDT.`, false);
  if (equity.gt(0)) {
    const largest = roundEven(new Exact(equity).times(MAX_ORDER_PCT).div(100));
    if (value.gt(largest))
      reject(
        "order_too_large",
        `The order is worth ${show(value)} USDT; the maximum is ${MAX_ORDER_PCT} % of the equity, ${show(largest)} USDT.`,
        false,
      );
    const held = roundEven(new Exact(position.available).times(quote.price)).plus(value);
    const share = held.div(equity).times(100).toDecimalPlaces(2, Exact.ROUND_HALF_EVEN);
    if (side === "buy" && share.gt(limits.maxPositionSizePct))
      reject(
        "position_limit_exceeded",
        `${symbol} would be ${show(share)} % of the equity; the limit is ${limits.maxPositionSizePct} %.`,
      );
  }
  if (openOrders >= limits.maxOpenOrders)
    reject("max_open_orders_exceeded", `${openOrders} orders are pending; the limit is ${limits.maxOpenOrders}.`);
  const needed = side === "buy" ? roundEven(value.times(FEE_RATE.plus(1))) : quantity;
  const available = side === "buy" ? cash.available : position.available;
  if (available.lt(needed))
    reject("insufficient_balance", `The order needs ${show(needed)} of the ${show(available)} available.`);
  return problems;
}

function filterProblems(
  { quantity, price, symbol }: PlannedOrder,
  quote: OrderQuote,
  pair: Pair | null,
): readonly OrderProblem[] {
  if (pair === null || pair.status !== "active")
    return [{ code: "INVALID_SYMBOL", reason: "not_active", message: `${symbol} cannot be traded.`, certain: true }];
  const problems: OrderProblem[] = [];
  const reject = (reason: string, message: string, certain: boolean): void =>
    void problems.push({ code: "INVALID_QUANTITY", reason, message, certain });
  if (quantity.lt(pair.minQty))
    reject("min_qty", `The quantity is ${show(quantity)}; the minimum of ${symbol} is ${show(pair.minQty)}.`, true);
  if (pair.stepSize.gt(0) && !isMultiple(quantity, pair.stepSize))
    reject("step_size", `The quantity ${show(quantity)} is not a multiple of ${show(pair.stepSize)}.`, false);
  const value = new Exact(quantity).times(price ?? quote.price);
  if (value.lt(pair.minNotional))
    reject(
      "min_notional",
      `The order is worth ${show(value)} USDT; the minimum of ${symbol} is ${show(pair.minNotional)} USDT.`,
      price !== null,
    );
  return problems;
}

function fundsProblems(order: PlannedOrder, fill: OrderFill, { cash, position }: OrderFunds): readonly OrderProblem[] {
  const { side, price } = order;
  const [asset, available] = side === "buy" ? ["USDT", cash.available] : ["the base asset", position.available];
  const needed = price !== null || side === "sell" ? lockedBy(order) : fill.total;
  if (available.gte(needed)) return [];
  const message = `The order needs ${show(needed)} of ${asset}; ${show(available)} is available.`;
  return [{ code: "INSUFFICIENT_BALANCE", reason: "insufficient_balance", message, certain: true }];
}

function isMultiple(quantity: Decimal, step: Decimal): boolean {
  return new Exact(quantity).mod(step).isZero();
}

function roundEven(amount: Decimal): Decimal {
  return amount.toDecimalPlaces(8, Exact.ROUND_HALF_EVEN);
}

function show(amount: Decimal): string {
  return plainText(new Exact(amount).toDecimalPlaces(8));
}
