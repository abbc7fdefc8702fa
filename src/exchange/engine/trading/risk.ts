import { baseOf } from "../../market/pairs.ts";
import {
  HUNDRED,
  compare,
  divide,
  add,
  round,
  fromFixed8,
  formatDecimal,
  multiply,
  ZERO,
  type Decimal28,
  type Fixed8,
  add8,
  fixed8,
  ZERO8,
  negate,
} from "../../base/amount.ts";
import { countPending } from "../history/history.ts";
import { accountOf } from "../scope.ts";
import { limitsOf } from "./limits.ts";
import type { Agent, Side } from "../model.ts";
import { FEE_RATE } from "../orderKinds.ts";
import { Rejection } from "../../base/rejection.ts";
import type { ExchangeState } from "../state.ts";
import { availableBalance, QUOTE_ASSET } from "../wallet.ts";
import { DAY, MINUTE } from "../../time/units.ts";

const ONE_AND_FEE = add({ units: 1n, scale: 0 }, FEE_RATE);

function orderRejected(reason: string): Rejection {
  return new Rejection("ORDER_REJECTED", reason, { reason });
}

/** Cash and holdings at their last prices; assets without a price count as zero. */
export function riskEquity(state: ExchangeState, agent: Agent): Fixed8 {
  let equity = ZERO8;
  for (const [asset, { available, locked }] of agent.wallet) {
    const held = add8(available, locked);
    if (asset === QUOTE_ASSET) equity = add8(equity, held);
    else if (held > 0n) {
      const quote = state.market.quote(asset + QUOTE_ASSET, state.now);
      if (quote !== undefined) equity = add8(equity, fixed8(round(multiply(fromFixed8(held), quote.price), 8).units));
    }
  }
  return equity;
}

/**
 * The risk checks of an order, in the platform's order; the first that fails rejects it. They do not look at the
 * order's price. Returns the last price. An order that passes counts towards the rate limit.
 */
export function checkRisk(
  state: ExchangeState,
  agent: Agent,
  symbol: string,
  side: Side,
  quantity: Decimal28,
): Decimal28 {
  const limits = limitsOf(state, agent);
  const minute = Math.floor(state.now / MINUTE);
  const sellsAreFree = side === "sell" && !state.quirks.limitsBlockSells;

  if (accountOf(state, agent).status !== "active") throw orderRejected("account_not_active");
  if (!sellsAreFree && isDailyLossLimitReached(state, agent)) throw orderRejected("daily_loss_limit");
  if (agent.acceptedOrders.minute !== minute) agent.acceptedOrders = { minute, count: 0 };
  if (compare(toCount(agent.acceptedOrders.count), limits.ordersPerMinute) >= 0)
    throw orderRejected("rate_limit_exceeded");
  const quote = state.market.quote(symbol, state.now);
  if (quote === undefined) throw orderRejected("price_unavailable");

  const value = round(multiply(quantity, quote.price), 8);
  if (compare(value, limits.minOrderValue) < 0) throw orderRejected("order_too_small");
  const equity = fromFixed8(riskEquity(state, agent));
  const base = availableBalance(agent, baseOf(symbol));
  if (equity.units > 0n) {
    const maxValue = round(percentOf(equity, limits.maxOrderPct), 8);
    if (!sellsAreFree && compare(value, maxValue) > 0) throw orderRejected("order_too_large");
    if (side === "buy")
      checkPosition(symbol, round(multiply(fromFixed8(base), quote.price), 8), value, equity, limits.maxPositionPct);
  }
  if (compare(toCount(countPending(agent)), limits.maxOpenOrders) >= 0) throw orderRejected("max_open_orders_exceeded");
  const enough =
    side === "buy"
      ? compare(fromFixed8(availableBalance(agent, QUOTE_ASSET)), round(multiply(value, ONE_AND_FEE), 8)) >= 0
      : compare(fromFixed8(base), quantity) >= 0;
  if (!enough) throw orderRejected("insufficient_balance");
  agent.acceptedOrders.count++;
  return quote.price;
}

function isDailyLossLimitReached(state: ExchangeState, agent: Agent): boolean {
  const { day, realised } = agent.dayResult;
  if (realised >= 0n || day !== Math.floor(state.now / DAY)) return false;
  return (
    compare(
      negate(fromFixed8(realised)),
      round(percentOf(fromFixed8(agent.startingBalance), limitsOf(state, agent).dailyLossPct), 8),
    ) >= 0
  );
}

/** Rejects a buy that would make one pair too large a part of the equity. */
function checkPosition(
  symbol: string,
  current: Decimal28,
  requested: Decimal28,
  equity: Decimal28,
  limit: Decimal28,
): void {
  const position = add(current, requested);
  // The limit has two decimals, so rounding to two decimals cannot change the result: skip the division.
  if (limit.scale <= 2 && compare(multiply(position, HUNDRED), multiply(equity, limit)) <= 0) return;
  const share = round(multiply(divide(position, equity), HUNDRED), 2);
  if (compare(share, limit) <= 0) return;
  const usdt = (amount: Decimal28): string => `${formatDecimal(round(amount, 2))} USDT`;
  throw orderRejected(
    `position_limit_exceeded: ${symbol} position would be ${formatDecimal(round(share, 1))}% of equity (limit: ${formatDecimal(limit)}%). ` +
      `Current: ${usdt(current)}, Requested: ${usdt(requested)}, Equity: ${usdt(equity)}`,
  );
}

function percentOf(amount: Decimal28, percent: Decimal28): Decimal28 {
  const { units, scale } = multiply(amount, percent);
  return { units, scale: scale + 2 };
}

function toCount(count: number): Decimal28 {
  return count === 0 ? ZERO : { units: BigInt(count), scale: 0 };
}
